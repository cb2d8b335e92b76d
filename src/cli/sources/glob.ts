/**
 * Names with something left open.
 *
 * @module
 */

/** Whether a text leaves something open: `*` stands for anything, `?` for one character. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/** What a whole text has to match. */
export function globPattern(text: string): RegExp {
  const escaped = text.replaceAll(/[\\^$.+()[\]{}|/-]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll(/\*+/g, ".*").replaceAll("?", ".")}$`, "s");
}
