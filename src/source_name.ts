/**
 * Names of tiers and sources: which text may become a file's name, and a safe name for any text.
 *
 * @module
 */

import { InvalidNameError } from "./errors.ts";
import { sha256Hex } from "./sha256.ts";

/** The most characters of a name. With the longest ending of ours (48) it stays within the 255 bytes of file systems. */
const MAX_LENGTH = 100;

const FOREIGN_CHARACTER = /[^a-z0-9._-]/u;

/** Names that Windows keeps for devices, in any folder and with any extension: `nul.json` is the device too. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/;

/**
 * Parts that mark our own files. No part but the first may be one of them.
 *
 * A source's files are `<name>.json`, `<name>.lock`, `<name>.lock~` and `<name>.refreshing`, and each of them followed by
 * `.<token>.tmp` (an older program's: `.tmp`). So the first such part after the name's own first part always ends the
 * name, whatever follows it: a file belongs to one source, by any reading, even one that only compares beginnings.
 */
const OWN_PART = /\.(json|lock|refreshing)(?:\.|$)/;

/** How `slug` marks what it altered: 128 bits of a hash, in hexadecimal digits. */
const HASH_LENGTH = 32;
const HASH_SUFFIX = /-[0-9a-f]{32}$/;

/** What would be right in the place of an invalid name; `undefined` for a valid one. */
function objection(value: unknown): string | undefined {
  if (typeof value !== "string") return "a string";
  if (value === "") return "at least one character";
  if (value.length > MAX_LENGTH) return `at most ${MAX_LENGTH} characters, not ${value.length}`;
  if (FOREIGN_CHARACTER.test(value)) return 'only lower-case letters a to z, digits, "-", "." and "_"';
  if (!/^[a-z0-9]/.test(value) || !/[a-z0-9]$/.test(value)) return "a letter or a digit at both ends";
  if (value.includes("..")) return 'no two dots in a row, "..": they lead out of a folder';
  if (DEVICE.test(value)) {
    return 'a first part (up to a ".") that Windows does not reserve, as it does con, prn, aux, nul, com0-9 and lpt0-9';
  }
  const own = OWN_PART.exec(value)?.[1];
  if (own !== undefined) return `no part ".${own}": it marks the cache's own files, as .json, .lock and .refreshing do`;
  return undefined;
}

/**
 * Checks the name of a tier or a source, and returns it.
 *
 * A valid name has 1 to 100 characters: lower-case letters a to z, digits, and inside also `-`, `.` and `_`, but not
 * `..`. Its first part, up to a dot, is not a name that Windows reserves (con, prn, aux, nul, com0 to com9, lpt0 to lpt9).
 * No later part between dots is `json`, `lock` or `refreshing`: these mark the cache's own files, so that no two valid
 * names ever share a file.
 *
 * @param value The name.
 * @param what What it is a name of, as the error is to call it, for example `"tier"`.
 * @returns The same name.
 * @throws {InvalidNameError} If it is no valid name.
 *
 * @example A name that would leave its folder
 * ```ts
 * import { checkName, InvalidNameError } from "@discoverycache/core";
 *
 * if (checkName("openrouter", "name") !== "openrouter") throw new Error("altered");
 * try {
 *   checkName("../secrets", "name");
 *   throw new Error("accepted");
 * } catch (error) {
 *   if (!(error instanceof InvalidNameError)) throw error;
 * }
 * ```
 */
export function checkName(value: string, what: string): string {
  const expected = objection(value);
  if (expected !== undefined) {
    throw new InvalidNameError({ value, what, expected: `${expected}; slug() makes a valid name of any text` });
  }
  return value;
}

/** The text's UTF-16 code units, the high byte first. UTF-8 would make one and the same of all lone surrogates. */
function codeUnits(text: string): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) bytes.setUint16(2 * i, text.charCodeAt(i));
  return new Uint8Array(bytes.buffer);
}

/** The legible part of an altered text. Only ASCII is folded: what Unicode says about the rest differs by runtime. */
function legible(text: string): string {
  const words = text
    .replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32))
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, MAX_LENGTH - HASH_LENGTH - 1)
    .replace(/-$/, "");
  return words === "" ? "slug" : words;
}

/**
 * Makes a valid name of any text, and never the same name of two different texts.
 *
 * A valid name stays as it is, unless it ends as an altered one does (`-` and 32 hexadecimal digits). Everything else is
 * altered: what is legible of it in lower-case letters, digits and `-`, then `-` and 128 bits of its SHA-256 hash. So
 * give it the text itself, and once: the slug of an altered name is another name. The same text gives the same name on
 * every runtime and system.
 *
 * @param text Any text, empty or with lone surrogates too.
 * @returns A name that {@linkcode checkName} accepts.
 * @throws {InvalidNameError} If `text` is not a string.
 *
 * @example A pull request as a name
 * ```ts
 * import { slug } from "@discoverycache/core";
 *
 * if (slug("openrouter") !== "openrouter") throw new Error("altered");
 * if (!slug("Owner/Repo#12").startsWith("owner-repo-12-")) throw new Error("illegible");
 * if (slug("Owner/Repo#12") === slug("owner/repo#12")) throw new Error("one name for two texts");
 * ```
 */
export function slug(text: string): string {
  if (typeof text !== "string") throw new InvalidNameError({ value: text, what: "text", expected: "a string" });
  if (objection(text) === undefined && !HASH_SUFFIX.test(text)) return text;
  return `${legible(text)}-${sha256Hex(codeUnits(text)).slice(0, HASH_LENGTH)}`;
}
