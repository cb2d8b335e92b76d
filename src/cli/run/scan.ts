/**
 * The quick scan of a command line that has nothing special in it. It spares the usual run the loading of the library
 * that knows all the rest: help, abbreviations, and what to say of a mistake.
 *
 * @module
 */

import type { OptionSpecs } from "../command_spec.ts";
import { RUN_OPTIONS, type RunWords } from "./run_options.ts";

const SPECS: OptionSpecs = RUN_OPTIONS;

/**
 * Scans `run [--option value | --option=value | --switch]... [--] CMD ARGS`.
 *
 * @param args What follows the command's own name.
 * @returns What stands there; `undefined` if anything else does, and the library has to look at it.
 */
export function scanRun(args: readonly string[]): RunWords | undefined {
  if (args[0] !== "run") return undefined;
  const options: Record<string, string | readonly string[] | true> = {};
  for (let index = 1; index < args.length; index++) {
    const word = args[index] ?? "";
    if (word === "--" || !word.startsWith("-")) {
      const operands = args.slice(word === "--" ? index + 1 : index);
      return operands.length === 0 ? undefined : { options: options as RunWords["options"], operands };
    }
    const [, name = "", given] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    const spec = Object.hasOwn(SPECS, name) ? SPECS[name] : undefined;
    if (spec === undefined || (spec.value === undefined && given !== undefined)) return undefined;
    const value = spec.value === undefined ? true : given ?? args[++index];
    // A value that looks like an option is more likely a forgotten value.
    if (value === undefined || (value !== true && given === undefined && value.startsWith("-"))) return undefined;
    options[name] = spec.many === true && value !== true ? [...[options[name] ?? []].flat() as string[], value] : value;
  }
  return undefined;
}
