/**
 * An adapter on a disk and a process table in memory: deterministic, fast, and as strict as the real ones.
 *
 * @module
 */

import type {
  Adapter,
  CreateOutcome,
  DirectoryEntry,
  FileContent,
  FileStat,
  Identity,
  LinkOutcome,
  Liveness,
  Watcher,
} from "../../src/adapter.ts";
import { AdapterError, type Errno } from "../../src/errors.ts";
import { allows, DiskFailure, type Inode, type MemoryDisk, type Place, READ, WRITE } from "./memory_disk.ts";
import type { ProcessTable } from "./process_table.ts";

/** What a process works with. */
export interface MemoryWorld {
  /** The disk; adapters that share it are processes on one machine. */
  readonly disk: MemoryDisk;
  /** The processes. */
  readonly processes: ProcessTable;
  /** Which of them this adapter is. */
  readonly identity: Identity;
  /** Whether it may ask about others; if not, whoever is not itself is `"unknown"`. */
  readonly mayAsk?: boolean;
}

const UNKNOWN: Liveness = { state: "unknown", processStart: undefined, startedAt: undefined };

/** One process's view of a disk in memory. */
export class MemoryAdapter implements Adapter {
  readonly name = "memory";
  readonly #disk: MemoryDisk;
  readonly #processes: ProcessTable;
  readonly #identity: Identity;
  readonly #mayAsk: boolean;
  readonly #user: number;

  /** @param world The disk, the processes, and which of them this is. */
  constructor({ disk, processes, identity, mayAsk = true }: MemoryWorld) {
    this.#disk = disk;
    this.#processes = processes;
    this.#identity = identity;
    this.#mayAsk = mayAsk;
    this.#user = identity.user ?? 0;
  }

  stat(path: string): FileStat | undefined {
    return this.#call<FileStat | undefined>("stat", path, () => {
      const { found } = this.#find(path);
      return found && statOf(found);
    }, { ENOENT: undefined });
  }

  read(path: string, limit?: number): FileContent | undefined {
    return this.#call<FileContent | undefined>("read", path, () => this.#content(path, limit), { ENOENT: undefined });
  }

  async readLarge(path: string, limit?: number): Promise<FileContent | undefined> {
    await Promise.resolve();
    return this.#call<FileContent | undefined>("readLarge", path, () => this.#content(path, limit), {
      ENOENT: undefined,
    });
  }

  createExclusive(path: string, bytes: Uint8Array): CreateOutcome {
    return this.#call<CreateOutcome>("createExclusive", path, () => {
      this.#fillOrUndo(path, this.#create(path), bytes);
      return "created";
    }, NOT_CREATED);
  }

  async stage(path: string, bytes: Uint8Array): Promise<CreateOutcome> {
    const made = this.#call<Inode | CreateOutcome>("stage", path, () => this.#create(path), NOT_CREATED);
    if (typeof made === "string") return made;
    // As in life, others see the file before its bytes are there.
    await Promise.resolve();
    return this.#call<CreateOutcome>("stage", path, () => {
      this.#fillOrUndo(path, made, bytes);
      return "created";
    }, {});
  }

  link(existing: string, path: string): LinkOutcome {
    return this.#call<LinkOutcome>("link", path, () => {
      const { found } = this.#find(existing);
      if (found === undefined) return "absent";
      this.#disk.addName(this.#writable(path), found);
      return "linked";
    }, { EEXIST: "exists", ENOENT: "absent", EPERM: "unsupported", EACCES: "unsupported" });
  }

  replace(from: string, to: string): "replaced" | "absent" {
    const source = this.#call<Place | undefined>("replace", to, () => this.#find(from), { ENOENT: undefined });
    if (source?.found === undefined) return "absent";
    return this.#call<"replaced">("replace", to, () => {
      this.#disk.rename(this.#writable(from), this.#writable(to));
      return "replaced";
    }, {});
  }

  remove(path: string): boolean {
    return this.#call("remove", path, () => {
      const place = this.#writable(path);
      if (place.found?.kind === "directory") throw new DiskFailure("EISDIR");
      this.#disk.dropName(place);
      return true;
    }, { ENOENT: false });
  }

  list(path: string): Iterable<DirectoryEntry> | undefined {
    const folder = this.#call<Inode | undefined>("list", path, () => this.#folder(path, READ), { ENOENT: undefined });
    if (folder === undefined) return undefined;
    return { [Symbol.iterator]: () => entriesOf(folder) };
  }

  makeDirectory(path: string): "created" | "exists" {
    return this.#call("makeDirectory", path, () => this.#makeFolders(path), {});
  }

  realPath(path: string): string | undefined {
    return this.#call<string | undefined>("realPath", path, () => this.#disk.realPath(path, this.#user), {
      ENOENT: undefined,
    });
  }

  setModified(path: string, modifiedAt: number): boolean {
    return this.#call("setModified", path, () => {
      if (!Number.isFinite(modifiedAt)) throw new DiskFailure("EINVAL");
      const { found } = this.#find(path);
      if (found === undefined) return false;
      if (!allows(found, this.#user, WRITE)) throw new DiskFailure("EACCES");
      this.#disk.setModified(found, modifiedAt);
      return true;
    }, { ENOENT: false });
  }

  watch(path: string, onChange: (name: string | undefined) => void): Watcher {
    const { watchers } = this.#call("watch", path, () => this.#folder(path, READ), {});
    const tell = (name: string | undefined) =>
      queueMicrotask(() => {
        if (watchers.has(tell)) onChange(name);
      });
    watchers.add(tell);
    return { close: () => void watchers.delete(tell) };
  }

  self(): Identity {
    return this.#identity;
  }

  liveness(pid: number): Liveness {
    const { pid: own, host } = this.#identity;
    const asked = this.#processes.liveness(pid, host);
    return this.#mayAsk || pid === own || !(pid > 0) ? asked : UNKNOWN;
  }

  #find(path: string): Place {
    return this.#disk.find(path, this.#user);
  }

  /** A path whose folder this process may change. */
  #writable(path: string): Place {
    const place = this.#find(path);
    if (!allows(place.folder, this.#user, WRITE)) throw new DiskFailure("EACCES");
    return place;
  }

  #folder(path: string, bits: number): Inode {
    const { found } = this.#find(path);
    if (found === undefined) throw new DiskFailure("ENOENT");
    if (found.kind === "link") throw new DiskFailure("ELOOP");
    if (found.kind !== "directory") throw new DiskFailure("ENOTDIR");
    if (!allows(found, this.#user, bits)) throw new DiskFailure("EACCES");
    return found;
  }

  #content(path: string, limit = Infinity): FileContent | undefined {
    const { found } = this.#find(path);
    if (found === undefined) return undefined;
    const refused = UNREADABLE[found.kind];
    if (refused !== undefined) throw new DiskFailure(refused);
    if (!allows(found, this.#user, READ)) throw new DiskFailure("EACCES");
    if (found.bytes.length > limit) throw new DiskFailure("EFBIG");
    return { bytes: found.bytes.slice(), stat: statOf(found) };
  }

  #create(path: string): Inode {
    const place = this.#find(path);
    // That something is there is said before that nothing may be made.
    const folder = place.found === undefined ? this.#writable(path) : place;
    return this.#disk.make(folder, { kind: "file", mode: 0o600, owner: this.#user });
  }

  #fillOrUndo(path: string, inode: Inode, bytes: Uint8Array): void {
    try {
      this.#disk.fill(inode, bytes);
    } catch (error) {
      const place = this.#find(path);
      if (place.found === inode) this.#disk.dropName(place);
      throw error;
    }
  }

  #makeFolders(path: string): "created" | "exists" {
    const above = path.slice(0, path.lastIndexOf("/"));
    if (above !== "" && !this.#isThere(above)) this.#makeFolders(above);
    const { found } = this.#find(path);
    if (found?.kind === "directory") return "exists";
    if (found !== undefined) throw new DiskFailure(found.kind === "link" ? "ELOOP" : "ENOTDIR");
    this.#disk.make(this.#writable(path), { kind: "directory", mode: 0o700, owner: this.#user });
    return "created";
  }

  #isThere(path: string): boolean {
    try {
      return this.#find(path).found !== undefined;
    } catch (error) {
      if (error instanceof DiskFailure && error.code === "ENOENT") return false;
      throw error;
    }
  }

  /** Makes the failures that are values into these values, and all others into the one error. */
  #call<T>(operation: string, path: string, work: () => T, values: Partial<Record<DiskFailure["code"], T>>): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DiskFailure)) throw error;
      if (error.code in values) return values[error.code] as T;
      const code: Errno = error.code === "ENOENT" ? "ENOTDIR" : error.code === "EEXIST" ? "ENOTEMPTY" : error.code;
      throw new AdapterError({ operation, path, code, cause: error });
    }
  }
}

const NOT_CREATED: Partial<Record<DiskFailure["code"], CreateOutcome>> = { EEXIST: "exists", ENOENT: "absent" };

const UNREADABLE: Partial<Record<Inode["kind"], Errno>> = { directory: "EISDIR", link: "ELOOP", other: "ENXIO" };

function statOf(inode: Inode): FileStat {
  const { kind, bytes, modifiedAt, changedAt, number, mode, owner } = inode;
  return { kind, size: bytes.length, modifiedAt, changedAt, inode: number, mode, owner };
}

/** The names that there are when reading begins: like a real folder, it comes to an end whatever happens meanwhile. */
function* entriesOf(folder: Inode): Generator<DirectoryEntry, void> {
  for (const [name, { kind }] of [...folder.children]) yield { name, kind };
}
