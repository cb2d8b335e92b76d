/**
 * A disk in memory that several adapters, each standing for a process, work on: a tree of folders, files with several
 * names, links, mounted file systems that are small, read-only or without hard links.
 *
 * Inode numbers are given out as ext4 does it: the lowest free one first, so that a replaced file's number comes back.
 *
 * @module
 */

import type { FileKind } from "../../src/adapter.ts";
import type { Errno } from "../../src/errors.ts";

/** A failed call: an {@linkcode Errno}, or one of the two that an adapter makes into values. */
export class DiskFailure extends Error {
  override readonly name = "DiskFailure";
  readonly code: Errno | "ENOENT" | "EEXIST";

  /** @param code The system's name for what happened. */
  constructor(code: Errno | "ENOENT" | "EEXIST") {
    super(`the disk said ${code}`);
    this.code = code;
  }
}

/** A file system of the disk. */
export interface Volume {
  /** How many bytes its files may hold together. */
  readonly capacity: number;
  /** May be changed, as by mounting it anew. */
  readOnly: boolean;
  readonly hardLinks: boolean;
}

/** A file system in use. */
interface Mounted extends Volume {
  used: number;
  nextInode: number;
  readonly freeInodes: number[];
}

/** A file, folder or link. */
export interface Inode {
  readonly kind: FileKind;
  readonly volume: Mounted;
  readonly number: number;
  readonly owner: number;
  readonly children: Map<string, Inode>;
  readonly watchers: Set<(name: string | undefined) => void>;
  /** What a link points to. */
  readonly target: string;
  mode: number;
  bytes: Uint8Array;
  modifiedAt: number;
  changedAt: number;
  /** How many folders know it. At 0 its number is free again. */
  names: number;
}

/** Where a path leads: a folder, a name in it, and what has that name. */
export interface Place {
  readonly folder: Inode;
  readonly name: string;
  readonly found: Inode | undefined;
}

/** What a new inode is like. */
export interface NewInode {
  readonly kind: FileKind;
  readonly mode: number;
  readonly owner: number;
  readonly target?: string;
}

const ROOMY: Volume = { capacity: Infinity, readOnly: false, hardLinks: true };
const NOTHING = new Uint8Array(0);

/** As on Linux. */
const MOST_LINKS_FOLLOWED = 40;
const LONGEST_NAME = 255;
const LONGEST_PATH = 4095;

/** How many paths are kept in parts. */
const PATHS_KEPT = 4096;

/** The disk. Its methods throw {@linkcode DiskFailure}. */
export class MemoryDisk {
  /** The time, milliseconds since the epoch. */
  readonly now: () => number;
  readonly #root: Inode;
  readonly #parts = new Map<string, readonly string[]>();

  /** @param now The clock that files get their times from. */
  constructor(now: () => number) {
    this.now = now;
    this.#root = this.#makeInode({ ...ROOMY, used: 0, nextInode: 2, freeInodes: [] }, {
      kind: "directory",
      mode: 0o755,
      owner: 0,
    });
    this.#root.names = 1;
  }

  /**
   * Finds a path. A link in its last part is not followed.
   *
   * @param user Whose permissions count.
   */
  find(path: string, user: number): Place {
    return this.#walk(path, user, 0);
  }

  /** The path without links; every part of it is there. */
  realPath(path: string, user: number): string {
    const ahead = path.split("/");
    let real = "";
    for (let followed = 0; ahead.length > 0;) {
      const part = ahead.shift();
      if (part === undefined || part === "" || part === ".") continue;
      if (part === "..") {
        real = real.slice(0, real.lastIndexOf("/"));
        continue;
      }
      const { found } = this.find(`${real}/${part}`, user);
      if (found === undefined) throw new DiskFailure("ENOENT");
      if (found.kind !== "link") {
        real = `${real}/${part}`;
        continue;
      }
      if (++followed > MOST_LINKS_FOLLOWED) throw new DiskFailure("ELOOP");
      if (found.target.startsWith("/")) real = "";
      ahead.unshift(...found.target.split("/"));
    }
    return real === "" ? "/" : real;
  }

  /** Makes something under a free name. */
  make({ folder, name, found }: Place, made: NewInode): Inode {
    if (found !== undefined) throw new DiskFailure("EEXIST");
    this.#refuseReadOnly(folder);
    const inode = this.#makeInode(folder.volume, made);
    this.#enter(folder, name, inode);
    return inode;
  }

  /** Makes a folder that is a file system of its own. */
  mount(path: string, volume: Partial<Volume>): void {
    const { folder, name } = this.find(path, 0);
    const mounted = { ...ROOMY, ...volume, used: 0, nextInode: 2, freeInodes: [] };
    this.#enter(folder, name, this.#makeInode(mounted, { kind: "directory", mode: 0o755, owner: 0 }));
  }

  /** Gives an inode another name. */
  addName({ folder, name, found }: Place, inode: Inode): void {
    if (found !== undefined) throw new DiskFailure("EEXIST");
    if (inode.volume !== folder.volume) throw new DiskFailure("EXDEV");
    this.#refuseReadOnly(folder);
    if (!inode.volume.hardLinks || inode.kind === "directory") throw new DiskFailure("EPERM");
    inode.changedAt = this.now();
    this.#enter(folder, name, inode);
  }

  /** Takes a name away. */
  dropName({ folder, name, found }: Place): void {
    if (found === undefined) throw new DiskFailure("ENOENT");
    this.#refuseReadOnly(folder);
    folder.children.delete(name);
    this.#forget(found);
    this.#touch(folder, name);
  }

  /** Moves a name over another one, in one step. */
  rename(from: Place, to: Place): void {
    const { found: moved } = from;
    if (moved === undefined) throw new DiskFailure("ENOENT");
    if (moved.volume !== to.folder.volume) throw new DiskFailure("EXDEV");
    this.#refuseReadOnly(from.folder);
    if (to.found === moved) return;
    if (to.found?.kind === "directory" && moved.kind !== "directory") throw new DiskFailure("EISDIR");
    if (to.found !== undefined && to.found.kind !== "directory" && moved.kind === "directory") {
      throw new DiskFailure("ENOTDIR");
    }
    if (to.found !== undefined && to.found.children.size > 0) throw new DiskFailure("ENOTEMPTY");
    from.folder.children.delete(from.name);
    to.folder.children.set(to.name, moved);
    moved.changedAt = this.now();
    if (to.found !== undefined) this.#forget(to.found);
    this.#touch(from.folder, from.name);
    this.#touch(to.folder, to.name);
  }

  /** Gives a file other bytes; on a full disk as many as fit, and then it fails. */
  fill(inode: Inode, bytes: Uint8Array): void {
    const { volume } = inode;
    if (volume.readOnly) throw new DiskFailure("EROFS");
    const room = volume.capacity - volume.used + inode.bytes.length;
    const written = bytes.slice(0, room);
    volume.used += written.length - inode.bytes.length;
    inode.bytes = written;
    inode.modifiedAt = inode.changedAt = this.now();
    if (written.length < bytes.length) throw new DiskFailure("ENOSPC");
  }

  /** Sets a file's modification time. */
  setModified(inode: Inode, modifiedAt: number): void {
    if (inode.volume.readOnly) throw new DiskFailure("EROFS");
    inode.modifiedAt = modifiedAt;
    inode.changedAt = this.now();
  }

  /** Removes a folder with all that is in it, whoever watches it. */
  removeTree(path: string): void {
    const place = this.find(path, 0);
    if (place.found === undefined) return;
    for (const name of place.found.children.keys()) this.removeTree(`${path}/${name}`);
    place.folder.children.delete(place.name);
    this.#forget(place.found);
    for (const tell of place.found.watchers) tell(undefined);
    this.#touch(place.folder, place.name);
  }

  #walk(path: string, user: number, followed: number): Place {
    if (!path.startsWith("/") || path.includes("\0")) throw new DiskFailure("EINVAL");
    if (path.length > LONGEST_PATH) throw new DiskFailure("ENAMETOOLONG");
    const parts = this.#split(path);
    let folder = this.#root;
    for (const [index, name] of parts.entries()) {
      if (folder.kind !== "directory") throw new DiskFailure("ENOTDIR");
      if (name.length > LONGEST_NAME) throw new DiskFailure("ENAMETOOLONG");
      if (!allows(folder, user, ENTER)) throw new DiskFailure("EACCES");
      const found = folder.children.get(name);
      if (index === parts.length - 1) return { folder, name, found };
      if (found === undefined) throw new DiskFailure("ENOENT");
      if (found.kind === "link") {
        if (followed === MOST_LINKS_FOLLOWED) throw new DiskFailure("ELOOP");
        const base = found.target.startsWith("/") ? "" : `/${parts.slice(0, index).join("/")}/`;
        return this.#walk(`${base}${found.target}/${parts.slice(index + 1).join("/")}`, user, followed + 1);
      }
      folder = found;
    }
    return { folder: this.#root, name: "", found: this.#root };
  }

  /** The names in a path. `..` goes back a name: links to folders that are left upwards again are not for tests. */
  #split(path: string): readonly string[] {
    const known = this.#parts.get(path);
    if (known !== undefined) return known;
    const parts: string[] = [];
    for (const part of path.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    if (this.#parts.size === PATHS_KEPT) this.#parts.clear();
    this.#parts.set(path, parts);
    return parts;
  }

  #makeInode(volume: Mounted, { kind, mode, owner, target = "" }: NewInode): Inode {
    const time = this.now();
    return {
      kind,
      volume,
      number: takeNumber(volume),
      owner,
      target,
      mode,
      children: new Map(),
      watchers: new Set(),
      bytes: NOTHING,
      modifiedAt: time,
      changedAt: time,
      names: 0,
    };
  }

  #enter(folder: Inode, name: string, inode: Inode): void {
    folder.children.set(name, inode);
    inode.names++;
    this.#touch(folder, name);
  }

  /** A name is gone; with the last one, the inode. */
  #forget(inode: Inode): void {
    inode.names--;
    inode.changedAt = this.now();
    if (inode.names > 0) return;
    inode.volume.used -= inode.bytes.length;
    inode.volume.freeInodes.push(inode.number);
  }

  #touch(folder: Inode, name: string): void {
    folder.modifiedAt = folder.changedAt = this.now();
    for (const tell of folder.watchers) tell(name);
  }

  #refuseReadOnly(folder: Inode): void {
    if (folder.volume.readOnly) throw new DiskFailure("EROFS");
  }
}

/** Bits of a mode, for the owner; shifted right by six, for all others. There are no groups here. */
export const READ = 0o4;
/** To make, rename and remove names in a folder. */
export const WRITE = 0o2;
/** To use the names in a folder. */
export const ENTER = 0o1;

/** Whether a user may do that with a file or folder. User 0 may do everything. */
export function allows(inode: Inode, user: number, bits: number): boolean {
  if (user === 0) return true;
  const granted = user === inode.owner ? inode.mode >> 6 : inode.mode;
  return (granted & bits) === bits;
}

/** The lowest free number. */
function takeNumber(volume: Mounted): number {
  const { freeInodes } = volume;
  if (freeInodes.length === 0) return volume.nextInode++;
  let lowest = 0;
  for (let index = 1; index < freeInodes.length; index++) {
    if ((freeInodes[index] ?? Infinity) < (freeInodes[lowest] ?? Infinity)) lowest = index;
  }
  const [number = volume.nextInode++] = freeInodes.splice(lowest, 1);
  return number;
}
