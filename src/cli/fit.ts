/**
 * Text that fits into so many columns of a terminal.
 *
 * @module
 */

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Characters that take two columns: of East Asian scripts, and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Characters that take none by themselves. */
const NOTHING = /^[\p{Mark}\p{Cf}\p{Cc}]+$/u;

const ASCII = /^[\x20-\x7e]*$/;

function columnsOf(grapheme: string): number {
  if (NOTHING.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** How many columns a text takes; it has no escape sequences. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += columnsOf(segment);
  return width;
}

/**
 * As much of a text as fits. What had to go is told by its last character.
 *
 * @param text A text without escape sequences.
 * @param columns How many columns there are; `undefined` where no text is too long.
 * @param unicode Whether more than ASCII can be shown.
 */
export function cut(text: string, columns: number | undefined, unicode: boolean): string {
  if (columns === undefined || widthOf(text) <= columns) return text;
  if (columns <= 0) return "";
  const room = columns - 1;
  let [kept, width] = ["", 0];
  for (const { segment } of segmenter.segment(text)) {
    width += columnsOf(segment);
    if (width > room) break;
    kept += segment;
  }
  return kept + (unicode ? "…" : "~");
}

/** A text with spaces after it, so that it takes so many columns at least. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(columns - widthOf(text), 0));
}
