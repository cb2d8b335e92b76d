/**
 * Durations as people write them: `"90s"`, `"1h30m"`, `"24h"`, or a number of milliseconds.
 *
 * @module
 */

import { InvalidDurationError } from "./errors.ts";

/**
 * A length of time: a number of milliseconds, or a text such as `"250ms"`, `"90s"`, `"5m"`, `"1h30m"`, `"1.5h"` or `"7d"`.
 *
 * In a text every number has a unit: `d` (24 hours), `h`, `m` (minutes), `s` or `ms`, the larger ones first and each one
 * once at the most. There are no spaces and no signs.
 *
 * @example A number is in milliseconds, a text has its units
 * ```ts
 * import { type Duration, parseDuration } from "@discoverycache/core";
 *
 * const minute: readonly Duration[] = [60_000, "60s", "1m", "0.5m30s", "59s1000ms"];
 * for (const written of minute) {
 *   if (parseDuration(written, "ttl") !== 60_000) throw new Error(`${written} is no minute`);
 * }
 * ```
 */
export type Duration = number | string;

/**
 * What a duration may be, beyond being readable. All in milliseconds.
 *
 * @example A setting of one's own, from a second to an hour
 * ```ts
 * import { type DurationBounds, InvalidDurationError, parseDuration } from "@discoverycache/core";
 *
 * const bounds: DurationBounds = { min: 1_000, max: 3_600_000 };
 * if (parseDuration("1h", "--every", bounds) !== 3_600_000) throw new Error("an hour will do");
 * try {
 *   parseDuration("2h", "--every", bounds);
 *   throw new Error("it was accepted");
 * } catch (error) {
 *   if (!(error instanceof InvalidDurationError) || !error.expected.includes("at most 1h")) throw error;
 * }
 * ```
 */
export interface DurationBounds {
  /** It must be longer than this. No such bound if left out. */
  readonly above?: number | undefined;
  /** It must be at least this long. Default: 0. */
  readonly min?: number | undefined;
  /** It must be at most this long. Default: `Number.MAX_SAFE_INTEGER`, some 285,000 years. */
  readonly max?: number | undefined;
}

/** The units, from large to small, in milliseconds. */
const UNITS = [["d", 86_400_000], ["h", 3_600_000], ["m", 60_000], ["s", 1000], ["ms", 1]] as const;

/** The longest text that is read: far more than any duration takes. */
const MAX_TEXT_LENGTH = 64;

/** `"1h30m"`: for each unit in turn, perhaps a number and the unit. */
const PATTERN = new RegExp(`^${UNITS.map(([unit]) => `(?:(\\d+(?:\\.\\d+)?)${unit})?`).join("")}$`);

const WITHOUT_UNIT = /^\d+(?:\.\d+)?$/;

const SPELLING = 'milliseconds as a number, or a text such as "90s", "5m", "1h30m", "24h", "7d" or "250ms"';

/** `"1.5"` times a unit. The fraction is taken as an integer, so that `"1.1h"` is 3,960,000 and no hair more. */
function times(number: string, unit: number): number {
  const [whole = "", fraction = ""] = number.split(".");
  return Number(whole) * unit + Number(fraction) * unit / 10 ** fraction.length;
}

/** Milliseconds, or `undefined` for what is spelled wrong. */
function read(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value === "" || value.length > MAX_TEXT_LENGTH) return undefined;
  const numbers = PATTERN.exec(value)?.slice(1);
  return numbers && UNITS.reduce((sum, [, unit], i) => sum + times(numbers[i] ?? "0", unit), 0);
}

/** What would be right in the place of a value that cannot be read. */
function spelling(value: unknown): string {
  if (typeof value !== "string") return SPELLING;
  if (value.length > MAX_TEXT_LENGTH) return `${SPELLING}, of at most ${MAX_TEXT_LENGTH} characters`;
  if (WITHOUT_UNIT.test(value)) {
    return `a unit, such as "${value}s" or "${value}ms"; only a number without quotes is in milliseconds`;
  }
  return SPELLING;
}

/** Every bound as a number; none allows what is no duration, however it was given. */
function limits(bounds: DurationBounds): { above: number; min: number; max: number } {
  const { above = -Infinity, min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
  return { above, min: Math.max(min, 0), max: Math.min(max, Number.MAX_SAFE_INTEGER) };
}

/** The bounds in words. */
function range(bounds: DurationBounds): string {
  const { above, min, max } = limits(bounds);
  const low = above >= min ? `more than ${formatDuration(above)}` : `at least ${formatDuration(min)}`;
  return `${low} and at most ${max === Number.MAX_SAFE_INTEGER ? `${max}ms` : formatDuration(max)}`;
}

/**
 * Reads a duration.
 *
 * @param value A number of milliseconds, or a text such as `"90s"`.
 * @param what The option it was given for, as the error is to name it.
 * @param bounds The shortest and the longest that is right, in milliseconds. Default: from 0 to `Number.MAX_SAFE_INTEGER`.
 * @returns Milliseconds; not whole ones if the value says so, as `"0.5ms"` does.
 * @throws {InvalidDurationError} If it cannot be read, is negative, not finite, or out of bounds.
 *
 * @example Milliseconds from a text
 * ```ts
 * import { parseDuration } from "@discoverycache/core";
 *
 * if (parseDuration("1h30m", "ttl") !== 5_400_000) throw new Error("misread");
 * if (parseDuration(250, "refreshDeadline", { above: 0 }) !== 250) throw new Error("misread");
 * ```
 */
export function parseDuration(value: Duration, what: string, bounds: DurationBounds = {}): number {
  const ms = read(value);
  if (ms === undefined) throw new InvalidDurationError({ value, what, expected: spelling(value) });
  const { above, min, max } = limits(bounds);
  // Written so that NaN, which is neither more nor less than anything, fails too.
  if (!(ms > above && ms >= min && ms <= max)) {
    throw new InvalidDurationError({ value, what, expected: range(bounds) });
  }
  return ms + 0; // turns -0 into 0
}

/**
 * Writes a duration for people to read, such as `"1m30s"`, `"1.5s"` or `"250ms"`.
 *
 * It is exact to the millisecond, and {@linkcode parseDuration} reads it back. So that a message never fails for the
 * number in it, a negative number gets a sign, and `NaN` and `Infinity` stay what they are.
 *
 * @param ms Milliseconds, rounded to whole ones.
 *
 * @example A minute and a half
 * ```ts
 * import { formatDuration } from "@discoverycache/core";
 *
 * if (formatDuration(90_000) !== "1m30s") throw new Error("miswritten");
 * ```
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return String(ms);
  let rest = Math.round(Math.abs(ms));
  if (rest === 0) return "0s";
  let text = ms < 0 ? "-" : "";
  if (rest < 1000) return `${text}${rest}ms`;
  for (const [unit, length] of UNITS) {
    const count = unit === "s" ? rest / length : Math.floor(rest / length);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * length;
    if (unit === "s") break;
  }
  return text;
}
