/**
 * A share of something, as a bar.
 *
 * @module
 */

/** What is shared: work that somebody counts, or the time that may pass. They look different. */
export type BarKind = "work" | "time";

const CELLS = {
  work: { unicode: ["█", "░"], ascii: ["#", "."] },
  time: { unicode: ["━", "╌"], ascii: ["-", " "] },
} as const;

/**
 * Draws a bar.
 *
 * @param share How much of it is full: 0 to 1. What is outside counts as the nearer end.
 * @param width How many characters it has.
 * @param unicode Whether more than ASCII can be shown.
 * @param kind What it is a share of.
 */
export function bar(share: number, width: number, unicode: boolean, kind: BarKind = "work"): string {
  const [full, empty] = CELLS[kind][unicode ? "unicode" : "ascii"];
  const cells = share > 0 ? Math.round(Math.min(share, 1) * width) : 0;
  return full.repeat(cells) + empty.repeat(width - cells);
}
