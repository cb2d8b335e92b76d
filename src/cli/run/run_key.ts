/**
 * What an answer depends on, when it has no name of its own: the command and its arguments, and what `--key` adds to them.
 *
 * @module
 */

import { InvalidOptionError } from "../../errors.ts";
import { sha256Hex } from "../../sha256.ts";
import { slug } from "../../source_name.ts";
import { absolute } from "../common_options.ts";
import { environmentVariable, modifiedAt, workingDirectory } from "../host.ts";

/** What `--key` adds: where the command is run, what it finds in its environment, which files it reads. */
export interface KeyParts {
  /** The working directory, if that counts. */
  readonly folder: string | undefined;
  /** The environment variables that count; `null`: not set. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** The files that count, and when they changed last, milliseconds since the epoch; `null`: not there. */
  readonly files: Readonly<Record<string, number | null>>;
}

/** What a part may be, in the help and in errors. */
export const KEY_PARTS = "args, cwd, env:NAME, file:PATH";

/**
 * Reads what `--key` says.
 *
 * @param words Each of them.
 * @throws {InvalidOptionError} If one cannot be understood.
 */
export function readKeyParts(words: readonly string[]): KeyParts {
  const environment: Record<string, string | null> = {};
  const files: Record<string, number | null> = {};
  let folder: string | undefined;
  for (const word of words) {
    const [, kind, what = ""] = /^(env|file):(.+)$/s.exec(word) ?? [];
    if (kind === "env" && !/[=\0]/.test(what)) environment[what] = environmentVariable(what) ?? null;
    else if (kind === "file" && !what.includes("\0")) files[absolute(what)] = modifiedAt(absolute(what)) ?? null;
    else if (word === "cwd") folder = workingDirectory();
    else if (word !== "args") {
      throw new InvalidOptionError({ what: "--key", value: word, expected: `one of ${KEY_PARTS}` });
    }
  }
  return { folder, environment, files };
}

/** In one order, whichever way they were named. */
function sorted(parts: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(parts).sort(([one], [other]) => one < other ? -1 : 1);
}

/**
 * The name of the data of a command. What is legible of it is of the command alone: what is in an environment is nobody's
 * business who lists a folder.
 *
 * @param command The command and its arguments.
 * @param parts What else the answer depends on.
 */
export function nameOf(command: readonly string[], { folder, environment, files }: KeyParts): string {
  const words = JSON.stringify(command);
  const more = [folder, sorted(environment), sorted(files)];
  if (JSON.stringify(more) === "[null,[],[]]") return slug(words);
  return slug(`${words} ${sha256Hex(new TextEncoder().encode(JSON.stringify(more)))}`);
}
