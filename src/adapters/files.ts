/**
 * The verbs about files: what they promise, once for every runtime, over the bare calls of each.
 *
 * @module
 */

import type { CreateOutcome, FileContent, FileStat, LinkOutcome, StageOptions } from "../adapter.ts";
import { adapterError, errnoOf, meansNoHardLinks, systemError } from "./errno.ts";
import { type OpenFile, readFully, readFullyAsync, writeFully, writeFullyAsync } from "./open_file.ts";
import { retry, type RetryPolicy, retryPolicy, retrySync } from "./retry.ts";
import { FILE_MODE } from "./state.ts";

/** Up to this size, writing is over sooner than another thread could begin it. */
const WRITTEN_AT_ONCE_BYTES = 64 * 1024;

/** A runtime's bare calls. Each throws what the runtime throws. */
export interface FileCalls {
  /** Whether this is Windows. */
  readonly windows: boolean;
  /** Looks without following a link; may return `undefined` for ENOENT. */
  stat(path: string): FileStat | undefined;
  /** Opens what is there, never through a link, and never waiting for the other end of a pipe. */
  openToRead(path: string): OpenFile;
  /** Makes a file that was not there. */
  openNew(path: string, mode: number): OpenFile;
  link(existing: string, path: string): void;
  rename(from: string, to: string): void;
  /** Removes a file or a link, never a folder. */
  unlink(path: string): void;
  /** Never sets the time of what a link points to. */
  setModified(path: string, seconds: number): void;
}

/** The verbs about files. */
export class Files {
  readonly #calls: FileCalls;
  readonly #policy: RetryPolicy;

  /**
   * @param calls The bare calls.
   * @param policy What is tried again.
   */
  constructor(calls: FileCalls, policy: RetryPolicy = retryPolicy(calls.windows)) {
    this.#calls = calls;
    this.#policy = policy;
  }

  stat(path: string): FileStat | undefined {
    try {
      return this.#calls.stat(path);
    } catch (error) {
      return absentOrThrow("stat", path, error, undefined);
    }
  }

  read(path: string, limit: number = Infinity): FileContent | undefined {
    let file: OpenFile;
    try {
      file = retrySync(() => this.#calls.openToRead(path), this.#policy);
    } catch (error) {
      return absentOrThrow("read", path, error, undefined);
    }
    try {
      const stat = readable(file.stat(), limit);
      const bytes = new Uint8Array(stat.size);
      return content(file, stat, bytes, readFully(file, bytes));
    } catch (error) {
      throw adapterError("read", path, error);
    } finally {
      quietly(() => file.close());
    }
  }

  async readLarge(path: string, limit: number = Infinity): Promise<FileContent | undefined> {
    let file: OpenFile;
    try {
      file = await retry(() => this.#calls.openToRead(path), this.#policy);
    } catch (error) {
      return absentOrThrow("readLarge", path, error, undefined);
    }
    try {
      const stat = readable(file.stat(), limit);
      const bytes = new Uint8Array(stat.size);
      return content(file, stat, bytes, await readFullyAsync(file, bytes));
    } catch (error) {
      throw adapterError("readLarge", path, error);
    } finally {
      quietly(() => file.close());
    }
  }

  createExclusive(path: string, bytes: Uint8Array): CreateOutcome {
    let file: OpenFile;
    try {
      file = retrySync(() => this.#calls.openNew(path, FILE_MODE), this.#policy);
    } catch (error) {
      return uncreated("createExclusive", path, error);
    }
    const close = onlyOnce(file);
    try {
      // What a file is opened with is cut by the umask.
      file.setMode(FILE_MODE);
      writeFully(file, bytes);
      close();
      return "created";
    } catch (error) {
      throw this.#undo(close, "createExclusive", path, error);
    }
  }

  async stage(path: string, bytes: Uint8Array, { durable }: StageOptions): Promise<CreateOutcome> {
    let file: OpenFile;
    try {
      file = await retry(() => this.#calls.openNew(path, FILE_MODE), this.#policy);
    } catch (error) {
      return uncreated("stage", path, error);
    }
    const close = onlyOnce(file);
    try {
      file.setMode(FILE_MODE);
      if (bytes.length <= WRITTEN_AT_ONCE_BYTES) writeFully(file, bytes);
      else await writeFullyAsync(file, bytes);
      if (durable) await file.flush();
      close();
      return "created";
    } catch (error) {
      throw this.#undo(close, "stage", path, error);
    }
  }

  link(existing: string, path: string): LinkOutcome {
    try {
      this.#calls.link(existing, path);
      return "linked";
    } catch (error) {
      const code = errnoOf(error);
      if (code === "EEXIST") return "exists";
      if (code === "ENOENT") return "absent";
      if (meansNoHardLinks(code)) return "unsupported";
      throw adapterError("link", path, error);
    }
  }

  replace(from: string, to: string): "replaced" | "absent" {
    try {
      retrySync(() => this.#calls.rename(from, to), this.#policy);
      return "replaced";
    } catch (error) {
      // It may be the folder of `to` that is not there: then "absent" would be untrue.
      if (errnoOf(error) === "ENOENT" && !this.#isThere(from)) return "absent";
      throw adapterError("replace", to, error);
    }
  }

  remove(path: string): boolean {
    try {
      retrySync(() => this.#calls.unlink(path), this.#policy);
      return true;
    } catch (error) {
      return absentOrThrow("remove", path, error, false);
    }
  }

  setModified(path: string, modifiedAt: number): boolean {
    try {
      if (!Number.isFinite(modifiedAt)) throw systemError("EINVAL", `${modifiedAt} is no time`);
      this.#calls.setModified(path, modifiedAt / 1000);
      return true;
    } catch (error) {
      return absentOrThrow("setModified", path, error, false);
    }
  }

  #isThere(path: string): boolean {
    try {
      return this.#calls.stat(path) !== undefined;
    } catch {
      return false;
    }
  }

  /** Removes what a failed write left. */
  #undo(close: () => void, operation: string, path: string, error: unknown): Error {
    quietly(close);
    quietly(() => retrySync(() => this.#calls.unlink(path), this.#policy));
    return adapterError(operation, path, error);
  }
}

/** Whatever is not a regular file of at most that size is refused. */
function readable(stat: FileStat, limit: number): FileStat {
  if (stat.kind === "directory") throw systemError("EISDIR", "it is a folder");
  if (stat.kind === "link") throw systemError("ELOOP", "it is a symbolic link");
  if (stat.kind !== "file") throw systemError("ENXIO", "it is no regular file");
  if (stat.size > limit) throw systemError("EFBIG", `its ${stat.size} bytes are more than ${limit}`);
  return stat;
}

/** If somebody cut the file short while it was read: what was read, and the state that goes with it. */
function content(file: OpenFile, stat: FileStat, bytes: Uint8Array, length: number): FileContent {
  if (length === bytes.length) return { bytes, stat };
  return { bytes: bytes.slice(0, length), stat: file.stat() };
}

/** A descriptor that is closed twice may close somebody else's file. */
function onlyOnce(file: OpenFile): () => void {
  let open = true;
  return () => {
    if (open) {
      open = false;
      file.close();
    }
  };
}

/** Does what comes after: its failure would hide the result, or the failure before it. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Nothing can be done about it.
  }
}

function absentOrThrow<T>(operation: string, path: string, error: unknown, absent: T): T {
  if (errnoOf(error) === "ENOENT") return absent;
  throw adapterError(operation, path, error);
}

function uncreated(operation: string, path: string, error: unknown): CreateOutcome {
  const code = errnoOf(error);
  if (code === "EEXIST") return "exists";
  if (code === "ENOENT") return "absent";
  throw adapterError(operation, path, error);
}
