/**
 * How much room a text takes on a terminal.
 *
 * @module
 */

import stringWidth from "string-width";

const characters = new Intl.Segmenter();

/** How many cells a text takes, its colours left out. */
export function textWidth(text: string): number {
  return stringWidth(text);
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
  for (const { segment } of characters.segment(text)) {
    room -= textWidth(segment);
    if (room < 0) break;
    kept += segment;
  }
  return kept.trimEnd() + mark;
}
