/**
 * Refreshes many sources, some at a time.
 *
 * @module
 */

import type { Engine } from "../engine.ts";
import type { RefreshedEntry } from "../entry.ts";
import { InvalidOptionError } from "../errors.ts";
import type { Progress, SourceKey } from "../store.ts";
import { follow } from "../until_aborted.ts";
import type { TypedSource } from "./typed_source.ts";

/** How many sources are refreshed at a time by default. */
const DEFAULT_CONCURRENCY = 4;

/**
 * A source that is being refreshed.
 *
 * @example A line for each that goes on
 * ```ts
 * import { DiscoveryCache, MemoryStore, type RefreshControls, type RunningRefresh } from "@discoverycache/core";
 *
 * const line = ({ source, progress }: RunningRefresh) => `${source.name}: ${progress?.message ?? "begins"}`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const told = new Promise((resolve) => cache.on("progress", resolve));
 * const refresh = async ({ report }: RefreshControls) => {
 *   report({ message: "reading pages" });
 *   return await told.then(() => ["a page"]);
 * };
 * const pages = cache.source({ name: "pages", ttl: "24h", refreshDeadline: "10s", refresh });
 * const lines: string[] = [];
 * await cache.refreshAll([pages], { onProgress: ({ running }) => lines.push(...running.map(line)) });
 * if (lines.join() !== "pages: begins,pages: reading pages") throw new Error(lines.join());
 * ```
 */
export interface RunningRefresh {
  /** Which source. */
  readonly source: SourceKey;
  /** What its refresher last reported, in whichever process it runs. */
  readonly progress: Progress | undefined;
}

/**
 * How far it has come.
 *
 * @example A progress bar
 * ```ts
 * import { DiscoveryCache, MemoryStore, type RefreshAllProgress } from "@discoverycache/core";
 *
 * const bar = ({ done, total }: RefreshAllProgress) => `[${"#".repeat(done)}${".".repeat(total - done)}]`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const times = { ttl: "24h", refreshDeadline: "10s" };
 * const sources = ["one", "two", "three"].map((name) => cache.source({ name, ...times, refresh: async () => name }));
 * const drawn: string[] = [];
 * await cache.refreshAll(sources, { onProgress: (progress) => drawn.push(bar(progress)) });
 * if (drawn[0] !== "[...]" || drawn.at(-1) !== "[###]") throw new Error(drawn.join());
 * ```
 */
export interface RefreshAllProgress {
  /** How many sources have ended, well or not. */
  readonly done: number;
  /** Out of how many. */
  readonly total: number;
  /** How many of them failed. */
  readonly failed: number;
  /** Those that go on. */
  readonly running: readonly RunningRefresh[];
}

/**
 * Options of `cache.refreshAll`.
 *
 * @example One after the other, for a server that dislikes haste
 * ```ts
 * import { DiscoveryCache, MemoryStore, type RefreshAllOptions } from "@discoverycache/core";
 *
 * let most = 0;
 * const onProgress: RefreshAllOptions["onProgress"] = ({ running }) => most = Math.max(most, running.length);
 * const options: RefreshAllOptions = { concurrency: 1, onProgress };
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const times = { ttl: "24h", refreshDeadline: "10s" };
 * const sources = ["one", "two", "three"].map((name) => cache.source({ name, ...times, refresh: async () => name }));
 * await cache.refreshAll(sources, options);
 * if (most !== 1) throw new Error("two at a time");
 * ```
 */
export interface RefreshAllOptions {
  /** How many sources are refreshed at a time. Default: 4. */
  readonly concurrency?: number | undefined;
  /** Ends it: no further refresh is begun, and those that nobody else waits for are given up. */
  readonly signal?: AbortSignal | undefined;
  /** Is told at each step: a refresh begins, reports, or ends. What it throws ends all of it, as the signal does. */
  readonly onProgress?: ((progress: RefreshAllProgress) => void) | undefined;
}

/**
 * What became of one source.
 *
 * @example What a command prints when it is done
 * ```ts
 * import { DiscoveryCache, MemoryStore, type RefreshOutcome } from "@discoverycache/core";
 *
 * const line = (outcome: RefreshOutcome) =>
 *   `${outcome.source.name}: ${outcome.kind === "failed" ? String(outcome.error) : outcome.entry.origin}`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const times = { ttl: "24h", refreshDeadline: "10s" };
 * const models = cache.source({ name: "models", ...times, refresh: async () => ["one"] });
 * const prices = cache.source({ name: "prices", ...times, refresh: () => Promise.reject(new Error("HTTP 503")) });
 * const [first, second] = (await cache.refreshAll([models, prices])).map(line);
 * if (first !== "models: refreshed" || !second?.includes("HTTP 503")) throw new Error(`${first}, ${second}`);
 * ```
 */
export type RefreshOutcome =
  /** It has new data, by this call's refresh or somebody else's. */
  | { readonly kind: "refreshed"; readonly source: SourceKey; readonly entry: RefreshedEntry<unknown> }
  /** It has none, and why. */
  | { readonly kind: "failed"; readonly source: SourceKey; readonly error: unknown };

/** A source as it is refreshed here. */
type AnySource = Pick<TypedSource<unknown>, "tier" | "name" | "refresh">;

function checkConcurrency(value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidOptionError({ what: "concurrency", value, expected: "a whole number, 1 or more" });
}

/** What goes on, and who wants to know. */
class Board {
  readonly #total: number;
  readonly #tell: (progress: RefreshAllProgress) => void;
  readonly #running = new Map<string, RunningRefresh>();
  #done = 0;
  #failed = 0;

  constructor(total: number, tell: (progress: RefreshAllProgress) => void) {
    this.#total = total;
    this.#tell = tell;
  }

  begin(source: SourceKey): void {
    this.#running.set(nameOf(source), { source, progress: undefined });
    this.#changed();
  }

  report(source: SourceKey, progress: Progress): void {
    if (!this.#running.has(nameOf(source))) return;
    this.#running.set(nameOf(source), { source, progress });
    this.#changed();
  }

  end({ source, kind }: RefreshOutcome): void {
    this.#running.delete(nameOf(source));
    this.#done += 1;
    if (kind === "failed") this.#failed += 1;
    this.#changed();
  }

  #changed(): void {
    const running = [...this.#running.values()];
    this.#tell({ done: this.#done, total: this.#total, failed: this.#failed, running });
  }
}

function nameOf({ tier, name }: SourceKey): string {
  return `${tier}/${name}`;
}

/**
 * Refreshes sources, whatever the age of their data.
 *
 * @param engine What they run on.
 * @param sources The sources. One that is named twice is refreshed once.
 * @param options How many at a time, a signal, and who is told.
 * @returns What became of each, in the order in which they were given.
 * @throws {InvalidOptionError} If `concurrency` cannot be used.
 * @throws The signal's reason, if it is aborted; what `onProgress` throws.
 */
export async function refreshAll(
  engine: Engine,
  sources: readonly AnySource[],
  { concurrency = DEFAULT_CONCURRENCY, signal, onProgress = () => {} }: RefreshAllOptions,
): Promise<RefreshOutcome[]> {
  checkConcurrency(concurrency);
  const each = [...new Map(sources.map((source) => [nameOf(source), source])).values()];
  const over = new AbortController();
  const unfollow = follow(over, signal);
  const board = new Board(each.length, (progress) => {
    try {
      onProgress(progress);
    } catch (error) {
      over.abort(error);
    }
  });
  const forget = engine.events.on((event) => {
    if (event.kind === "progress") board.report(event.source, event.progress);
  });
  const outcomes: RefreshOutcome[] = [];
  const refreshOne = async (source: AnySource): Promise<RefreshOutcome> => {
    const key = { tier: source.tier, name: source.name };
    board.begin(key);
    try {
      return { kind: "refreshed", source: key, entry: await source.refresh({ signal: over.signal }) };
    } catch (error) {
      over.signal.throwIfAborted();
      return { kind: "failed", source: key, error };
    }
  };
  const queue = each.entries();
  const work = async () => {
    for (const [place, source] of queue) {
      over.signal.throwIfAborted();
      const outcome = await refreshOne(source);
      outcomes[place] = outcome;
      board.end(outcome);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, each.length) }, work));
    over.signal.throwIfAborted();
    return outcomes;
  } finally {
    forget();
    unfollow();
  }
}
