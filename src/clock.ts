/**
 * Time and chance, as one object that is passed in: nothing else in this package asks the system for either.
 *
 * @module
 */

/**
 * Options of {@linkcode Clock.sleep}.
 *
 * @example A pause that a program's end cuts short
 * ```ts
 * import { type SleepOptions, systemClock } from "@discoverycache/core";
 *
 * const program = new AbortController();
 * const options: SleepOptions = { signal: program.signal, keepAlive: false };
 * const pause = systemClock.sleep(3_600_000, options).catch((reason) => reason);
 * program.abort("the program ends");
 * if (await pause !== "the program ends") throw new Error("it slept for an hour");
 * ```
 */
export interface SleepOptions {
  /** Ends the sleep early: the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the process is kept alive by it, until it ends. Default: `true`. */
  readonly keepAlive?: boolean | undefined;
}

/**
 * The time, waiting, and randomness. Give your own to test time-dependent code without waiting.
 *
 * @example A day passes in a test
 * ```ts
 * import { type Clock, DiscoveryCache, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * let now = Date.UTC(2030, 0, 1);
 * const clock: Clock = { ...systemClock, now: () => now };
 * const cache = new DiscoveryCache({ store: new MemoryStore({ clock }), clock });
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.put(models, "[]");
 * if (cache.readSync(models).state !== "fresh") throw new Error("no time has passed");
 * now += 24 * 3_600_000;
 * if (cache.readSync(models).state !== "stale") throw new Error("a day has passed");
 * ```
 */
export interface Clock {
  /** The wall clock: milliseconds since the epoch. It may jump. */
  now(): number;
  /** A clock that never goes back: milliseconds since some moment, good for durations only. */
  monotonic(): number;
  /**
   * Resolves after a while.
   *
   * @param ms How long, in milliseconds.
   * @param options A signal that ends it early, and whether it keeps the process alive.
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

/** Sleeps with the runtime's timers. */
async function sleep(ms: number, options: SleepOptions = {}): Promise<void> {
  let left = ms;
  for (; left > LONGEST_TIMER_MS; left -= LONGEST_TIMER_MS) await sleepOnce(LONGEST_TIMER_MS, options);
  await sleepOnce(left, options);
}

function sleepOnce(ms: number, { signal, keepAlive }: SleepOptions): Promise<void> {
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
    if (keepAlive === false) letGo(timer);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** Lets a process end although a timer runs. Where timers are numbers (browsers, Deno before 2.8) it is kept. */
function letGo(timer: unknown): void {
  if (typeof timer !== "object" || timer === null || !("unref" in timer)) return;
  if (typeof timer.unref === "function") timer.unref();
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
