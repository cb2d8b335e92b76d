/**
 * What the clauses about the cache have in common: the fixture's shape, refreshers that are held, and what was heard.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { it } from "node:test";
import type { CacheOptions, Entry } from "../../mod.ts";
import type { DiscoveryCache } from "../../src/discovery_cache.ts";
import { RefreshFailedError } from "../../src/errors.ts";
import type { CacheEvent } from "../../src/events.ts";
import type { NotModified, RefreshContext, Refresher } from "../../src/refresher.ts";
import type { Source } from "../../src/source_options.ts";
import type { Claim, SourceKey, Store } from "../../src/store.ts";
import { type ManualClock, turn } from "../support/manual_clock.ts";

/** One set of data, empty at first, and those who work on it. */
export interface CacheFixture {
  /** Another cache object on the same data. */
  open(options?: Pick<CacheOptions, "backoff" | "keepAlive" | "redact">): DiscoveryCache;
  /** Another process, as far as a cache can tell: a store object that knows of no refresh in this one. */
  stranger(): Store;
  /** The clock of all of them. */
  readonly clock: ManualClock;
  /** Frees everything. */
  dispose(): void;
}

/** What a clause works with. */
export interface Bench {
  readonly cache: DiscoveryCache;
  /** A second cache object on the same data. */
  readonly other: DiscoveryCache;
  readonly stranger: Store;
  readonly clock: ManualClock;
  /** What `cache` has told. */
  readonly heard: Transcript;
  readonly fixture: CacheFixture;
}

/** Adds a clause to the suite. */
export type AddClause = (name: string, run: (bench: Bench) => Promise<void>) => void;

/** Generous: a machine may be busy. */
export const TIMEOUT_MS = 120_000;

/** Makes the function that adds clauses: each gets its own data, and is cleaned up after. */
export function clauseMaker(makeFixture: () => CacheFixture): AddClause {
  return (name, run) =>
    void it(name, { timeout: TIMEOUT_MS }, async () => {
      const fixture = makeFixture();
      try {
        const { clock } = fixture;
        const cache = fixture.open();
        const heard = new Transcript(cache);
        await run({ cache, other: fixture.open(), stranger: fixture.stranger(), clock, heard, fixture });
      } finally {
        fixture.dispose();
      }
    });
}

/** The source of most clauses: fresh for a minute, to be refreshed within ten seconds. */
export const SOURCE: Source = { name: "models", ttl: "1m", refreshDeadline: "10s" };

/** Its key. */
export const KEY: SourceKey = { tier: "discovery", name: "models" };

/** Its TTL, in milliseconds. */
export const TTL = 60_000;

/** Its refresh deadline, in milliseconds. */
export const SPAN = 10_000;

/** What a cache has told, in order. */
export class Transcript {
  readonly events: CacheEvent[] = [];

  constructor(cache: DiscoveryCache) {
    cache.on((event) => this.events.push(event));
  }

  /** The kinds that were told since this was last asked. */
  kinds(): string[] {
    return this.events.splice(0).map(({ kind }) => kind);
  }

  /** The first event of a kind; fails if there was none. */
  first<Kind extends CacheEvent["kind"]>(kind: Kind): Extract<CacheEvent, { kind: Kind }> {
    const found = this.events.find((event) => event.kind === kind);
    assert(found !== undefined, `no "${kind}" among ${this.events.map((event) => event.kind)}`);
    return found as Extract<CacheEvent, { kind: Kind }>;
  }
}

/** What a held refresher can be told to answer. */
type HeldAnswer = Uint8Array | string | NotModified;

/** A refresher that works until it is told what comes of it; each run is counted. */
export class HeldRefresher {
  /** The contexts of its runs. */
  readonly runs: RefreshContext[] = [];
  readonly #results: { resolve(answer: HeldAnswer): void; reject(error: unknown): void }[] = [];
  #begun = () => {};

  /** The refresher. */
  readonly refresh = (context: RefreshContext): Promise<HeldAnswer> => {
    this.runs.push(context);
    this.#begun();
    return new Promise((resolve, reject) => this.#results.push({ resolve, reject }));
  };

  /** Resolves when it has been called so often. */
  async begun(times = 1): Promise<void> {
    while (this.runs.length < times) await new Promise<void>((resolve) => this.#begun = resolve);
  }

  /** Lets every run end with this. */
  finish(answer: HeldAnswer): void {
    for (const { resolve } of this.#results.splice(0)) resolve(answer);
  }

  /** Lets every run fail with this. */
  fail(error: unknown): void {
    for (const { reject } of this.#results.splice(0)) reject(error);
  }

  /** The signal of a run, the first if left out. */
  signal(run = 0): AbortSignal {
    return this.context(run).signal;
  }

  /** What a run was given, the first if left out. */
  context(run = 0): RefreshContext {
    const context = this.runs[run];
    assert(context !== undefined, `there was no run ${run}`);
    return context;
  }
}

/** A refresher that answers at once; `runs` counts. */
export function quick(payload: Uint8Array | string): { readonly refresh: Refresher; runs: number } {
  const counter = {
    runs: 0,
    refresh: () => {
      counter.runs++;
      return Promise.resolve(payload);
    },
  };
  return counter;
}

/** A refresher that fails at once. */
export function failing(error: unknown): Refresher {
  return () => Promise.reject(error);
}

/** A refresher that must not be called. */
export const FORBIDDEN: Refresher = () => {
  throw new Error("this refresher should not have been called");
};

/** The bytes of a text. */
export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of an entry; `undefined` if it is absent. */
export function textOf(entry: Entry): string | undefined {
  return entry.data && new TextDecoder("utf-8", { fatal: true }).decode(entry.data);
}

/** Compares times. Some runtimes know those of files to the millisecond only, and round them down. */
export function assertTime(actual: number | undefined, expected: number, what = "the time"): void {
  assert(actual !== undefined, `${what} should be ${expected}, and is missing`);
  assert(Math.abs(actual - expected) <= 1, `${what} should be ${expected}, and is ${actual} (${actual - expected} ms)`);
}

/** Puts data of some age. */
export async function seed(store: Store, text: string, capturedAt: number, key: SourceKey = KEY): Promise<void> {
  await store.put(key, encode(text), capturedAt);
}

/** A claim that another process makes. */
export async function claimElsewhere(store: Store, refreshDeadline = SPAN, key: SourceKey = KEY): Promise<Claim> {
  const answer = await store.claim(key, { refreshDeadline, newerThan: Infinity, force: true });
  assert(answer.kind === "claimed", `the claim should be granted, and is ${answer.kind}`);
  return answer.claim;
}

/** How long {@linkcode until} waits, in milliseconds of real time: only a test that has failed already waits for so long. */
const IN_VAIN_MS = 30_000;

/** Waits until something is so, while real files and watches have their say; the manual clock stands still. */
export async function until(condition: () => boolean): Promise<void> {
  const begun = performance.now();
  while (!condition()) {
    if (performance.now() - begun > IN_VAIN_MS) throw new Error(`waited in vain for ${condition}`);
    await turn();
  }
}

/** What a promise rejects with; fails if it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const settled = await promise.then((value) => ({ value }), (error: unknown) => ({ error }));
  assert("error" in settled, `it should reject, and resolves to ${JSON.stringify(settled)}`);
  return settled.error;
}

/** The {@linkcode RefreshFailedError} that a promise rejects with. */
export async function refreshFailure(promise: Promise<unknown>): Promise<RefreshFailedError> {
  const error = await rejection(promise);
  assertInstanceOf(error, RefreshFailedError);
  assertEquals([error.code, error.source], ["REFRESH_FAILED", "discovery/models"]);
  return error;
}
