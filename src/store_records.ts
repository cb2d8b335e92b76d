/**
 * What a store tells of a source: its data, who holds the right to refresh it, and what is going on.
 *
 * Times are wall-clock milliseconds since the epoch.
 *
 * @module
 */

/**
 * Which source: its tier, and its name in it.
 *
 * @example One name in two tiers
 * ```ts
 * import { MemoryStore, type SourceKey } from "@discoverycache/core";
 *
 * const store = new MemoryStore();
 * const remote: SourceKey = { tier: "discovery", name: "models" };
 * const local: SourceKey = { ...remote, tier: "local" };
 * await store.put(remote, new TextEncoder().encode("[]"), 1_000);
 * if (store.readSync({ ...remote }) === undefined) throw new Error("a key is known by what is in it");
 * if (store.readSync(local) !== undefined) throw new Error("that is another source");
 * ```
 */
export interface SourceKey {
  /** The tier, a folder for sources of one kind. */
  readonly tier: string;
  /** The name, unique in its tier. */
  readonly name: string;
}

/**
 * Bytes, and when they were captured: one version of a source's data. It is never changed; so what is made of it, for
 * example by decoding it, may be remembered by it.
 *
 * @example Each version is decoded once
 * ```ts
 * import { MemoryStore, type StoredData } from "@discoverycache/core";
 *
 * const decoded = new WeakMap<StoredData, string[]>();
 * function namesIn(data: StoredData): string[] {
 *   const names = decoded.get(data) ?? JSON.parse(new TextDecoder().decode(data.bytes));
 *   decoded.set(data, names);
 *   return names;
 * }
 *
 * const store = new MemoryStore();
 * const key = { tier: "discovery", name: "models" };
 * await store.put(key, new TextEncoder().encode('["a"]'), 1_000);
 * const [first, second] = [await store.read(key), await store.read(key)];
 * if (!first || !second || namesIn(first) !== namesIn(second)) throw new Error("decoded twice");
 * ```
 */
export interface StoredData {
  /** The bytes of one commit. They belong to the store, and nobody may change them: who wants to, takes a copy. */
  readonly bytes: Uint8Array;
  /** When the refresher returned them. */
  readonly capturedAt: number;
}

/**
 * How far a refresh has come.
 *
 * @example A progress bar
 * ```ts
 * import { MemoryStore, type Progress } from "@discoverycache/core";
 *
 * const bar = ({ done = 0, total, message = "" }: Progress) =>
 *   total === undefined ? `${done} ${message}` : `${"#".repeat((10 * done) / total).padEnd(10, ".")} ${message}`;
 *
 * const store = new MemoryStore();
 * const key = { tier: "discovery", name: "pages" };
 * const answer = store.tryClaim(key, { refreshDeadline: 10_000, newerThan: 0, force: false });
 * if (answer.kind === "claimed") await store.report(answer.claim, { done: 3, total: 6, message: "pages" });
 * const state = await store.state(key);
 * if (state.kind !== "refreshing" || !state.progress) throw new Error("nobody sees how far it has come");
 * if (bar(state.progress) !== "#####..... pages") throw new Error(bar(state.progress));
 * ```
 */
export interface Progress {
  /** How much is done. */
  readonly done?: number;
  /** Out of how much. */
  readonly total?: number;
  /** What is being done, for people. */
  readonly message?: string;
}

/**
 * The process that made a record.
 *
 * @example Is it this program that refreshes?
 * ```ts
 * import { MemoryStore, type Owner } from "@discoverycache/core";
 *
 * const store = new MemoryStore({ pid: 4711 });
 * const isMine = ({ pid, host }: Owner) => pid === store.self.pid && host === store.self.host;
 *
 * const key = { tier: "discovery", name: "models" };
 * const answer = store.tryClaim(key, { refreshDeadline: 10_000, newerThan: 0, force: false });
 * const before = await store.state(key);
 * if (before.kind !== "refreshing" || !isMine(before.owner)) throw new Error("who else?");
 * if (answer.kind === "claimed") await store.transfer(answer.claim, 4712);
 * const after = await store.state(key);
 * if (after.kind !== "refreshing" || isMine(after.owner)) throw new Error("it is process 4712 now");
 * ```
 */
export interface Owner {
  /** Its process id. */
  readonly pid: number;
  /** The machine boot and PID namespace in which the PID means something, where that is known. */
  readonly host: string | undefined;
  /** Its start time as its kernel knows it, where that is known. */
  readonly processStart: string | undefined;
}

/**
 * The right to refresh a source, from {@linkcode Store.claim} until commit, fail or release. Plain data: it may be
 * handed to another process.
 *
 * @example Handed to another process
 * ```ts
 * import { type Claim, MemoryStore } from "@discoverycache/core";
 *
 * const store = new MemoryStore(); // in a program: a FileStore on the same folder in both processes
 * const key = { tier: "discovery", name: "models" };
 * const answer = store.tryClaim(key, { refreshDeadline: 10_000, newerThan: 0, force: false });
 * if (answer.kind !== "claimed") throw new Error("nobody else is there");
 * const line = JSON.stringify(answer.claim); // to the other one's standard input
 *
 * const handed: Claim = JSON.parse(line);
 * const outcome = await store.commit(handed, new TextEncoder().encode("[]"), handed.startedAt);
 * if (outcome !== "committed") throw new Error("the token is all it takes");
 * const late = await store.commit(answer.claim, new TextEncoder().encode("{}"), handed.startedAt);
 * if (late !== "superseded") throw new Error("one claim was good for two commits");
 * ```
 */
export interface Claim {
  /** The source. */
  readonly key: SourceKey;
  /** 128 random bits in hexadecimal: whoever holds this token holds the claim. */
  readonly token: string;
  /** When it was claimed. */
  readonly startedAt: number;
  /** By when the refresh promised to be done. */
  readonly deadline: number;
  /** How many tries have failed since the last success. */
  readonly attempts: number;
}
