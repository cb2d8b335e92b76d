/**
 * The contract of a refresher, and what a refresh works with.
 *
 * @module
 */

import type { BackoffOptions } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import type { EventHub } from "./events.ts";
import type { Launcher } from "./launcher.ts";
import type { Progress, Store } from "./store.ts";

/** What a refresher is given. */
export interface RefreshContext {
  /** Aborted at the deadline, or when nobody waits for the result any more. Hand it on to `fetch` and its like. */
  readonly signal: AbortSignal;
  /** By when the refresh has to be done, milliseconds since the epoch. */
  readonly deadline: number;
  /**
   * Tells everybody who looks, in any process, how far the refresh has come: the first time at once, then the latest report
   * four times a second at most. Whether it could be told is no business of the refresher's.
   *
   * @param progress How far: `done` out of `total`, in whatever unit, and a message for people.
   * @throws {InvalidOptionError} If an amount is no finite number from 0 on, or the message is no text.
   *
   * @example A refresher in three steps
   * ```ts
   * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const told: unknown[] = [];
   * cache.on("progress", ({ progress }) => told.push(progress.done));
   * const pages = cache.source<number[]>({
   *   name: "pages",
   *   ttl: "24h",
   *   refreshDeadline: "10s",
   *   refresh: async ({ report }) => {
   *     const found: number[] = [];
   *     for (let page = 1; page <= 3; page++) {
   *       found.push(await Promise.resolve(page));
   *       report({ done: page, total: 3, message: "reading pages" });
   *     }
   *     return found;
   *   },
   * });
   * await pages.get();
   * if (told[0] !== 1) throw new Error("the first report is told at once");
   * ```
   */
  readonly report: (progress: Progress) => void;
}

/** Answers the slow question: returns the bytes or the text to be kept. */
export type Refresher = (context: RefreshContext) => Promise<Uint8Array | string>;

/** What a refresh works with. */
export interface RefreshTools {
  /** Where data lives. */
  readonly store: Store;
  /** Time and randomness. */
  readonly clock: Clock;
  /** How long a failed source is left alone. */
  readonly backoff: BackoffOptions;
  /** Who is told. */
  readonly events: EventHub;
  /** Starts refreshes in processes of their own. */
  readonly launcher: Launcher;
  /** Adds to the reason of a failure what else is known of it. */
  readonly explain?: ((reason: string) => string) | undefined;
  /** Whether refreshes in the background keep the process alive; `true` if left out. */
  readonly keepAlive?: boolean | undefined;
  /** Runs something when the process ends; without it, claims are not given back then. */
  readonly atExit?: ((work: () => void) => void) | undefined;
}
