/**
 * The contract of a refresher, and what a refresh works with.
 *
 * @module
 */

import type { BackoffOptions } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import type { Duration } from "./duration.ts";
import type { PresentEntry } from "./entry.ts";
import type { EventHub } from "./events.ts";
import type { Launcher } from "./launcher.ts";
import type { Progress, Store, StoredData } from "./store.ts";

/** What a refresher returns instead of data: what was there before is still right. Made by {@linkcode RefreshContext}. */
export interface NotModified {
  /** Tells it from data. */
  readonly notModified: true;
}

/** The one answer that says so. */
export const NOT_MODIFIED: NotModified = Object.freeze({ notModified: true });

/** What every refresher is given, whatever it returns. */
export interface RefreshControls {
  /** Aborted at the deadline, or when nobody waits for the result any more. Hand it on to `fetch` and its like. */
  readonly signal: AbortSignal;
  /** By when the refresh has to be done, milliseconds since the epoch; {@linkcode extend} moves it. */
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
  /**
   * Promises another deadline, since the work takes longer than could be known: others wait until then instead of taking
   * over. It is never brought forward, and a refresh cannot take more than 24 hours in all.
   *
   * @param by How long from now, in milliseconds or as a text such as `"30s"`.
   * @returns Resolves when the others can see it.
   * @throws {InvalidDurationError} If that is no duration, is 0, or would make more than 24 hours.
   * @throws {SupersededError} If the refresh is in vain by now: somebody has taken over, or changed the source meanwhile.
   */
  readonly extend: (by: Duration) => Promise<void>;
}

/** What a refresher is given. */
export interface RefreshContext<T = unknown> extends RefreshControls {
  /**
   * The data from before, if there is any that can be read: to ask only for what has changed since, for example with an
   * ETag that is kept in it.
   */
  readonly previous: PresentEntry<T> | undefined;
  /**
   * To be returned instead of data: what was there before is still right, and counts as captured now.
   *
   * @throws {InvalidPayloadError} If there is no previous data.
   *
   * @example An ETag, kept in the data
   * ```ts
   * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
   *
   * const answer = (tag: string | undefined) => // in a program: fetch(url, { headers: { "if-none-match": tag } })
   *   tag === '"1"' ? new Response(null, { status: 304 }) : Response.json(["a"], { headers: { etag: '"1"' } });
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const models = cache.source<{ tag: string | null; names: string[] }>({
   *   name: "models",
   *   ttl: "24h",
   *   refreshDeadline: "10s",
   *   refresh: async ({ previous, notModified }) => {
   *     const response = answer(previous?.data.tag ?? undefined);
   *     if (response.status === 304) return notModified();
   *     return { tag: response.headers.get("etag"), names: await response.json() };
   *   },
   * });
   * await models.refresh();
   * const again = await models.refresh();
   * if (again.data.names[0] !== "a") throw new Error("what was there is still there");
   * ```
   */
  readonly notModified: () => NotModified;
}

/** Answers the slow question: returns the bytes or the text to be kept, or says that nothing has changed. */
export type Refresher = (context: RefreshContext<Uint8Array>) => Promise<Uint8Array | string | NotModified>;

/** What a flight gives to whatever fetches new data. */
export interface FetchContext extends RefreshControls {
  /** The data from before. The bytes are the store's. */
  readonly stored: StoredData | undefined;
}

/** Fetches new data, as a flight calls it: bytes that nobody changes any more. */
export type Fetcher = (context: FetchContext) => Promise<Uint8Array | NotModified>;

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
  /** Takes out of a text what others must not read, before it is recorded. */
  readonly redact?: ((text: string) => string) | undefined;
  /** Whether refreshes in the background keep the process alive; `true` if left out. */
  readonly keepAlive?: boolean | undefined;
  /** Runs something when the process ends; without it, claims are not given back then. */
  readonly atExit?: ((work: () => void) => void) | undefined;
}
