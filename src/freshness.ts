/**
 * Judgements about the age of data: pure functions of two times, so that every store and every cache judges alike.
 *
 * @module
 */

/**
 * How far ahead of the reader's clock a time may lie and still count as now, in milliseconds.
 *
 * @example Data from a clock that is a little ahead, and from one that is wrong
 * ```ts
 * import { FUTURE_TOLERANCE_MS, judgeFreshness } from "@discoverycache/core";
 *
 * const now = 1_000_000;
 * const ahead = now + FUTURE_TOLERANCE_MS;
 * if (judgeFreshness(ahead, 60_000, now).state !== "fresh") throw new Error("that counts as now");
 * if (judgeFreshness(ahead + 1, 60_000, now).state !== "stale") throw new Error("that cannot be true");
 * ```
 */
export const FUTURE_TOLERANCE_MS = 5_000;

/**
 * What the age of data means.
 *
 * @example A remark beside a list
 * ```ts
 * import { formatDuration, type Freshness, judgeFreshness } from "@discoverycache/core";
 *
 * const remark = ({ state, age }: Freshness) => state === "fresh" ? "" : `as of ${formatDuration(age)} ago`;
 * if (remark(judgeFreshness(0, 60_000, 90_000)) !== "as of 1m30s ago") throw new Error("it is stale");
 * if (remark(judgeFreshness(0, 60_000, 30_000)) !== "") throw new Error("it is fresh");
 * ```
 */
export interface Freshness {
  /** `"fresh"` while the data is younger than its time to live. */
  readonly state: "fresh" | "stale";
  /** Milliseconds since it was captured; 0 if that lies in the future. */
  readonly age: number;
}

/**
 * Judges data by its age.
 *
 * A time up to {@linkcode FUTURE_TOLERANCE_MS} ahead is now: clocks of one machine differ a little. A time further ahead
 * cannot be true, and data that claims it is stale, or it would stay fresh until that time comes.
 *
 * @param capturedAt When the data was captured, in milliseconds since the epoch.
 * @param ttl How long it stays fresh, in milliseconds.
 * @param now The reader's time, in milliseconds since the epoch.
 * @returns Whether the data is fresh, and its age.
 *
 * @example Fresh for a minute
 * ```ts
 * import { judgeFreshness } from "@discoverycache/core";
 *
 * const { state, age } = judgeFreshness(1_000, 60_000, 31_000);
 * if (state !== "fresh" || age !== 30_000) throw new Error("it is 30 s old");
 * ```
 */
export function judgeFreshness(capturedAt: number, ttl: number, now: number): Freshness {
  const elapsed = now - capturedAt;
  if (elapsed < -FUTURE_TOLERANCE_MS) return { state: "stale", age: 0 };
  const age = Math.max(0, elapsed);
  return { state: age < ttl ? "fresh" : "stale", age };
}

/**
 * Judges whether data makes a claim needless: it was captured after a moment, and not in the future.
 *
 * @param capturedAt When the data was captured, in milliseconds since the epoch.
 * @param newerThan The moment, in milliseconds since the epoch.
 * @param now The reader's time, in milliseconds since the epoch.
 * @returns Whether the data may be adopted.
 *
 * @example Captured after the caller looked
 * ```ts
 * import { isNewer } from "@discoverycache/core";
 *
 * if (!isNewer(2_000, 1_000, 3_000)) throw new Error("captured since then");
 * if (isNewer(60_000, 1_000, 3_000)) throw new Error("a minute ahead of its reader");
 * ```
 */
export function isNewer(capturedAt: number, newerThan: number, now: number): boolean {
  return capturedAt > newerThan && capturedAt <= now + FUTURE_TOLERANCE_MS;
}
