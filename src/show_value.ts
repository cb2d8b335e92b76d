/**
 * Values as error messages show them.
 *
 * @module
 */

/** The most characters of a text that a message shows. */
const SHOWN_LENGTH = 60;

/** How a character looks in a message: whatever is not printable ASCII as `\uXXXX`. */
function escaped(character: string): string {
  const code = character.charCodeAt(0);
  if (character === '"' || character === "\\") return `\\${character}`;
  if (code >= 0x20 && code <= 0x7e) return character;
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * A value that somebody passed in, fit for an error message: on one line, short, and in printable ASCII only, so that
 * neither a control character nor a letter that merely looks like another one goes unnoticed.
 *
 * @param value Anything. An object is named by its kind, never by what is in it.
 */
export function showValue(value: unknown): string {
  switch (typeof value) {
    case "string": {
      const shown = Array.from({ length: Math.min(value.length, SHOWN_LENGTH) }, (_, i) => escaped(value.charAt(i)));
      const rest = value.length > SHOWN_LENGTH ? `... (${value.length} characters)` : "";
      return `"${shown.join("")}"${rest}`;
    }
    case "bigint":
      return "a bigint";
    case "symbol":
      return "a symbol";
    case "function":
      return "a function";
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "an array" : "an object";
    default:
      return String(value);
  }
}
