/**
 * What the numbers in a file's state mean: permission bits, file types, times.
 *
 * @module
 */

import type { FileKind } from "../adapter.ts";

/** Files: read and written by their owner only. */
export const FILE_MODE = 0o600;

/** Folders: entered, read and written by their owner only. */
export const FOLDER_MODE = 0o700;

/** The bits of a mode that say who may do what. */
export const PERMISSION_BITS = 0o7777;

/** The bits of a mode that say what the file is. */
const TYPE_BITS = 0o170000;

/** Regular file, folder, symbolic link: the others are devices, pipes and sockets. */
const KINDS: ReadonlyMap<number, FileKind> = new Map<number, FileKind>([
  [0o100000, "file"],
  [0o040000, "directory"],
  [0o120000, "link"],
]);

/** What kind of file has this mode. */
export function kindOfMode(mode: number): FileKind {
  return KINDS.get(mode & TYPE_BITS) ?? "other";
}

/**
 * A change time that is not earlier than the change. Deno (2.9) and some file systems know the second only, and give its
 * beginning; whoever asks how long nothing has changed must not be told of a second too many.
 */
export function notBefore(changedAt: number): number {
  return changedAt % 1000 === 0 ? changedAt + 999 : changedAt;
}
