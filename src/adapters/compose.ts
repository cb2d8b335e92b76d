/**
 * An adapter from its three parts, which are made at the first call of a verb.
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
  StageOptions,
  Watcher,
} from "../adapter.ts";

/** The verbs about files. */
export type FileVerbs = Pick<
  Adapter,
  "stat" | "read" | "readLarge" | "createExclusive" | "stage" | "link" | "replace" | "remove" | "setModified"
>;

/** The verbs about folders. */
export type FolderVerbs = Pick<Adapter, "list" | "makeDirectory" | "realPath" | "watch">;

/** The verbs about processes. */
export type ProcessVerbs = Pick<Adapter, "self" | "liveness">;

/** Every verb, in three parts. */
export interface Parts {
  readonly files: FileVerbs;
  readonly folders: FolderVerbs;
  readonly processes: ProcessVerbs;
}

/** Every verb, passed on to its part. */
export class ComposedAdapter implements Adapter {
  readonly name: string;
  readonly #make: () => Parts;
  #made: Parts | undefined;

  /**
   * @param name The adapter's name.
   * @param make Makes the parts.
   */
  constructor(name: string, make: () => Parts) {
    this.name = name;
    this.#make = make;
  }

  get #parts(): Parts {
    return this.#made ??= this.#make();
  }

  stat(path: string): FileStat | undefined {
    return this.#parts.files.stat(path);
  }

  read(path: string, limit?: number): FileContent | undefined {
    return this.#parts.files.read(path, limit);
  }

  async readLarge(path: string, limit?: number): Promise<FileContent | undefined> {
    return await this.#parts.files.readLarge(path, limit);
  }

  createExclusive(path: string, bytes: Uint8Array): CreateOutcome {
    return this.#parts.files.createExclusive(path, bytes);
  }

  link(existing: string, path: string): LinkOutcome {
    return this.#parts.files.link(existing, path);
  }

  replace(from: string, to: string): "replaced" | "absent" {
    return this.#parts.files.replace(from, to);
  }

  remove(path: string): boolean {
    return this.#parts.files.remove(path);
  }

  list(path: string): Iterable<DirectoryEntry> | undefined {
    return this.#parts.folders.list(path);
  }

  makeDirectory(path: string): "created" | "exists" {
    return this.#parts.folders.makeDirectory(path);
  }

  realPath(path: string): string | undefined {
    return this.#parts.folders.realPath(path);
  }

  setModified(path: string, modifiedAt: number): boolean {
    return this.#parts.files.setModified(path, modifiedAt);
  }

  async stage(path: string, bytes: Uint8Array, options: StageOptions): Promise<CreateOutcome> {
    return await this.#parts.files.stage(path, bytes, options);
  }

  watch(path: string, onChange: (name: string | undefined) => void): Watcher {
    return this.#parts.folders.watch(path, onChange);
  }

  self(): Identity {
    return this.#parts.processes.self();
  }

  liveness(pid: number): Liveness {
    return this.#parts.processes.liveness(pid);
  }
}
