/**
 * The data's file: read with what is known of it, and staged for a commit (rule P11).
 *
 * @module
 */

import type { Adapter, FileContent } from "../adapter.ts";
import { AdapterError } from "../errors.ts";
import type { StoredData } from "../store.ts";
import type { KeptContents, Reading } from "./kept.ts";

/** From this size on a file is read asynchronously, so that the event loop goes on meanwhile. In bytes. */
const LARGE_FILE_BYTES = 256 * 1_024;

/** Reads data files, and remembers what has certainly not changed: of that it gives the same object again. */
export class DataReader {
  readonly #adapter: Adapter;
  readonly #kept: KeptContents;

  constructor(adapter: Adapter, kept: KeptContents) {
    this.#adapter = adapter;
    this.#kept = kept;
  }

  /** The data, now. */
  readSync(path: string): StoredData | undefined {
    const kept = this.#fromMemory(path);
    if (kept !== undefined) return kept;
    const reading = this.#kept.begin();
    return this.#keep(path, reading, this.#adapter.read(path));
  }

  /** The data; the event loop goes on while a large file is read. */
  async read(path: string): Promise<StoredData | undefined> {
    const kept = this.#fromMemory(path);
    if (kept !== undefined) return kept;
    const size = this.#adapter.stat(path)?.size;
    if (size === undefined) return this.#kept.forget(path);
    const reading = this.#kept.begin();
    const small = size < LARGE_FILE_BYTES;
    return this.#keep(path, reading, small ? this.#adapter.read(path) : await this.#adapter.readLarge(path));
  }

  /** Remembers what has been committed. */
  expect(path: string, committed: StoredData): void {
    this.#kept.expect(path, committed);
  }

  #fromMemory(path: string): StoredData | undefined {
    return this.#kept.has(path) ? this.#kept.get(path, this.#adapter.stat(path)) : undefined;
  }

  #keep(path: string, reading: Reading, content: FileContent | undefined): StoredData | undefined {
    return content === undefined ? this.#kept.forget(path) : this.#kept.set(path, content, reading);
  }
}

/** Removes a staged file that is of no use. What cannot be removed is litter, and prune knows it (rule P15). */
export function discardStaged(adapter: Adapter, staged: string): void {
  try {
    adapter.remove(staged);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
  }
}

/**
 * Stages data under a name of its writer's own.
 *
 * @param adapter The files.
 * @param staged The private name.
 * @param bytes The data.
 * @param capturedAt The time that the data gets.
 * @param durable Whether it is forced to the disk.
 * @returns `false` if the folder is not there.
 */
export async function stageData(
  adapter: Adapter,
  staged: string,
  bytes: Uint8Array,
  capturedAt: number,
  durable: boolean,
): Promise<boolean> {
  let outcome = await adapter.stage(staged, bytes, { durable });
  if (outcome === "exists") {
    // Ours, from an attempt that failed and could not be cleaned up.
    adapter.remove(staged);
    outcome = await adapter.stage(staged, bytes, { durable });
  }
  return outcome === "created" && adapter.setModified(staged, capturedAt);
}
