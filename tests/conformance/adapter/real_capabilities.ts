/**
 * What this machine lets a test do, found out by trying.
 *
 * @module
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChildKind } from "../../support/child_jobs.ts";
import { type Answer, probe, probeUsers } from "../../support/probes.ts";
import { tool } from "../../support/processes.ts";
import type { AdapterCapabilities, AdapterCapability } from "./bench.ts";

/** What is found out by running a tool. */
const probes: Readonly<Record<"limits" | "namespaces" | "zombies" | "watch-limit" | "pipes", readonly string[]>> = {
  "pipes": ["sh", "-c", "command -v mkfifo"],
  "limits": ["sh", "-c", "ulimit -n 64"],
  "namespaces": ["unshare", "--pid", "--fork", "--mount-proc", "test", "-w", "/proc/sys/kernel/ns_last_pid"],
  "zombies": ["test", "-r", "/proc/self/stat"],
  "watch-limit": ["unshare", "--user", "--map-root-user", "test", "-w", "/proc/sys/user/max_inotify_instances"],
};

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
