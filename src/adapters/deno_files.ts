/**
 * The bare calls about files, on `Deno`.
 *
 * @module
 */

import type { FileKind, FileStat } from "../adapter.ts";
import type { DenoFile, DenoFileInfo, DenoNamespace } from "./deno_api.ts";
import { systemError } from "./errno.ts";
import type { FileCalls } from "./files.ts";
import type { OpenFile } from "./open_file.ts";
import { notBefore, PERMISSION_BITS } from "./state.ts";

/** What kind of file this is. */
export function kindOf(info: Pick<DenoFileInfo, "isFile" | "isDirectory" | "isSymlink">): FileKind {
  if (info.isFile) return "file";
  if (info.isDirectory) return "directory";
  return info.isSymlink ? "link" : "other";
}

/** What is known of a file. */
function toFileStat(info: DenoFileInfo, windows: boolean): FileStat {
  const changedAt = info.ctime?.getTime();
  return {
    kind: kindOf(info),
    size: info.size,
    modifiedAt: info.mtime?.getTime() ?? 0,
    changedAt: changedAt === undefined ? undefined : notBefore(changedAt),
    inode: info.ino ?? undefined,
    mode: windows || info.mode === null ? undefined : info.mode & PERMISSION_BITS,
    owner: windows || info.uid === null ? undefined : info.uid,
  };
}

/** An open file. */
class DenoOpenFile implements OpenFile {
  readonly #deno: DenoNamespace;
  readonly #file: DenoFile;
  readonly #path: string;
  readonly #windows: boolean;
  #known: DenoFileInfo | undefined;

  /** @param known What the opening has already found out. */
  constructor(deno: DenoNamespace, file: DenoFile, path: string, windows: boolean, known?: DenoFileInfo) {
    this.#deno = deno;
    this.#file = file;
    this.#path = path;
    this.#windows = windows;
    this.#known = known;
  }

  stat(): FileStat {
    const info = this.#known ?? this.#file.statSync();
    this.#known = undefined;
    return toFileStat(info, this.#windows);
  }

  read(into: Uint8Array): number {
    return this.#file.readSync(into) ?? 0;
  }

  async readAsync(into: Uint8Array): Promise<number> {
    return await this.#file.read(into) ?? 0;
  }

  write(from: Uint8Array): number {
    return this.#file.writeSync(from);
  }

  async writeAsync(from: Uint8Array): Promise<number> {
    return await this.#file.write(from);
  }

  /** By its path, since Deno cannot do it by the open file; so only for a file that this process has just made. */
  setMode(mode: number): void {
    if (!this.#windows) this.#deno.chmodSync(this.#path, mode);
  }

  async flush(): Promise<void> {
    await this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }
}

/** The bare calls. */
export function denoFileCalls(deno: DenoNamespace): FileCalls {
  const windows = deno.build.os === "windows";
  const refuseUnlessFile = (info: DenoFileInfo) => {
    if (info.isSymlink) throw systemError("ELOOP", "it is a symbolic link");
    if (info.isDirectory) throw systemError("EISDIR", "it is a folder");
    if (!info.isFile) throw systemError("ENXIO", "it is no regular file");
  };
  return {
    windows,
    stat: (path) => toFileStat(deno.lstatSync(path), windows),
    openToRead: (path) => {
      // Deno opens with no flag against links, and none against waiting at a pipe: it has to look beforehand.
      const before = deno.lstatSync(path);
      refuseUnlessFile(before);
      const file = deno.openSync(path, { read: true });
      try {
        const opened = file.statSync();
        // Another file than the one looked at: replaced meanwhile, or a link was put there.
        if (opened.ino !== before.ino || opened.dev !== before.dev) refuseUnlessFile(deno.lstatSync(path));
        return new DenoOpenFile(deno, file, path, windows, opened);
      } catch (error) {
        file.close();
        throw error;
      }
    },
    openNew: (path, mode) =>
      new DenoOpenFile(deno, deno.openSync(path, { write: true, createNew: true, mode }), path, windows),
    link: (existing, path) => deno.linkSync(existing, path),
    rename: (from, to) => deno.renameSync(from, to),
    unlink: (path) => {
      // Deno's remove takes empty folders as well.
      if (deno.lstatSync(path).isDirectory) throw systemError("EISDIR", "it is a folder");
      deno.removeSync(path);
    },
    setModified: (path, seconds) => {
      // Deno has no call that leaves the target of a link alone.
      if (deno.lstatSync(path).isSymlink) throw systemError("ELOOP", "it is a symbolic link");
      deno.utimeSync(path, seconds, seconds);
    },
  };
}
