/**
 * Waiting for a change: woken by a watch on the tier's folder, with polling as the net under it.
 *
 * @module
 */

import type { Adapter, Watcher } from "../adapter.ts";
import type { Clock } from "../clock.ts";
import { AdapterError } from "../errors.ts";
import type { ChangeFeed } from "../store.ts";
import { DATA_ENDING, MARKER_ENDING } from "./layout.ts";
import { WAIT_POLL_MS } from "./protocol.ts";

/** Called with the name that changed, or with `undefined` when that is not known. */
type Listener = (name: string | undefined) => void;

/** One watch for each folder, shared by all who wait for something in it. */
export class FolderWatches {
  readonly #adapter: Adapter;
  readonly #watched = new Map<string, { readonly listeners: Set<Listener>; readonly watcher: Watcher }>();

  constructor(adapter: Adapter) {
    this.#adapter = adapter;
  }

  /**
   * Calls a listener for every change in a folder, from now on.
   *
   * @returns A function that ends it. Where the folder cannot be watched nothing is ever heard, and polling has to do.
   */
  listen(folder: string, listener: Listener): () => void {
    const watched = this.#watched.get(folder) ?? this.#watch(folder);
    if (watched === undefined) return () => {};
    watched.listeners.add(listener);
    return () => {
      if (!watched.listeners.delete(listener) || watched.listeners.size > 0) return;
      watched.watcher.close();
      this.#watched.delete(folder);
    };
  }

  #watch(folder: string) {
    const listeners = new Set<Listener>();
    try {
      const watcher = this.#adapter.watch(folder, (name) => {
        for (const listener of [...listeners]) listener(name);
      });
      const watched = { listeners, watcher };
      this.#watched.set(folder, watched);
      return watched;
    } catch (error) {
      if (error instanceof AdapterError) return undefined;
      throw error;
    }
  }
}

/**
 * A feed of one source's changes.
 *
 * @param watches The watches to share.
 * @param folder The tier's folder; `undefined` if it is not there yet, which leaves polling.
 * @param name The source's name.
 * @param clock The clock to wait by.
 */
export function openFeed(watches: FolderWatches, folder: string | undefined, name: string, clock: Clock): ChangeFeed {
  let changed = false;
  let wake = () => {};
  const stop = folder === undefined ? () => {} : watches.listen(folder, (file) => {
    if (file !== undefined && file !== `${name}${DATA_ENDING}` && file !== `${name}${MARKER_ENDING}`) return;
    changed = true;
    wake();
  });

  async function next(maxWait: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const controller = new AbortController();
    const abort = () => controller.abort();
    signal?.addEventListener("abort", abort, { once: true });
    wake = abort;
    // Jitter keeps a crowd of waiters from polling in step.
    const poll = WAIT_POLL_MS * (0.75 + clock.random() / 2);
    try {
      if (!changed) await clock.sleep(Math.min(maxWait, poll), { signal: controller.signal });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
      wake = () => {};
    }
    signal?.throwIfAborted();
    changed = false;
  }

  return { next, close: stop };
}
