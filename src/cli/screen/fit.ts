/**
 * Making columns fit into a window: which of them there is room for, and how wide each may be.
 *
 * @module
 */

/** What is known of a column. */
export interface ColumnNeed {
  /** How wide its widest cell is. */
  readonly width: number;
  /** How narrow it may become; left out: not at all. */
  readonly least?: number;
  /** Where there is no room for all of them, the column with the lowest number goes first; left out: it never goes. */
  readonly goes?: number;
}

/** What is between two columns. */
const GAP = 2;

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(widths.length - 1, 0);
}

/** What a column takes at the least. */
function leastOf({ width, least = width }: ColumnNeed): number {
  return Math.min(width, least);
}

/** Takes from the widest until it fits, down to the least that each can do with. */
function narrowed(widths: readonly number[], least: readonly number[], room: number): number[] {
  const now = [...widths];
  for (let excess = total(now) - room; excess > 0; excess--) {
    const [, widest = -1] = now.map((width, index) => [width > (least[index] ?? 0) ? width : 0, index] as const)
      .reduce((one, other) => other[0] > one[0] ? other : one, [0, -1]);
    const width = now[widest];
    if (width === undefined) break;
    now[widest] = width - 1;
  }
  return now;
}

/**
 * Makes columns fit.
 *
 * @param needs What each of them needs.
 * @param room How many cells a line has; `undefined`: as many as it takes.
 * @returns How wide each is; `undefined` for one that there is no room for.
 */
export function fitColumns(needs: readonly ColumnNeed[], room: number | undefined): (number | undefined)[] {
  if (room === undefined) return needs.map(({ width }) => width);
  const leaving = needs.filter(({ goes }) => goes !== undefined).sort((one, other) =>
    (one.goes ?? 0) - (other.goes ?? 0)
  );
  let kept = needs;
  for (const need of leaving) {
    if (total(kept.map(leastOf)) <= room) break;
    kept = kept.filter((other) => other !== need);
  }
  const least = narrowed(kept.map(({ width }) => width), kept.map(leastOf), room);
  // A window narrower than that: a piece of each is better than lines that wrap.
  const widths = narrowed(least, kept.map(() => 1), room);
  return needs.map((need) => kept.includes(need) ? widths[kept.indexOf(need)] : undefined);
}
