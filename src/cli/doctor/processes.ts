/**
 * How it stands with the processes that records name.
 *
 * @module
 */

import { parseProcessStat } from "../../adapters/proc.ts";
import { run } from "../../file_store/driver.ts";
import { inspectOwner } from "../../file_store/found_lock.ts";
import type { Owner } from "../../store.ts";
import { attention, type Finding, ok } from "./finding.ts";
import type { Patient } from "./patient.ts";
import { parentPid, readSystemText } from "./system.ts";

/** How it stands with a process; `"stopped"`: it lives, and does nothing until it is told to go on. */
export type ProcessState = "alive" | "stopped" | "dead" | "unknown";

/** What a record says of who made it. */
export interface RecordedOwner extends Owner {
  /** The record's token; `undefined` in one of the Go package. */
  readonly token: string | undefined;
  /** When it was made. */
  readonly startedAt: number;
}

/** Whether `/proc/<pid>/stat` tells of a process that is stopped, by a signal or by a debugger. */
export function isStopped(text: string | undefined): boolean {
  const state = text === undefined ? undefined : parseProcessStat(text)?.state;
  return state === "T" || state === "t";
}

/** How it stands with whoever made a record. */
export function stateOf({ adapter, party }: Patient, owner: RecordedOwner): ProcessState {
  const verdict = run(adapter, inspectOwner(party, owner));
  if (verdict === "dead" || verdict === "unknown") return verdict;
  return isStopped(readSystemText(`/proc/${owner.pid}/stat`)) ? "stopped" : "alive";
}

const CHECK = "processes";

/** Whether the lives of others can be judged. */
export function tryProcesses({ adapter }: Patient, runsOnDeno: boolean): Finding {
  const fix = runsOnDeno ? "run it with more permissions: deno run -A" : "run it where /proc is mounted";
  const without = "what a crash leaves is taken over by time alone: 10 s for a lock, three deadlines for a refresh";
  if (adapter.self().host === undefined) {
    return attention(CHECK, `this process cannot be told from those of other machines: ${without}`, fix);
  }
  // In a container that is all there is, nobody has started this one.
  if (adapter.liveness(parentPid() || adapter.self().pid).state !== "alive") {
    return attention(CHECK, `whether others live cannot be judged: ${without}`, fix);
  }
  return ok(CHECK, "whether others live can be judged");
}
