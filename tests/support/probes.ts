/**
 * What this machine allows, found out by trying.
 *
 * @module
 */

import type { ChildKind } from "./child_jobs.ts";
import { asNobody, programCommand, tool } from "./processes.ts";

/** A capability, or the reason why it is missing. */
export type Answer = true | string;

/** Whether a command of the system ends well. */
export function probe([file = "", ...args]: readonly string[]): Answer {
  const { ok, says } = tool(file, ...args);
  return ok || `this machine refuses \`${[file, ...args].join(" ")}\`${says === "" ? "" : `: ${says}`}`;
}

/** Whether a child can be run as another user, who must be able to read its program and its runtime. */
export function probeUsers(child: ChildKind): Answer {
  const files = programCommand(child, "adapter_child").filter((part) => part.startsWith("/"));
  const readable = files.map((file) => `test -r '${file}'`).join(" && ");
  return probe(asNobody(["sh", "-c", readable]));
}
