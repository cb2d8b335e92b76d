/**
 * The adapter contract: the few verbs about files and processes that the protocol needs from a runtime.
 *
 * What every adapter promises:
 *
 * - Absence and "already there" are values. `ENOENT` and `EEXIST` never leave an adapter; every other failure is one
 *   {@linkcode AdapterError}. Where a folder that a verb needs is not there, and no value says so, the code is `ENOTDIR`.
 * - Verbs are synchronous unless they say otherwise: a critical section runs in one turn of the event loop.
 * - Files are made with mode 0600 and folders with mode 0700, whatever the umask.
 * - No verb follows a link in the last part of its path.
 * - Nothing is loaded, opened or asked before a verb is called.
 *
 * @module
 */

import type {
  CreateOutcome,
  DirectoryEntry,
  FileContent,
  FileStat,
  Identity,
  LinkOutcome,
  Liveness,
  StageOptions,
  Watcher,
} from "./adapter_types.ts";

export type * from "./adapter_types.ts";

/**
 * A runtime's files and processes.
 *
 * Every path is absolute. Every verb throws an {@linkcode AdapterError} for whatever its return value does not name.
 *
 * @example A disk that is empty, and that nobody can write to
 * ```ts
 * import { type Adapter, AdapterError, DiscoveryCache } from "@discoverycache/core";
 *
 * function refuse(operation: keyof Adapter): (path: string) => never {
 *   return (path) => {
 *     throw new AdapterError({ operation, path, code: "EROFS" });
 *   };
 * }
 * const readOnly: Adapter = {
 *   name: "read-only",
 *   stat: () => undefined,
 *   read: () => undefined,
 *   readLarge: () => Promise.resolve(undefined),
 *   createExclusive: () => "absent",
 *   link: () => "absent",
 *   replace: () => "absent",
 *   remove: () => false,
 *   list: () => undefined,
 *   makeDirectory: refuse("makeDirectory"),
 *   realPath: () => undefined,
 *   setModified: () => false,
 *   stage: () => Promise.resolve("absent"),
 *   watch: refuse("watch"),
 *   self: () => ({ pid: 4711, host: undefined, processStart: undefined, user: undefined }),
 *   liveness: () => ({ state: "unknown", processStart: undefined, startedAt: undefined }),
 * };
 *
 * const cache = new DiscoveryCache({ root: "/var/cache/fiz", adapter: readOnly });
 * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh: async () => ["a"] });
 * if ((await models.read()).state !== "absent") throw new Error("the disk is empty");
 * const error = await models.get().catch((error) => error);
 * if (!(error instanceof AdapterError) || error.code !== "EROFS") {
 *   throw new Error(`the disk is not to blame: ${error}`);
 * }
 * ```
 */
export interface Adapter {
  /** `"deno"`, `"bun"`, `"node"`, or a name of one's own. */
  readonly name: string;

  /** What is at `path`, without following a link; `undefined` if nothing is. */
  stat(path: string): FileStat | undefined;

  /**
   * Bytes and state of a regular file, from one open file; `undefined` if nothing is there.
   *
   * A link is refused with `ELOOP`, a folder with `EISDIR`, a pipe, socket or device with `ENXIO`, and a file of more than
   * `limit` bytes with `EFBIG`.
   *
   * @param path The file.
   * @param limit The most bytes to read; no limit if left out.
   */
  read(path: string, limit?: number): FileContent | undefined;

  /**
   * The same as {@linkcode Adapter.read}, without holding up the event loop while a large file is read.
   *
   * @param path The file.
   * @param limit The most bytes to read; no limit if left out.
   */
  readLarge(path: string, limit?: number): Promise<FileContent | undefined>;

  /**
   * Makes a file that was not there and writes all of `bytes`. Among any number of racing processes exactly one gets
   * `"created"`. A name that exists stays as it is, whatever it is. If writing fails, the new file is removed.
   *
   * Others may see the file before its last byte is written. Where that matters, create under a private name, and
   * {@linkcode Adapter.link} it to the public one.
   */
  createExclusive(path: string, bytes: Uint8Array): CreateOutcome;

  /**
   * Gives `existing` the second name `path`, if that name is free. Among any number of racing processes exactly one gets
   * `"linked"`, and `path` is complete from the first moment that anybody can see it.
   */
  link(existing: string, path: string): LinkOutcome;

  /**
   * Renames `from` over `to` in one atomic step: every reader finds the old file or the new one, whole. `"absent"` means
   * that `from` is not there; if it is the folder of `to` that is not there, it fails with `ENOTDIR`.
   */
  replace(from: string, to: string): "replaced" | "absent";

  /** Removes a file or a link (not a folder); `false` if nothing was there. */
  remove(path: string): boolean;

  /**
   * The names in a folder, read as they are asked for (by Deno all at once), in no order; `undefined` if the folder is not
   * there. A link is refused with `ELOOP`.
   */
  list(path: string): Iterable<DirectoryEntry> | undefined;

  /**
   * Makes a folder and the folders above it; `"exists"` if there already is one. A file in the way is `ENOTDIR`, a link
   * `ELOOP`.
   */
  makeDirectory(path: string): "created" | "exists";

  /** The real path behind every link, as the system resolves it; `undefined` if nothing is there. */
  realPath(path: string): string | undefined;

  /**
   * Sets the modification time. Of a link it sets the link's own, or, where that cannot be done, refuses it with `ELOOP`.
   *
   * @param path The file.
   * @param modifiedAt Milliseconds since the epoch.
   * @returns `false` if nothing is there.
   */
  setModified(path: string, modifiedAt: number): boolean;

  /**
   * Asynchronous {@linkcode Adapter.createExclusive}: for data, which may be large, under a name of its writer's own. When
   * it resolves to `"created"` the bytes are all written, and on the disk if `durable`; if it rejects, nothing is left.
   */
  stage(path: string, bytes: Uint8Array, options: StageOptions): Promise<CreateOutcome>;

  /**
   * Calls `onChange` after anything in the folder was made, replaced, linked or removed.
   *
   * The watch is live when the call returns. Any number of changes may come as one call or as several; a call says no
   * more than "look again". The watch never keeps the process alive by itself, and never throws or rejects later: if it
   * breaks (the folder is removed, events overflow), it calls `onChange` once more at the most, and then stays silent.
   * Callers poll besides.
   *
   * @param path The folder.
   * @param onChange Called with the name that changed, or with `undefined` if the system does not say.
   * @throws AdapterError If the folder cannot be watched: `ENOTDIR` if it is not there, `EMFILE` or `ENOSPC` if the system
   * has no watches left.
   */
  watch(path: string, onChange: (name: string | undefined) => void): Watcher;

  /** Who this process is. The answer does not change while the process lives. */
  self(): Identity;

  /** What the system says about a PID. Never prompts for a permission: what it may not ask is `"unknown"`. */
  liveness(pid: number): Liveness;
}
