/**
 * What `run` did to answer a question, written down so that it can be done again: by `refresh`, from anywhere.
 *
 * @module
 */

import {
  array,
  fallback,
  minLength,
  minValue,
  nullable,
  number,
  object,
  optional,
  parse,
  pipe,
  record,
  string,
} from "valibot";

const text = string();
const time = pipe(number(), minValue(0));

/** As it is on disk. A field that a newer release adds is passed over. */
const RECIPE = object({
  /** The command and its arguments. */
  command: pipe(array(text), minLength(1)),
  /** The folder in which it is run; left out where it could not be known. */
  folder: optional(text),
  /** The environment variables that the answer depends on, and what they were; `null`: not set. */
  environment: fallback(record(text, nullable(text)), {}),
  /** The files that the answer depends on, and when they had changed last, milliseconds since the epoch; `null`: not there. */
  files: fallback(record(text, nullable(number())), {}),
  /** How long the answer stays fresh, in milliseconds. */
  ttl: time,
  /** How long the command may take, in milliseconds. */
  refreshDeadline: time,
});

/** What `run` did. */
export interface Recipe {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** The folder in which it is run; `undefined` where it could not be known. */
  readonly folder?: string | undefined;
  /** The environment variables that the answer depends on, and what they were; `null`: not set. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** The files that the answer depends on, and when they had changed last, milliseconds since the epoch; `null`: not there. */
  readonly files: Readonly<Record<string, number | null>>;
  /** How long the answer stays fresh, in milliseconds. */
  readonly ttl: number;
  /** How long the command may take, in milliseconds. */
  readonly refreshDeadline: number;
}

/** A recipe as bytes. */
export function encodeRecipe(recipe: Recipe): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(recipe));
}

/** What bytes say; `undefined` if they are no recipe. */
export function decodeRecipe(bytes: Uint8Array): Recipe | undefined {
  try {
    return parse(RECIPE, JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

/** A word as one would type it in a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command as one would type it in a shell. */
export function shellLine(command: readonly string[]): string {
  return command.map(quoted).join(" ");
}
