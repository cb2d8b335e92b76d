/**
 * What the command keeps beside the data of `run`: how it was obtained, and what it wrote to standard error.
 *
 * Both are sources of their own, in tiers beside that of the data: what is kept of `discovery/models` is in
 * `discovery.command/models` and `discovery.stderr/models`. So the data stays what CMD wrote and nothing else, and what is
 * known to hold of any source (one atomic commit, no torn read) holds of these, too.
 *
 * @module
 */

import type { Adapter } from "../../adapter.ts";
import { systemClock } from "../../clock.ts";
import { openStore } from "../../open.ts";
import type { SourceKey, Store } from "../../store.ts";
import { decodeRecipe, encodeRecipe, type Recipe } from "./recipe.ts";
import { COMMAND_ENDING, STDERR_ENDING } from "./record_tiers.ts";

/** How long a record is tried for, in milliseconds: data matters more. */
const BRIEFLY = { lockTimeout: 1_000 };

/** What is kept beside one source. */
export class SourceRecord {
  readonly #store: Store;
  readonly #command: SourceKey;
  readonly #stderr: SourceKey;

  /**
   * @param store The records' store.
   * @param source The source.
   */
  constructor(store: Store, { tier, name }: SourceKey) {
    this.#store = store;
    this.#command = { tier: tier + COMMAND_ENDING, name };
    this.#stderr = { tier: tier + STDERR_ENDING, name };
  }

  /** How the data was obtained; `undefined` if that is not known. */
  async recipe(): Promise<Recipe | undefined> {
    const found = await this.#store.read(this.#command);
    return found && decodeRecipe(found.bytes);
  }

  /** Keeps how the data is obtained from now on. */
  async keepRecipe(recipe: Recipe): Promise<void> {
    const found = await this.#store.read(this.#command);
    const bytes = encodeRecipe(recipe);
    if (found !== undefined && isSame(found.bytes, bytes)) return;
    await this.#store.put(this.#command, bytes, systemClock.now(), BRIEFLY);
  }

  /** What was written to standard error when the data was obtained; empty if nothing was. */
  async stderr(): Promise<Uint8Array> {
    return (await this.#store.read(this.#stderr))?.bytes ?? new Uint8Array();
  }

  /** Keeps what was written to standard error. */
  async keepStderr(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) await this.#store.put(this.#stderr, bytes, systemClock.now(), BRIEFLY);
    else if (await this.#store.read(this.#stderr) !== undefined) await this.#store.remove(this.#stderr, BRIEFLY);
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/**
 * The store of the records of a cache. Records are not forced to disk: after a power cut one may be missing, and the next
 * refresh writes it again.
 *
 * @param root The cache's folder.
 * @param adapter The files of a runtime; those of the one that runs if left out.
 */
export function openRecords(root: string, adapter?: Adapter): Store {
  return openStore({ root, adapter, durable: false, memory: 0 }, systemClock);
}
