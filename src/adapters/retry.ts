/**
 * Trying again where somebody else is in the way for a moment: on Windows a virus scanner or an indexer opens every new
 * file, and until it closes it again opening, renaming and removing fail.
 *
 * @module
 */

import { errnoOf, type SystemErrno } from "./errno.ts";

/** The first pause; each one is twice as long as the one before. In milliseconds. */
export const FIRST_PAUSE_MS = 1;

/** All pauses together. After that, the failure is final. In milliseconds. */
export const ALL_PAUSES_MS = 200;

/** Which failures pass, and how to wait for that. */
export interface RetryPolicy {
  /** The failures that may pass by themselves. */
  readonly passing: ReadonlySet<SystemErrno>;
  /** Blocks for that many milliseconds. */
  pauseSync(ms: number): void;
  /** Resolves after that many milliseconds. */
  pause(ms: number): Promise<void>;
}

/** On Windows all three mean "in use by another process". */
const PASSING_ON_WINDOWS: ReadonlySet<SystemErrno> = new Set<SystemErrno>(["EACCES", "EBUSY", "EPERM"]);

/** Elsewhere a refused permission is final and must not hold up the caller. */
const PASSING_ELSEWHERE: ReadonlySet<SystemErrno> = new Set<SystemErrno>(["EBUSY"]);

/** Blocks this thread. No other wait is synchronous on every runtime. */
function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The policy for a platform. */
export function retryPolicy(windows: boolean): RetryPolicy {
  return { passing: windows ? PASSING_ON_WINDOWS : PASSING_ELSEWHERE, pauseSync: blockFor, pause: wait };
}

/** Attempts, and the pauses between them, which it yields: 1, 2, 4 ... ms, in all {@linkcode ALL_PAUSES_MS}. */
function* attempts<T>(attempt: () => T, passing: ReadonlySet<SystemErrno>): Generator<number, T, void> {
  let left = ALL_PAUSES_MS;
  for (let next = FIRST_PAUSE_MS;; next *= 2) {
    try {
      return attempt();
    } catch (error) {
      if (left === 0 || !passing.has(errnoOf(error))) throw error;
    }
    const ms = Math.min(next, left);
    left -= ms;
    yield ms;
  }
}

/** Makes attempts until one succeeds, or fails for good, or the time is up; then throws the last failure. */
export function retrySync<T>(attempt: () => T, policy: RetryPolicy): T {
  const tries = attempts(attempt, policy.passing);
  let step = tries.next();
  while (!step.done) {
    policy.pauseSync(step.value);
    step = tries.next();
  }
  return step.value;
}

/** {@linkcode retrySync} that lets the event loop go on between the attempts. */
export async function retry<T>(attempt: () => T, policy: RetryPolicy): Promise<T> {
  const tries = attempts(attempt, policy.passing);
  let step = tries.next();
  while (!step.done) {
    await policy.pause(step.value);
    step = tries.next();
  }
  return step.value;
}
