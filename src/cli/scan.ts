/**
 * The quick scan of a command line that has nothing special in it. It spares the usual run the loading of the library
 * that knows all the rest: help, abbreviations, and what to say of a mistake.
 *
 * @module
 */

import { RUN_OPTIONS, type RunOptionName, type RunWords } from "./run_options.ts";

function isOption(name: string): name is RunOptionName {
  return Object.hasOwn(RUN_OPTIONS, name);
}

/**
 * Scans `run [--option value | --option=value]... [--] CMD ARGS`.
 *
 * @param args What follows the command's own name.
 * @returns What stands there; `undefined` if anything else does, and the library has to look at it.
 */
export function scanRun(args: readonly string[]): RunWords | undefined {
  if (args[0] !== "run") return undefined;
  const options: Partial<Record<RunOptionName, string>> = {};
  for (let index = 1; index < args.length; index++) {
    const word = args[index] ?? "";
    if (word === "--" || !word.startsWith("-")) {
      const command = args.slice(word === "--" ? index + 1 : index);
      return command.length === 0 ? undefined : { options, command };
    }
    const [, name = "", given] = /^--([a-z]+)(?:=(.*))?$/s.exec(word) ?? [];
    const value = given ?? args[++index];
    // A value that looks like an option is more likely a forgotten value.
    if (!isOption(name) || value === undefined || (given === undefined && value.startsWith("-"))) return undefined;
    options[name] = value;
  }
  return undefined;
}
