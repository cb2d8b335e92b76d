/**
 * How much room a text takes on a terminal.
 *
 * @module
 */

/** What joins the character before it: marks, and what only says how that one looks. */
const NO_CELL = /^[\p{M}\u200b-\u200f\u2060\ufeff\u{e0000}-\u{e0fff}]$/u;

/** What takes two cells: the scripts of East Asia, and pictures. */
const TWO_CELLS =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18fff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]$/u;

function cellsOf(character: string): number {
  if (NO_CELL.test(character)) return 0;
  return TWO_CELLS.test(character) ? 2 : 1;
}

/** How many cells a text without colours takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}

/**
 * A text without colours, shortened to its beginning where there is no room for all of it.
 *
 * @param text The text.
 * @param width How many cells there are.
 * @param unicode Whether more than ASCII can be shown.
 */
export function shorten(text: string, width: number, unicode: boolean): string {
  if (textWidth(text) <= width) return text;
  const mark = (unicode ? "…" : "...").slice(0, width);
  let [kept, room] = ["", width - mark.length];
  for (const character of text) {
    room -= cellsOf(character);
    if (room < 0) break;
    kept += character;
  }
  return kept.trimEnd() + mark;
}
