/**
 * What this machine lets a test do, found out by trying.
 *
 * @module
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tool } from "../../support/processes.ts";
import { programCommand } from "../../support/processes.ts";
import type { ChildKind } from "../../support/child_jobs.ts";
import type { AdapterCapabilities, AdapterCapability } from "./bench.ts";

/** A capability, or the reason why it is missing. */
type Answer = true | string;

/** What is found out by running a tool. */
const probes: Readonly<Record<"limits" | "namespaces" | "zombies" | "watch-limit" | "pipes", readonly string[]>> = {
  "pipes": ["sh", "-c", "command -v mkfifo"],
  "limits": ["sh", "-c", "ulimit -n 64"],
  "namespaces": ["unshare", "--pid", "--fork", "--mount-proc", "test", "-w", "/proc/sys/kernel/ns_last_pid"],
  "zombies": ["test", "-r", "/proc/self/stat"],
  "watch-limit": ["unshare", "--user", "--map-root-user", "test", "-w", "/proc/sys/user/max_inotify_instances"],
};

function probe([file = "", ...args]: readonly string[]): Answer {
  const { ok, says } = tool(file, ...args);
  return ok || `this machine refuses \`${[file, ...args].join(" ")}\`${says === "" ? "" : `: ${says}`}`;
}

/** Whether disks can be mounted: a small one, and one without hard links. */
function probeMounts(): Answer {
  const folder = mkdtempSync(join(tmpdir(), "discoverycache-mount-"));
  try {
    for (const type of ["tmpfs", "mqueue"]) {
      const answer = probe(["mount", "-t", type, "discoverycache", folder]);
      if (answer !== true) return answer;
      tool("umount", "--lazy", folder);
    }
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether a child can be run as another user, who must be able to read the program and its runtime. */
function probeUsers(child: ChildKind): Answer {
  const files = programCommand(child, "adapter_child").filter((part) => part.startsWith("/"));
  const readable = files.map((file) => `test -r '${file}'`).join(" && ");
  return probe(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", readable]);
}

/**
 * What can be shown of an adapter on this machine.
 *
 * @param child The adapter in a process of its own.
 * @param gaps What this adapter cannot do, and why.
 */
export function realCapabilities(
  child: ChildKind,
  gaps: Partial<Record<AdapterCapability, string>> = {},
): AdapterCapabilities {
  return {
    "children": true,
    "pipes": probe(probes.pipes),
    "mounts": probeMounts(),
    "users": probeUsers(child),
    "limits": probe(probes.limits),
    "namespaces": probe(probes.namespaces),
    "zombies": probe(probes.zombies),
    "watch-limit": probe(probes["watch-limit"]),
    "keeps-folders": true,
    "lets-go": true,
    "yields": true,
    "liveness": true,
    ...gaps,
  };
}
