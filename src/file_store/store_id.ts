/**
 * By what the stores of one process know that they are on the same data.
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import { AdapterError } from "../errors.ts";

const adapterNumbers = new WeakMap<Adapter, number>();
let adapters = 0;

/** Tells adapters apart: one path on two of them may be two folders. */
function adapterNumber(adapter: Adapter): number {
  const number = adapterNumbers.get(adapter) ?? ++adapters;
  adapterNumbers.set(adapter, number);
  return number;
}

/** The id of a store: the same for all stores on one adapter and one folder. */
export class StoreId {
  readonly #adapter: Adapter;
  readonly #root: string;
  #known: string | undefined;

  constructor(adapter: Adapter, root: string) {
    this.#adapter = adapter;
    this.#root = root;
  }

  /**
   * The id. Until the folder is there it is known by what it was called; no refresh begins before it is there, so none is
   * known by two ids. Unless the system fails to tell: then a refresh may be joined as if it were another process's. An
   * error instead would come when a claim has been granted already, and nobody would end it.
   */
  get(): string {
    if (this.#known !== undefined) return this.#known;
    const disk = adapterNumber(this.#adapter);
    const real = this.#realPath();
    if (real === undefined) return `file:${disk}:${this.#root}`;
    this.#known = `file:${disk}:${real}`;
    return this.#known;
  }

  #realPath(): string | undefined {
    try {
      return this.#adapter.realPath(this.#root);
    } catch (error) {
      if (error instanceof AdapterError) return undefined;
      throw error;
    }
  }
}
