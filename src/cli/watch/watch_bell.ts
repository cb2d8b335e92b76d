/**
 * What wakes `watch`: a change in one of a cache's folders, with a poll as the net below it.
 *
 * @module
 */

import type { Adapter, Watcher } from "../../adapter.ts";
import { AdapterError } from "../../errors.ts";
import { recordedTier } from "../record/record_tiers.ts";

/** A bell that may be rung before somebody listens. */
export class Bell {
  #rung = false;
  #wake = (): void => {};

  /** Rings it. */
  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  /**
   * Resolves when it has been rung since it was heard last, or after a while.
   *
   * @param ms How long, in milliseconds.
   */
  async heard(ms: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = () => {};
    this.#rung = false;
  }
}

/** Watches on a cache's folder and on its tiers, as they come and go. */
export class FolderWatch {
  readonly #adapter: Adapter;
  readonly #root: string;
  readonly #onChange: () => void;
  readonly #watchers = new Map<string, Watcher>();

  /**
   * @param adapter The files.
   * @param root The cache's folder, which need not be there yet.
   * @param onChange Told that something has changed.
   */
  constructor(adapter: Adapter, root: string, onChange: () => void) {
    this.#adapter = adapter;
    this.#root = root;
    this.#onChange = onChange;
  }

  /** Watches what is there and not watched yet. What cannot be watched is found by whoever polls. */
  update(): void {
    const root = this.#attempt(() => this.#adapter.realPath(this.#root));
    if (root === undefined) return;
    this.#watch(root);
    for (const { name, kind } of this.#attempt(() => [...this.#adapter.list(root) ?? []]) ?? []) {
      if (kind === "directory" && recordedTier(name) === undefined) this.#watch(`${root}/${name}`);
    }
  }

  /** Ends it. */
  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(folder: string): void {
    if (this.#watchers.has(folder)) return;
    const watcher = this.#attempt(() => this.#adapter.watch(folder, (name) => this.#hear(folder, name)));
    if (watcher !== undefined) this.#watchers.set(folder, watcher);
  }

  #hear(folder: string, name: string | undefined): void {
    if (name === undefined) {
      // Of the folder itself: it may be gone, and its watch with it.
      this.#watchers.get(folder)?.close();
      this.#watchers.delete(folder);
    }
    this.#onChange();
  }

  #attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (error instanceof AdapterError) return undefined;
      throw error;
    }
  }
}
