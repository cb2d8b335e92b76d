/**
 * Time and chance, as one object that is passed in: nothing else in this package asks the system for either.
 *
 * @module
 */

/** Options of {@linkcode Clock.sleep}. */
export interface SleepOptions {
  /** Ends the sleep early: the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The time, waiting, and randomness. Give your own to test time-dependent code without waiting. */
export interface Clock {
  /** The wall clock: milliseconds since the epoch. It may jump. */
  now(): number;
  /** A clock that never goes back: milliseconds since some moment, good for durations only. */
  monotonic(): number;
  /**
   * Resolves after a while.
   *
   * @param ms How long, in milliseconds.
   * @param options A signal that ends it early.
   * @throws The signal's reason, if it is aborted.
   */
  sleep(ms: number, options?: SleepOptions): Promise<void>;
  /** A number in [0, 1), for jitter. */
  random(): number;
  /** That many random bytes, for tokens. */
  randomBytes(length: number): Uint8Array;
}

/** The longest that a timer can run, in milliseconds; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Sleeps with the runtime's timers; a sleep keeps the process alive until it ends or is aborted. */
async function sleep(ms: number, options: SleepOptions = {}): Promise<void> {
  let left = ms;
  for (; left > LONGEST_TIMER_MS; left -= LONGEST_TIMER_MS) await sleepOnce(LONGEST_TIMER_MS, options.signal);
  await sleepOnce(left, options.signal);
}

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/**
 * The system's clock and its randomness.
 *
 * @example Sleep, and measure it
 * ```ts
 * import { systemClock } from "@discoverycache/core";
 *
 * const before = systemClock.monotonic();
 * await systemClock.sleep(5);
 * if (systemClock.monotonic() <= before) throw new Error("time stood still");
 * ```
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
  random: () => Math.random(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
