/**
 * Amounts, as exact as people want to know them.
 *
 * @module
 */

import { formatDuration } from "../../duration.ts";

/** From so many milliseconds on, so many are one step. */
const STEPS = [[86_400_000, 3_600_000], [3_600_000, 60_000], [1_000, 1_000]] as const;

/** A duration in milliseconds: `2d3h`, `45m10s`, `12s`, `250ms`. */
export function roughly(ms: number): string {
  const [, step] = STEPS.find(([from]) => ms >= from) ?? [0, 1];
  return formatDuration(Math.round(ms / step) * step);
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** A size in bytes: `17 B`, `4.2 kB`, `13 MB`. A kB is 1,000 bytes. */
export function roughSize(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) [value, unit] = [value / 1_000, unit + 1];
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
