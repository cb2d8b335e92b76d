/**
 * The command itself, as somebody would type it.
 *
 * @module
 */

import { shellLine } from "./record/recipe.ts";

/**
 * A line to be typed.
 *
 * @param words What follows the command's own name, its command first.
 * @param root What was given as `--root`, if anything was.
 */
export function ownLine([command = "", ...operands]: readonly string[], root: string | undefined): string {
  const given = root === undefined ? [] : ["--root", root];
  return shellLine(["discoverycache", command, ...given, ...operands]);
}
