/**
 * The bare calls about folders, on `node:fs`: what Node and Bun share.
 *
 * @module
 */

import type { DirectoryEntry, FileKind, Watcher } from "../adapter.ts";
import type { FileCalls } from "./files.ts";
import type { FolderCalls } from "./folders.ts";
import { type NodeDirent, type NodeFs, nodeFs } from "./node_api.ts";
import { FOLDER_MODE } from "./state.ts";

/** How many names the system is asked for at once. */
const NAMES_AT_ONCE = 128;

/**
 * The bare calls.
 *
 * @param files The bare calls about files.
 */
export function nodeFolderCalls({ windows, stat }: FileCalls): FolderCalls {
  const fs = nodeFs();
  return {
    windows,
    stat,
    makeFolder: (path) => {
      fs.mkdirSync(path, FOLDER_MODE);
      if (!windows) fs.chmodSync(path, FOLDER_MODE);
    },
    realPath: (path) => fs.realpathSync.native(path),
    entries: (path) => entries(fs, path),
    watch: (path, onChange) => watch(fs, path, onChange),
  };
}

function* entries(fs: NodeFs, path: string): Generator<DirectoryEntry, void> {
  const folder = fs.opendirSync(path, { bufferSize: NAMES_AT_ONCE });
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      yield { name: entry.name, kind: kindOf(entry) };
    }
  } finally {
    folder.closeSync();
  }
}

function kindOf(entry: NodeDirent): FileKind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "link" : "other";
}

function watch(fs: NodeFs, path: string, onChange: (name: string | undefined) => void): Watcher {
  const watcher = fs.watch(path, (_event, name) => onChange(name ?? undefined));
  // An error event that nobody hears would end the process.
  watcher.on("error", () => {
    watcher.close();
    onChange(undefined);
  });
  watcher.unref();
  return { close: () => watcher.close() };
}
