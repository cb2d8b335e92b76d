/**
 * What to do about what the system refuses: a pure judgement.
 *
 * @module
 */

import type { Errno } from "../../errors.ts";
import { AdapterError } from "../../errors.ts";
import { shellLine } from "../record/recipe.ts";

const REMEDIES: Partial<Record<Errno, (path: string) => string>> = {
  EACCES: (path) =>
    `choose another --root, or make ${shellLine([path])} yours: sudo chown "$(id -u)" ${shellLine([path])}`,
  EPERM: (path) =>
    `choose another --root, or make ${shellLine([path])} yours: sudo chown "$(id -u)" ${shellLine([path])}`,
  EROFS: () => "choose another --root, on a disk that can be written to",
  ENOSPC: (path) => `make room on the disk: ${shellLine(["df", "-h", path])} shows how full it is`,
  EDQUOT: (path) => `make room: this user may not keep more on the disk of ${shellLine([path])}`,
  ENOTDIR: () => "choose another --root: a file is in the way",
  ENOTCAPABLE: () => "run it with more permissions: deno run -A",
  EMFILE: () => "let this user open more: ulimit -n 4096",
  EIO: (path) => `look at the disk: ${shellLine(["df", path])} tells which, and dmesg what is wrong with it`,
};

/**
 * What to do.
 *
 * @param error What was thrown.
 * @param path The path that it is about.
 */
export function remedyOf(error: unknown, path: string): string {
  const remedy = error instanceof AdapterError ? REMEDIES[error.code] : undefined;
  return remedy?.(path) ?? `look at ${shellLine([path])}: ${error instanceof Error ? error.message : String(error)}`;
}

/** What the system said, in short. */
export function codeOf(error: unknown): string {
  return error instanceof AdapterError ? error.code : error instanceof Error ? error.message : String(error);
}
