/**
 * Named texts, one below the other, as wide as the terminal.
 *
 * @module
 */

import type { Look } from "./terminal.ts";
import { textWidth } from "./text_width.ts";

/** The narrowest that a text is made: below that, the terminal may wrap it. */
const NARROWEST = 20;

/** Breaks a text between its words. A word longer than a line is left whole: it may be somebody's path. */
export function wrap(text: string, width: number | undefined): string[] {
  if (width === undefined) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer) > Math.max(width, NARROWEST)) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** A text and its name. What is to be typed is never broken. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
  readonly typed?: true;
}

/**
 * Sets named texts: the names at the left, the texts beside them.
 *
 * @param texts The texts, without colours.
 * @param look How they may look.
 */
export function setTexts(texts: readonly NamedText[], { columns, colors }: Look): string[] {
  const margin = texts.reduce((widest, { name }) => Math.max(widest, name.length), 0) + 4;
  return texts.flatMap(({ name, text, typed }) => {
    const lines = typed ? [text] : wrap(text, columns === undefined ? undefined : columns - margin);
    const title = name === "" ? "" : `${name}:`;
    return lines.map((line, index) => {
      const start = `  ${(index === 0 ? title : "").padEnd(margin - 2)}`;
      return `${index === 0 ? colors.dim(start) : start}${typed ? colors.bold(line) : line}`;
    });
  });
}
