/**
 * Locks that are held for longer than they should ever be.
 *
 * @module
 */

import { run } from "../../file_store/driver.ts";
import { findLock, judgeLock } from "../../file_store/found_lock.ts";
import { roughly } from "../screen/rough.ts";
import { type Finding, orOk, problem } from "./finding.ts";
import { goOn, lookAt } from "./judge_refreshes.ts";
import type { SeenFile } from "./look_around.ts";
import type { Patient } from "./patient.ts";
import { type ProcessState, stateOf } from "./processes.ts";

const CHECK = "locks";

/** A lock is held for microseconds; nobody waits for one longer than this, in milliseconds. */
const LONG_MS = 10_000;

/** A lock that somebody holds, who is not dead. */
export interface HeldLock {
  /** Its path. */
  readonly path: string;
  /** By which process. */
  readonly pid: number;
  /** How it stands with that. */
  readonly holder: ProcessState;
  /** For how long, in milliseconds. */
  readonly heldMs: number;
}

/** Whether a lock is in the way of everybody; `undefined` if it is as it should be. */
export function judgeHeldLock({ path, pid, holder, heldMs }: HeldLock): Finding | undefined {
  const held = `${path} has been held for ${roughly(heldMs)} by process ${pid}`;
  if (holder === "stopped") return problem(CHECK, `${held}, which is stopped`, goOn(pid));
  if (heldMs <= LONG_MS || holder === "dead") return undefined;
  const fix = holder === "unknown" ? `look for process ${pid} where it runs` : lookAt(pid);
  return problem(CHECK, `${held} (${holder})`, fix);
}

/** A lock, if somebody holds it who is not dead. A dead one is litter. */
function heldLock(patient: Patient, path: string): HeldLock | undefined {
  const { adapter, party } = patient;
  const found = run(adapter, findLock(path));
  if (found?.record === undefined || run(adapter, judgeLock(party, found)).liveness === "dead") return undefined;
  const { pid, startedAt } = found.record;
  return { path, pid, holder: stateOf(patient, found.record), heldMs: party.clock.now() - startedAt };
}

/** Looks at every lock. */
export function checkLocks(patient: Patient, files: readonly SeenFile[]): readonly Finding[] {
  const locks = files.filter(({ role, stat, unreadable }) =>
    role.kind === "lock" && stat.kind === "file" && unreadable === undefined
  );
  const held = locks.map(({ path }) => heldLock(patient, path)).filter((lock) => lock !== undefined);
  return orOk(held.map(judgeHeldLock).filter((one) => one !== undefined), CHECK, "none is held for long");
}
