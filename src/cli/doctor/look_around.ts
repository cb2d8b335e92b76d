/**
 * What is in a cache's folders, file by file: only looked at.
 *
 * @module
 */

import type { Adapter, DirectoryEntry, FileStat } from "../../adapter.ts";
import { AdapterError } from "../../errors.ts";
import { type FileRole, fileRole, isTierName } from "../../file_store/layout.ts";

/** A file with a name of ours. */
export interface SeenFile {
  /** Its path. */
  readonly path: string;
  /** The tier it is in. */
  readonly tier: string;
  /** What its name says. */
  readonly role: FileRole;
  /** What it is. */
  readonly stat: FileStat;
  /** Why it cannot be read; `undefined` if it can. */
  readonly unreadable: unknown;
}

/** A folder that may be a tier's. */
export interface SeenTier {
  /** Its path. */
  readonly path: string;
  /** What it is. */
  readonly stat: FileStat;
  /** Whether there is something of ours in it. */
  readonly ours: boolean;
  /** Why it cannot be looked into; `undefined` if it can. */
  readonly unreadable: unknown;
}

/** What was seen. */
export interface Seen {
  readonly tiers: readonly SeenTier[];
  readonly files: readonly SeenFile[];
}

/** A file of which so much can be read can be read; a larger one is refused when it has been opened. */
const READ_BYTES = 4_096;

function whyUnreadable(adapter: Adapter, path: string): unknown {
  try {
    adapter.read(path, READ_BYTES);
    return undefined;
  } catch (error) {
    return error instanceof AdapterError && error.code === "EFBIG" ? undefined : error;
  }
}

function seeFile(adapter: Adapter, tier: string, folder: string, { name }: DirectoryEntry): SeenFile | undefined {
  const role = fileRole(name);
  if (role === undefined) return undefined;
  const path = `${folder}/${name}`;
  const stat = adapter.stat(path);
  if (stat === undefined) return undefined;
  return { path, tier, role, stat, unreadable: stat.kind === "file" ? whyUnreadable(adapter, path) : undefined };
}

/**
 * Looks at all of it.
 *
 * @param adapter The files.
 * @param root The root's real path.
 */
export function lookAround(adapter: Adapter, root: string): Seen {
  const tiers: SeenTier[] = [];
  const files: SeenFile[] = [];
  for (const { name: tier } of adapter.list(root) ?? []) {
    const path = `${root}/${tier}`;
    const stat = isTierName(tier) ? adapter.stat(path) : undefined;
    if (stat === undefined || (stat.kind !== "directory" && stat.kind !== "link")) continue;
    const before = files.length;
    let unreadable: unknown;
    try {
      const entries = stat.kind === "link" ? [] : adapter.list(path) ?? [];
      for (const entry of entries) {
        const file = seeFile(adapter, tier, path, entry);
        if (file !== undefined) files.push(file);
      }
    } catch (error) {
      unreadable = error;
    }
    tiers.push({ path, stat, ours: files.length > before, unreadable });
  }
  return { tiers, files };
}
