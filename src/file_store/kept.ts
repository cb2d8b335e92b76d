/**
 * What was read of files, kept in memory: handed out again, as the same object, for as long as its file certainly holds
 * the same version.
 *
 * @module
 */

import type { FileContent, FileStat } from "../adapter.ts";
import type { Clock } from "../clock.ts";
import type { StoredData } from "../store.ts";

/**
 * How old a file's last change must be, in milliseconds, when it is read, before its state alone proves later that it is
 * unchanged. Two changes within one tick of the file system's clock look the same afterwards; git calls such files
 * racily clean.
 */
const SETTLED_MS = 20;

/** Whether two states of a file can only be the same version. */
export function isSameVersion(one: FileStat, other: FileStat): boolean {
  return one.inode === other.inode && one.size === other.size && one.modifiedAt === other.modifiedAt &&
    one.changedAt === other.changedAt;
}

/** Whether two byte arrays hold the same. */
function isSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}

/** What was read, with as much of what is kept already as is the same: all of it, or at least its bytes. */
function dataOf(read: StoredData, kept: StoredData | undefined): StoredData {
  if (kept === undefined || !isSameBytes(kept.bytes, read.bytes)) return read;
  return kept.capturedAt === read.capturedAt ? kept : { bytes: kept.bytes, capturedAt: read.capturedAt };
}

/** A reading, from its beginning. */
export interface Reading {
  /** How many had begun before. */
  readonly order: number;
  /** When it began, milliseconds since the epoch. */
  readonly begunAt: number;
}

/** What is kept of a file. */
interface Kept {
  readonly data: StoredData;
  /** The state in which the file was read; `undefined` if it was not. */
  readonly stat: FileStat | undefined;
  /** The reading that found it so. */
  readonly order: number;
  /** Whether that state proves that nothing has changed since. If not, the file has to be read again. */
  readonly settled: boolean;
}

/** What was read last, up to a number of bytes, least recently used first to go. Its bytes are never copied. */
export class KeptContents {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #contents = new Map<string, Kept>();
  #bytes = 0;
  #readings = 0;

  /**
   * @param clock The clock that the file system's times are compared with.
   * @param limit The most bytes to keep; 0 keeps nothing.
   */
  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Whether there is anything that the state of the file at a path may prove to be unchanged. */
  has(path: string): boolean {
    return this.#contents.get(path)?.settled === true;
  }

  /** What is kept for a path, if the file is in the same state as when it was read, and that proves something. */
  get(path: string, now: FileStat | undefined): StoredData | undefined {
    const kept = this.#contents.get(path);
    if (kept?.settled !== true) return undefined;
    if (now === undefined) return this.forget(path);
    const same = kept.stat !== undefined && isSameVersion(kept.stat, now);
    // What is in another state may be the same all the same: the next reading tells.
    this.#put(path, same ? kept : { ...kept, settled: false });
    return same ? kept.data : undefined;
  }

  /** A reading that begins now, before the file is opened. */
  begin(): Reading {
    return { order: this.#readings++, begunAt: this.#clock.now() };
  }

  /**
   * Takes what a reading found, and keeps it unless it is too large, or a later reading has found something else.
   *
   * @param path The file.
   * @param content What it holds. From now on its bytes belong to the store.
   * @param reading The reading.
   * @returns The data: what is kept already, as far as it is the same.
   */
  set(path: string, { bytes, stat }: FileContent, { order, begunAt }: Reading): StoredData {
    const kept = this.#contents.get(path);
    const data = dataOf({ bytes, capturedAt: stat.modifiedAt }, kept?.data);
    if (kept !== undefined && kept.order > order) return data;
    const settled = begunAt - (stat.changedAt ?? stat.modifiedAt) >= SETTLED_MS;
    this.#put(path, { data, stat, order, settled });
    return data;
  }

  /**
   * Keeps what has been committed. Somebody may have committed since: the next reading tells.
   *
   * @param path The file.
   * @param committed What it was given. Its bytes belong to the store.
   */
  expect(path: string, committed: StoredData): void {
    this.#put(path, { data: committed, stat: undefined, order: this.#readings++, settled: false });
  }

  /** Forgets what is kept for a path, whose file is gone. */
  forget(path: string): undefined {
    this.#bytes -= this.#contents.get(path)?.data.bytes.length ?? 0;
    this.#contents.delete(path);
  }

  /** Keeps something as that which was used last, and drops what was not used for longest. */
  #put(path: string, kept: Kept): void {
    this.forget(path);
    const { length } = kept.data.bytes;
    if (this.#limit === 0 || length > this.#limit) return;
    this.#contents.set(path, kept);
    this.#bytes += length;
    for (const oldest of this.#contents.keys()) {
      if (this.#bytes <= this.#limit) break;
      this.forget(oldest);
    }
  }
}
