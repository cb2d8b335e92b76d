/**
 * Change feeds for a store that lives in this process: a change rings a bell, and every feed on it remembers the ring.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import type { ChangeFeed } from "./store.ts";

/** Why a feed's sleep ended early, when it was the feed itself that ended it. */
const WOKEN = new Error("woken");

/** A feed that remembers a change until somebody asks. */
class MemoryFeed implements ChangeFeed {
  readonly #clock: Clock;
  readonly #onClose: (feed: MemoryFeed) => void;
  readonly #sleepers = new Set<AbortController>();
  #changed = false;

  constructor(clock: Clock, onClose: (feed: MemoryFeed) => void) {
    this.#clock = clock;
    this.#onClose = onClose;
  }

  /** Remembers a change, and wakes whoever waits. */
  ring(): void {
    this.#changed = true;
    this.#wake();
  }

  async next(maxWait: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!this.#changed) await this.#sleep(maxWait, signal);
    // Forgotten only here, when `next` is about to resolve: a wait that was aborted has told nobody of the change.
    this.#changed = false;
  }

  close(): void {
    this.#onClose(this);
    this.#wake();
  }

  #wake(): void {
    for (const sleeper of this.#sleepers) sleeper.abort(WOKEN);
  }

  async #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const sleeper = new AbortController();
    const abort = () => sleeper.abort(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    this.#sleepers.add(sleeper);
    try {
      await this.#clock.sleep(ms, { signal: sleeper.signal });
    } catch (reason) {
      if (reason !== WOKEN) throw reason;
    } finally {
      this.#sleepers.delete(sleeper);
      signal?.removeEventListener("abort", abort);
    }
  }
}

/** The bells of one store, by source. */
export class Bells {
  readonly #clock: Clock;
  readonly #feeds = new Map<string, Set<MemoryFeed>>();

  /** @param clock Limits the waits. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Opens a feed.
   *
   * @param id The source.
   * @returns A feed that hears every later ring of `id`.
   */
  open(id: string): ChangeFeed {
    const feeds = this.#feeds.get(id) ?? new Set<MemoryFeed>();
    this.#feeds.set(id, feeds);
    const feed = new MemoryFeed(this.#clock, (closed) => {
      feeds.delete(closed);
      if (feeds.size === 0 && this.#feeds.get(id) === feeds) this.#feeds.delete(id);
    });
    feeds.add(feed);
    return feed;
  }

  /**
   * Tells every feed of a source that it has changed.
   *
   * @param id The source.
   */
  ring(id: string): void {
    for (const feed of this.#feeds.get(id) ?? []) feed.ring();
  }
}
