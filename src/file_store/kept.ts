/**
 * Bytes kept in memory, each for as long as its file is certainly unchanged.
 *
 * @module
 */

import type { FileContent, FileStat } from "../adapter.ts";
import type { Clock } from "../clock.ts";

/**
 * How old a file's last change must be, in milliseconds, before what was read of it is kept. Two changes within one
 * tick of the file system's clock look the same afterwards; git calls such files racily clean.
 */
const SETTLED_MS = 20;

/** Whether two states of a file can only be the same version. */
export function isSameVersion(one: FileStat, other: FileStat): boolean {
  return one.inode === other.inode && one.size === other.size && one.modifiedAt === other.modifiedAt &&
    one.changedAt === other.changedAt;
}

/** The contents that were read last, up to a number of bytes, least recently used first to go. */
export class KeptContents {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #contents = new Map<string, FileContent>();
  #bytes = 0;

  /**
   * @param clock The clock that the file system's times are compared with.
   * @param limit The most bytes to keep; 0 keeps nothing.
   */
  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Whether there is anything kept for a path, so that asking for its state pays. */
  has(path: string): boolean {
    return this.#contents.has(path);
  }

  /** The content kept for a path, if the file is in the same state as when it was read. */
  get(path: string, now: FileStat | undefined): FileContent | undefined {
    const kept = this.#contents.get(path);
    if (kept === undefined) return undefined;
    this.#contents.delete(path);
    if (now === undefined || !isSameVersion(kept.stat, now)) {
      this.#bytes -= kept.bytes.length;
      return undefined;
    }
    this.#contents.set(path, kept);
    return kept;
  }

  /** Keeps a copy of a content, unless it is too large or its file changed too recently. */
  set(path: string, content: FileContent): void {
    const { bytes, stat } = content;
    const settled = this.#clock.now() - (stat.changedAt ?? stat.modifiedAt) >= SETTLED_MS;
    if (!settled || bytes.length > this.#limit) return;
    const old = this.#contents.get(path);
    if (old !== undefined) this.#bytes -= old.bytes.length;
    this.#contents.delete(path);
    this.#contents.set(path, { bytes: bytes.slice(), stat });
    this.#bytes += bytes.length;
    for (const [oldest, { bytes: { length } }] of this.#contents) {
      if (this.#bytes <= this.#limit) break;
      this.#contents.delete(oldest);
      this.#bytes -= length;
    }
  }
}
