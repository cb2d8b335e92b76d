/**
 * Options that several commands have, and what may stand there.
 *
 * @module
 */

import { isAbsolutePath } from "../absolute_path.ts";
import { InvalidOptionError } from "../errors.ts";
import { checkName } from "../source_name.ts";
import { userCacheDir } from "../user_cache_dir.ts";
import type { OptionSpecs } from "./command_spec.ts";
import { workingDirectory } from "./host.ts";
import { recordedTier } from "./record/record_tiers.ts";

/** The option that every command has. */
export const ROOT_OPTION = {
  root: { value: "dir", help: "the cache's folder", byDefault: "discoverycache in the user's folder for caches" },
} as const satisfies OptionSpecs;

/** A path as it is from everywhere. */
export function absolute(path: string): string {
  return isAbsolutePath(path) ? path : `${workingDirectory()}/${path}`;
}

/**
 * The folder that `--root` names.
 *
 * @param root What stands there; the user's own folder if nothing does.
 * @throws {InvalidOptionError} If it is no path.
 */
export function checkRoot(root: string | undefined): string {
  if (root === undefined) return userCacheDir("discoverycache");
  if (root !== "" && !root.includes("\0")) return absolute(root);
  throw new InvalidOptionError({ what: "--root", value: root, expected: "the path of a folder" });
}

/**
 * A tier that `--tier` names.
 *
 * @throws {InvalidOptionError} If there are records of what was run.
 * @throws {InvalidNameError} If it cannot be used.
 */
export function checkTier(tier: string): string {
  if (recordedTier(tier) === undefined) return checkName(tier, "--tier");
  const expected = 'a tier that does not end with ".command" or ".stderr": there are the records of what was run';
  throw new InvalidOptionError({ what: "--tier", value: tier, expected });
}
