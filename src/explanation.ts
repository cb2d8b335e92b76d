/**
 * How it stands with a source, as an answer to "why?": what is there, who refreshes, what comes next, and what to do.
 *
 * Everything is plain data, fit for JSON: times in milliseconds since the epoch, durations in milliseconds. The sentences
 * say the same for people; each is one line without a capital letter and a full stop, as the messages of errors are.
 *
 * @module
 */

import type { DataState } from "./data_state.ts";
import type { RefreshState, SourceKey } from "./store.ts";

/**
 * How it stands with a source's data.
 *
 * @example Until when a table's row is good
 * ```ts
 * import { DiscoveryCache, type ExplainedData, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * const until = ({ state, freshUntil }: ExplainedData) =>
 *   freshUntil === undefined ? state : `${state} until ${new Date(freshUntil).toISOString()}`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore(), clock: { ...systemClock, now: () => 1_000 } });
 * const load = cache.source({ name: "load", ttl: "1m", refreshDeadline: "1s", refresh: async () => 0.5 });
 * const before = until((await load.explain()).data);
 * await load.refresh();
 * const row = until((await load.explain()).data);
 * if (before !== "absent" || row !== "fresh until 1970-01-01T00:01:01.000Z") throw new Error(row);
 * ```
 */
export interface ExplainedData {
  /**
   * Whether there is data and it is fresh. `"unknown"`: there is, and its TTL is not known. `"corrupt"`: there is, it cannot
   * be decoded, and counts as absent.
   */
  readonly state: DataState | "corrupt";
  /** Its size in bytes; `undefined` if there is none. */
  readonly size: number | undefined;
  /** When it was captured, milliseconds since the epoch; `undefined` if there is none. */
  readonly capturedAt: number | undefined;
  /** Milliseconds since then; 0 if that lies in the future, `undefined` if there is no data. */
  readonly age: number | undefined;
  /** How long it stays fresh, in milliseconds; `undefined` if that is not known. */
  readonly ttl: number | undefined;
  /**
   * When it goes stale, or went stale, milliseconds since the epoch; `undefined` if there is no data that can be used, its
   * TTL is not known, or its time cannot be true.
   */
  readonly freshUntil: number | undefined;
  /** Why it cannot be decoded; `undefined` if it is not corrupt. */
  readonly corrupt: string | undefined;
}

/**
 * Where a process is, seen from the one that asks. `"this-host"`: another process of the same machine, boot and PID
 * namespace. `"another-host"`: of another boot or container. `"unknown"`: one of the two does not know where it is.
 *
 * @example Whether this machine's user can look at the process
 * ```ts
 * import { DiscoveryCache, MemoryStore, type Whereabouts } from "@discoverycache/core";
 *
 * const here: Whereabouts[] = ["this-process", "this-host"]; // elsewhere, its PID means nothing
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const source = { name: "nodes", ttl: "5m", refreshDeadline: "30s" };
 * let owner: Whereabouts | undefined;
 * await cache.refresh(source, async () => {
 *   owner = (await cache.explain(source)).owner; // of the refresh that goes on
 *   return "node-1";
 * });
 * if (owner === undefined || !here.includes(owner)) throw new Error("it was this process");
 * ```
 */
export type Whereabouts = "this-process" | "this-host" | "another-host" | "unknown";

/**
 * What happens next.
 *
 * @example A countdown
 * ```ts
 * import { DiscoveryCache, MemoryStore, type NextStep, systemClock } from "@discoverycache/core";
 *
 * const clock = { ...systemClock, now: () => 1_000 };
 * const countdown = ({ kind, at }: NextStep) =>
 *   at === undefined ? kind : `${kind} in ${(at - clock.now()) / 1_000} s`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore({ clock }), clock });
 * const load = cache.source({ name: "load", ttl: "90s", refreshDeadline: "1s", refresh: async () => 0.5 });
 * const first = countdown((await load.explain()).next);
 * await load.refresh();
 * const second = countdown((await load.explain()).next);
 * if (first !== "refresh" || second !== "stale in 90 s") throw new Error(`${first}, then ${second}`);
 * ```
 */
export interface NextStep {
  /**
   * - `"end"`: the refresh ends, by its deadline.
   * - `"take-over"`: the refresh is taken over, by whoever asks after `at`, or at once.
   * - `"stale"`: the data goes stale.
   * - `"retry"`: a failure has cooled down, and whoever asks tries again.
   * - `"refresh"`: whoever asks next refreshes.
   * - `"unknown"`: it depends on a TTL that is not known.
   */
  readonly kind: "end" | "take-over" | "stale" | "retry" | "refresh" | "unknown";
  /** When, milliseconds since the epoch; `undefined` if it waits for nothing but that somebody asks. */
  readonly at: number | undefined;
  /** The same in words, and what those get who ask meanwhile. */
  readonly what: string;
}

/**
 * What a person can do.
 *
 * @example Whether anybody has to do anything
 * ```ts
 * import { DiscoveryCache, type Hint, MemoryStore } from "@discoverycache/core";
 *
 * const isFine = ({ action }: Hint) => action === "none" || action === "wait";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const times = { ttl: "24h", refreshDeadline: "10s" };
 * const good = cache.source({ name: "good", ...times, refresh: async () => "data" });
 * const bad = cache.source({ name: "bad", ...times, refresh: () => Promise.reject(new Error("HTTP 401")) });
 * await cache.refreshAll([good, bad]);
 * const [first, second] = [await good.explain(), await bad.explain()];
 * if (!isFine(first.hint)) throw new Error(first.hint.text);
 * if (isFine(second.hint)) throw new Error("somebody has to look at the key");
 * ```
 */
export interface Hint {
  /**
   * - `"none"`: nothing needs to be done.
   * - `"wait"`: for the refresh that goes on.
   * - `"ask"`: for the data; that refreshes it.
   * - `"force"`: a refresh, which shows the whole error if it fails.
   * - `"check-process"`: the one that holds the claim.
   * - `"check-clock"`: a time lies in the future.
   * - `"say-ttl"`: without it nobody knows whether the data is fresh.
   */
  readonly action: "none" | "wait" | "ask" | "force" | "check-process" | "check-clock" | "say-ttl";
  /** The same in words. */
  readonly text: string;
}

/**
 * How it stands with a source, and why.
 *
 * @example What a command with --json answers
 * ```ts
 * import { DiscoveryCache, type Explanation, MemoryStore } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.put(models, '["one"]');
 * const printed = JSON.stringify(await cache.explain(models));
 *
 * const { source, data, refresh, why }: Explanation = JSON.parse(printed); // in the program that reads it
 * if (source.name !== "models" || refresh.kind !== "idle") throw new Error("another source, or somebody refreshes");
 * if (data.state !== "fresh" || data.size !== 7) throw new Error(why);
 * ```
 */
export interface Explanation {
  /** Which source. */
  readonly source: SourceKey;
  /** How it stands with its data. */
  readonly data: ExplainedData;
  /** What is going on with it. */
  readonly refresh: RefreshState;
  /** Where the process is that {@linkcode refresh} names; `undefined` if it names none. */
  readonly owner: Whereabouts | undefined;
  /** Why the data is fresh, stale, absent or corrupt, in words. */
  readonly why: string;
  /** Who refreshes it, since when, how far that is, or what became of the last try, in words. */
  readonly who: string;
  /** What happens next, and when. */
  readonly next: NextStep;
  /** The one thing to do. */
  readonly hint: Hint;
}

/** What is going on, for people. */
const REFRESH_WORDS: Record<RefreshState["kind"], string> = {
  "idle": "idle",
  "refreshing": "refreshing",
  "cooling-down": "cooling down",
  "abandoned": "abandoned",
};

/**
 * Writes an explanation for a terminal or a log: five lines, without colours, and without a line break at the end.
 *
 * @param explanation The explanation.
 *
 * @example Five lines for a terminal
 * ```ts
 * import { DiscoveryCache, formatExplanation, MemoryStore } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.put(models, "[]");
 * const [title, why, ...others] = formatExplanation(await cache.explain(models)).split("\n");
 * if (title !== "discovery/models: fresh (2 bytes), idle") throw new Error(title);
 * if (!why?.includes("its TTL is 1d") || others.length !== 3) throw new Error(why);
 * ```
 */
export function formatExplanation({ source, data, refresh, why, who, next, hint }: Explanation): string {
  const size = data.size === undefined ? "" : ` (${data.size} ${data.size === 1 ? "byte" : "bytes"})`;
  return [
    `${source.tier}/${source.name}: ${data.state}${size}, ${REFRESH_WORDS[refresh.kind]}`,
    `  why:  ${why}`,
    `  who:  ${who}`,
    `  next: ${next.what}`,
    `  hint: ${hint.text}`,
  ].join("\n");
}
