/**
 * Prose for a window of any width.
 *
 * @module
 */

import { wrap } from "./wrap.ts";

/** An indented line: what stands at the left, if there are two columns, and what may be broken. */
function hanging(line: string, width: number): string[] {
  const [left = ""] = /^ +(?:\S+(?: \S+)* {2,})?/.exec(line) ?? [];
  const lines = wrap(line.slice(left.length), width - left.length);
  return lines.map((part, index) => `${index === 0 ? left : " ".repeat(left.length)}${part}`);
}

/**
 * Breaks a text anew. Lines that follow each other are one paragraph; indented lines are each their own, and their right
 * column stays one; what is to be typed, after `$`, is never broken.
 *
 * @param text The text, broken anywhere between its words.
 * @param width How many columns there are.
 */
export function reflow(text: string, width: number): string {
  const lines: string[] = [];
  let paragraph: string[] = [];
  const end = () => {
    if (paragraph.length > 0) lines.push(...wrap(paragraph.join(" "), width));
    paragraph = [];
  };
  for (const line of text.split("\n")) {
    if (line !== "" && !line.startsWith(" ")) {
      paragraph.push(line);
      continue;
    }
    end();
    if (line === "" || line.startsWith("  $ ")) lines.push(line);
    else lines.push(...hanging(line, width));
  }
  end();
  return lines.join("\n");
}
