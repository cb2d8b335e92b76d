/**
 * From when on a refresh that has not ended stands in nobody's way (rule P13 of the protocol), for every store alike.
 *
 * @module
 */

/** How many of its own spans a refresh may be past its deadline before it is overdue. */
export const OVERDUE_SPANS: number = 2;

/**
 * After which moment a refresh that has not ended is overdue. All in milliseconds since the epoch.
 *
 * @param startedAt When it was begun.
 * @param deadline By when it promised to be done.
 */
export function overdueAfter(startedAt: number, deadline: number): number {
  return deadline + OVERDUE_SPANS * (deadline - startedAt);
}
