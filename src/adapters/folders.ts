/**
 * The verbs about folders: what they promise, once for every runtime, over the bare calls of each.
 *
 * @module
 */

import type { DirectoryEntry, FileStat, Watcher } from "../adapter.ts";
import { adapterError, errnoOf, systemError } from "./errno.ts";
import { nameOf, parentOf } from "./paths.ts";

/** A runtime's bare calls. Each throws what the runtime throws. */
export interface FolderCalls {
  /** Whether this is Windows. */
  readonly windows: boolean;
  /** Looks without following a link; may return `undefined` for ENOENT. */
  stat(path: string): FileStat | undefined;
  /** Makes one folder, with mode 0700 whatever the umask. */
  makeFolder(path: string): void;
  realPath(path: string): string;
  /** Reads a folder. What is open is closed when nobody asks for more. */
  entries(path: string): Generator<DirectoryEntry, void>;
  /** Watches a folder, without keeping the process alive. If the watch breaks, it says so once. */
  watch(path: string, onChange: (name: string | undefined) => void): Watcher;
}

/** How often a folder is tried again because somebody removed the one above it meanwhile. */
const MOST_ROUNDS = 10;

/** The verbs about folders. */
export class Folders {
  readonly #calls: FolderCalls;

  /** @param calls The bare calls. */
  constructor(calls: FolderCalls) {
    this.#calls = calls;
  }

  list(path: string): Iterable<DirectoryEntry> | undefined {
    try {
      const found = this.#look(path);
      if (found === undefined) return undefined;
      refuseNoFolder(found);
      return { [Symbol.iterator]: () => this.#entries(path) };
    } catch (error) {
      throw adapterError("list", path, error);
    }
  }

  makeDirectory(path: string): "created" | "exists" {
    try {
      return this.#make(path);
    } catch (error) {
      throw adapterError("makeDirectory", path, error);
    }
  }

  realPath(path: string): string | undefined {
    try {
      return this.#calls.realPath(path);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw adapterError("realPath", path, error);
    }
  }

  watch(path: string, onChange: (name: string | undefined) => void): Watcher {
    const { windows } = this.#calls;
    let open = true;
    const close = () => {
      if (!open) return;
      open = false;
      watcher.close();
    };
    const hear = (name: string | undefined) => {
      if (!open) return;
      // Of the folder itself, runtimes tell by its own name or by none. When it is gone its watch is dead; and as long as
      // a dead watch is open, Bun and Deno give it again to whoever watches a new folder of that name.
      const itself = name === undefined || name === nameOf(path, windows);
      if (itself && this.#isGone(path)) close();
      onChange(itself ? undefined : name);
    };
    const watcher = this.#startWatch(path, hear);
    return { close };
  }

  #startWatch(path: string, hear: (name: string | undefined) => void): Watcher {
    try {
      refuseNoFolder(this.#look(path));
      return this.#calls.watch(path, hear);
    } catch (error) {
      throw adapterError("watch", path, error);
    }
  }

  #isFolder(path: string): boolean {
    try {
      return this.#look(path)?.kind === "directory";
    } catch {
      return false;
    }
  }

  #isGone(path: string): boolean {
    try {
      return this.#look(path) === undefined;
    } catch {
      return false;
    }
  }

  /**
   * One folder after the other: a recursive call of the runtime would give those above the modes that the umask leaves,
   * and under some umasks could not even enter them.
   */
  #make(path: string): "created" | "exists" {
    const { windows } = this.#calls;
    for (let round = 0;; round++) {
      const error = this.#tryToMake(path);
      if (error === undefined) return "created";
      const code = errnoOf(error);
      const again = round < MOST_ROUNDS;
      const above = code === "ENOENT" ? parentOf(path, windows) : undefined;
      if (above !== undefined && again) {
        this.#make(above);
        continue;
      }
      // Not only for EEXIST: of a folder that is there, some systems say that it may not be made.
      if (code !== "EEXIST" && !this.#isFolder(path)) throw error;
      const found = this.#look(path);
      if (found?.kind === "directory") return "exists";
      if (found !== undefined || !again) refuseNoFolder(found);
    }
  }

  #tryToMake(path: string): unknown {
    try {
      this.#calls.makeFolder(path);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #look(path: string): FileStat | undefined {
    try {
      return this.#calls.stat(path);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  *#entries(path: string): Generator<DirectoryEntry, void> {
    try {
      yield* this.#calls.entries(path);
    } catch (error) {
      // A folder that is removed while it is read has no more names.
      if (errnoOf(error) !== "ENOENT") throw adapterError("list", path, error);
    }
  }
}

/** Refuses whatever is not a folder. */
function refuseNoFolder(found: FileStat | undefined): void {
  if (found?.kind === "directory") return;
  if (found?.kind === "link") throw systemError("ELOOP", "it is a symbolic link");
  throw systemError("ENOTDIR", found === undefined ? "nothing is there" : "it is no folder");
}
