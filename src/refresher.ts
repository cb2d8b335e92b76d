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

/**
 * What a refresher returns instead of data: what was there before is still right. Made by {@linkcode RefreshContext}.
 *
 * @example A refresher that asks for the revision first
 * ```ts
 * import { DiscoveryCache, MemoryStore, type NotModified, type RefreshContext } from "@discoverycache/core";
 *
 * interface Index {
 *   readonly revision: number;
 *   readonly names: readonly string[];
 * }
 * const server = { revision: 1, downloads: 0 };
 * async function refresh({ previous, notModified }: RefreshContext<Index>): Promise<Index | NotModified> {
 *   if (previous?.data.revision === server.revision) return notModified();
 *   server.downloads += 1;
 *   return await Promise.resolve({ revision: server.revision, names: ["one"] });
 * }
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const index = cache.source<Index, Index>({ name: "index", ttl: "24h", refreshDeadline: "10s", refresh });
 * for (let call = 1; call <= 2; call++) await index.refresh();
 * if (server.downloads !== 1) throw new Error("the same was downloaded twice");
 * ```
 */
export interface NotModified {
  /** Tells it from data. */
  readonly notModified: true;
}

/** The one answer that says so. */
export const NOT_MODIFIED: NotModified = Object.freeze({ notModified: true });

/**
 * What every refresher is given, whatever it returns.
 *
 * @example A helper for every refresher that reads page after page
 * ```ts
 * import { DiscoveryCache, MemoryStore, type RefreshControls } from "@discoverycache/core";
 *
 * async function readPages(total: number, { signal, extend, report }: RefreshControls): Promise<string[]> {
 *   if (total > 2) await extend("1m"); // more than was thought
 *   const pages: string[] = [];
 *   for (let done = 0; done < total; report({ done: ++done, total })) {
 *     signal.throwIfAborted();
 *     pages.push(`page ${done + 1}`); // in a program: await fetch(..., { signal })
 *   }
 *   return pages;
 * }
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * let deadline = 0;
 * cache.on("extended", (event) => deadline = event.deadline);
 * const times = { ttl: "24h", refreshDeadline: "10s" };
 * const pages = cache.source({ name: "pages", ...times, refresh: (controls) => readPages(3, controls) });
 * if ((await pages.get()).length !== 3 || deadline === 0) throw new Error("others take over after 10 s");
 * ```
 */
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

/**
 * What a refresher is given.
 *
 * @example Only what came since the last time
 * ```ts
 * import { DiscoveryCache, MemoryStore, type RefreshContext } from "@discoverycache/core";
 *
 * const log = ["first", "second"];
 * let sent = 0;
 * async function readFrom(line: number): Promise<readonly string[]> { // in a program: asks a server
 *   sent += log.length - line;
 *   return await Promise.resolve(log.slice(line));
 * }
 * async function refresh({ previous }: RefreshContext<readonly string[]>): Promise<readonly string[]> {
 *   const known = previous?.data ?? [];
 *   return [...known, ...await readFrom(known.length)];
 * }
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const lines = cache.source<readonly string[]>({ name: "log", ttl: "5m", refreshDeadline: "10s", refresh });
 * await lines.refresh();
 * log.push("third");
 * const { data } = await lines.refresh();
 * if (data.join() !== "first,second,third") throw new Error(`something is missing: ${data}`);
 * if (sent !== 3) throw new Error("a line was sent twice");
 * ```
 */
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

/**
 * Answers the slow question: returns the bytes or the text to be kept, or says that nothing has changed.
 *
 * @example Bytes as they come
 * ```ts
 * import { DiscoveryCache, MemoryStore, type Refresher } from "@discoverycache/core";
 *
 * const icon = new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47])]); // in a program: fetch(url, { signal })
 * const download: Refresher = async ({ signal }) => {
 *   const bytes = new Uint8Array(await icon.arrayBuffer());
 *   signal.throwIfAborted();
 *   return bytes;
 * };
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const source = { tier: "icons", name: "fiz", ttl: "7d", refreshDeadline: "30s" };
 * const { data } = await cache.refreshIfStale(source, download);
 * if (data[0] !== 0x89 || data.length !== 4) throw new Error("another picture");
 * ```
 */
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
