/**
 * What the clauses of the store suite have in common: the fixture's shape, and small helpers.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { it } from "node:test";
import type {
  Claim,
  ClaimRequest,
  LockOptions,
  RefreshState,
  SourceKey,
  Store,
  StoredData,
} from "../../../src/store.ts";
import type { ManualClock } from "../../support/manual_clock.ts";

/** A process that can be made a claim's owner, and then die. */
export interface MortalProcess {
  /** Its process id, which means something to the store. */
  readonly pid: number;
  /** Ends it. When the promise resolves nothing of it is left, not even a zombie. */
  kill(): Promise<void>;
}

/** One set of data, empty at first, and everything that a clause needs to work on it. */
export interface StoreFixture {
  /** Another store object on the same data; a store that cannot have several gives the same one again. */
  open(): Promise<Store> | Store;
  /** The clock of every store object. */
  readonly clock: ManualClock;
  /** The process id in the stores' own claims, and that of another process that outlives the test. */
  readonly pids: { readonly own: number; readonly other: number };
  /** Starts a process. Needed with the capability `dead-owners`. */
  spawnOwner?(): Promise<MortalProcess>;
  /** Frees everything. */
  dispose(): Promise<void> | void;
}

/**
 * `sync`: readSync and tryClaim. `self`: it names its own process. `dead-owners`: it is seen when the process that owns a
 * claim dies.
 */
export type StoreCapability = "sync" | "self" | "dead-owners";

/** What the store can do: `true`, or the reason why it cannot. */
export type StoreCapabilities = Readonly<Record<StoreCapability, true | string>>;

/** What a clause works with. */
export interface Bench {
  /** A store object. */
  readonly store: Store;
  /** A second one on the same data. */
  readonly other: Store;
  /** The clock of both. */
  readonly clock: ManualClock;
  /** Where they come from. */
  readonly fixture: StoreFixture;
}

/** Adds a clause to the suite. */
export type AddClause = (name: string, run: (bench: Bench) => Promise<void>) => void;

/** Makes the function that adds clauses: each gets its own data, and is cleaned up after. */
export function clauseMaker(makeFixture: () => Promise<StoreFixture> | StoreFixture): AddClause {
  return (name, run) =>
    void it(name, { timeout: 60_000 }, async () => {
      const fixture = await makeFixture();
      try {
        const { clock } = fixture;
        await run({ store: await fixture.open(), other: await fixture.open(), clock, fixture });
      } finally {
        await fixture.dispose();
      }
    });
}

/** The source of most clauses. */
export const KEY: SourceKey = { tier: "discovery", name: "models" };

/** The refresh deadline of most clauses, in milliseconds. */
export const SPAN = 10_000;

/** Enough manual time for a claim with {@linkcode SPAN} to be abandoned: one span to its deadline, two more, and one. */
export const OVERDUE = 3 * SPAN + 1;

/** An hour, in milliseconds. */
export const HOUR = 3_600_000;

/** Trying long for a lock: for clauses in which many try at once. */
export const PATIENT: LockOptions = { lockTimeout: 60_000 };

/** A request that is granted whatever data there is, unless `change` says otherwise. */
export function request(change: Partial<ClaimRequest> = {}): ClaimRequest {
  return { refreshDeadline: SPAN, newerThan: Infinity, force: false, ...change };
}

/** Claims, and fails the clause if that is not granted. */
export async function take(store: Store, change: Partial<ClaimRequest> = {}, key: SourceKey = KEY): Promise<Claim> {
  const answer = await store.claim(key, request(change));
  assertEquals(answer.kind, "claimed", "the claim should be granted");
  assert(answer.kind === "claimed");
  return answer.claim;
}

/** Commits a text as the data of a source that nobody refreshes. */
export async function seed(store: Store, text: string, capturedAt: number, key: SourceKey = KEY): Promise<void> {
  assertEquals(await store.commit(await take(store, { force: true }, key), encode(text), capturedAt), "committed");
}

/** Lets a refresh fail. */
export async function failOnce(store: Store, retryAt: number, message = "no network"): Promise<Claim> {
  const claim = await take(store, { force: true });
  assertEquals(await store.fail(claim, { message, retryAt }), "done");
  return claim;
}

/** The bytes of a text. */
export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of what was read; `undefined` if there was nothing. */
export function decode(data: StoredData | undefined): string | undefined {
  return data && new TextDecoder("utf-8", { fatal: true }).decode(data.bytes);
}

/** Compares times. Some runtimes know those of files to the millisecond only, and round them down. */
export function assertTime(actual: number | undefined, expected: number, what = "the time"): void {
  assert(actual !== undefined, `${what} should be ${expected}, and is missing`);
  assert(Math.abs(actual - expected) <= 1, `${what} should be ${expected}, and is ${actual} (${actual - expected} ms)`);
}

/** Reads, and compares text and time. */
export async function assertData(store: Store, text: string, capturedAt: number, key: SourceKey = KEY): Promise<void> {
  const data = await store.read(key);
  assertEquals(decode(data), text);
  assertTime(data?.capturedAt, capturedAt, "capturedAt");
}

/** The state, which must be of one kind. */
export async function stateOf<K extends RefreshState["kind"]>(
  store: Store,
  kind: K,
  key: SourceKey = KEY,
): Promise<Extract<RefreshState, { kind: K }>> {
  const state = await store.state(key);
  assertEquals(state.kind, kind, "the state's kind");
  return state as Extract<RefreshState, { kind: K }>;
}

/** All that can be seen of a source, to prove that something changed nothing. */
export async function snapshot(store: Store, key: SourceKey = KEY): Promise<unknown> {
  const data = await store.read(key);
  return { data: decode(data), capturedAt: data?.capturedAt, state: await store.state(key) };
}

/** All elements of a stream. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const element of stream) all.push(element);
  return all;
}
