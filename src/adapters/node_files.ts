/**
 * The bare calls about files, on `node:fs`: what Node and Bun share.
 *
 * @module
 */

import type { FileStat } from "../adapter.ts";
import { systemError } from "./errno.ts";
import type { FileCalls } from "./files.ts";
import { type Callback, type NodeFs, nodeFs, type NodeStats } from "./node_api.ts";
import type { OpenFile } from "./open_file.ts";
import { kindOfMode, notBefore, PERMISSION_BITS } from "./state.ts";

/** What is known of a file. */
function toFileStat(stats: NodeStats, windows: boolean): FileStat {
  return {
    kind: kindOfMode(stats.mode),
    size: stats.size,
    modifiedAt: stats.mtimeMs,
    changedAt: notBefore(stats.ctimeMs),
    inode: stats.ino,
    mode: windows ? undefined : stats.mode & PERMISSION_BITS,
    owner: windows ? undefined : stats.uid,
  };
}

/** A descriptor. */
class NodeOpenFile implements OpenFile {
  readonly #fs: NodeFs;
  readonly #fd: number;
  readonly #windows: boolean;

  constructor(fs: NodeFs, fd: number, windows: boolean) {
    this.#fs = fs;
    this.#fd = fd;
    this.#windows = windows;
  }

  stat(): FileStat {
    return toFileStat(this.#fs.fstatSync(this.#fd), this.#windows);
  }

  read(into: Uint8Array): number {
    return this.#fs.readSync(this.#fd, into, 0, into.length, null);
  }

  readAsync(into: Uint8Array): Promise<number> {
    return settled<number>((callback) => this.#fs.read(this.#fd, into, 0, into.length, null, callback));
  }

  write(from: Uint8Array): number {
    return this.#fs.writeSync(this.#fd, from, 0, from.length);
  }

  writeAsync(from: Uint8Array): Promise<number> {
    return settled<number>((callback) => this.#fs.write(this.#fd, from, 0, from.length, null, callback));
  }

  setMode(mode: number): void {
    if (!this.#windows) this.#fs.fchmodSync(this.#fd, mode);
  }

  flush(): Promise<void> {
    return settled<void>((callback) => this.#fs.fsync(this.#fd, callback));
  }

  close(): void {
    this.#fs.closeSync(this.#fd);
  }
}

/** The bare calls. */
export function nodeFileCalls(windows: boolean): FileCalls {
  const fs = nodeFs();
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const stat = (path: string) => {
    const stats = fs.lstatSync(path, { throwIfNoEntry: false });
    return stats === undefined ? undefined : toFileStat(stats, windows);
  };
  /** No flag of Windows refuses a link: a look beforehand is the best there is. */
  const openAfterLook = (path: string) => {
    if (stat(path)?.kind === "link") throw systemError("ELOOP", "it is a symbolic link");
    return fs.openSync(path, "r");
  };
  return {
    windows,
    stat,
    openToRead: (path) => {
      // Numeric flags fail in Bun on Windows. O_NONBLOCK: opening a pipe would wait for its writer.
      const fd = windows ? openAfterLook(path) : fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      return new NodeOpenFile(fs, fd, windows);
    },
    openNew: (path, mode) => new NodeOpenFile(fs, fs.openSync(path, "wx", mode), windows),
    link: (existing, path) => fs.linkSync(existing, path),
    rename: (from, to) => fs.renameSync(from, to),
    unlink: (path) => fs.unlinkSync(path),
    setModified: (path, seconds) => fs.lutimesSync(path, seconds, seconds),
  };
}

function settled<T>(start: (callback: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    // Bun passes undefined where Node passes null.
    start((error, value) => error instanceof Error ? reject(error) : resolve(value));
  });
}
