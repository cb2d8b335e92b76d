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

/**
 * No refresh is under way, and none is held back.
 *
 * @example Nothing holds a refresh back, but the last one failed
 * ```ts
 * import { type IdleState, MemoryStore } from "@discoverycache/core";
 *
 * const advice = ({ attempts, lastError }: IdleState) => attempts === 0 ? "well" : `try again: ${lastError}`;
 *
 * const store = new MemoryStore();
 * const key = { tier: "discovery", name: "models" };
 * const before = await store.state(key);
 * if (before.kind !== "idle" || advice(before) !== "well") throw new Error("nothing has happened yet");
 * const answer = store.tryClaim(key, { refreshDeadline: 10_000, newerThan: 0, force: false });
 * if (answer.kind === "claimed") await store.fail(answer.claim, { message: "no such host", retryAt: 0 });
 * const after = await store.state(key);
 * if (after.kind !== "idle" || advice(after) !== "try again: no such host") throw new Error("the reason is lost");
 * ```
 */
export interface IdleState {
  /** Which state this is. */
  readonly kind: "idle";
  /** How many tries have failed since the last success. */
  readonly attempts: number;
  /** Why the last of them failed. */
  readonly lastError: string | undefined;
}

/**
 * Somebody refreshes.
 *
 * @example Who refreshes, and for how long already
 * ```ts
 * import {
 *   DiscoveryCache,
 *   formatDuration,
 *   MemoryStore,
 *   type RefreshingState,
 *   systemClock,
 * } from "@discoverycache/core";
 *
 * let now = 1_000;
 * const clock = { ...systemClock, now: () => now };
 * const describe = ({ owner, startedAt }: RefreshingState) =>
 *   `process ${owner.pid}, ${formatDuration(now - startedAt)}`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore({ clock, pid: 4711 }), clock });
 * const seen: string[] = [];
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.refresh(models, async () => {
 *   now += 2_500;
 *   const state = await cache.refreshState(models);
 *   if (state.kind === "refreshing") seen.push(describe(state));
 *   return "[]";
 * });
 * if (seen.join() !== "process 4711, 2.5s") throw new Error(`nobody refreshes: ${seen}`);
 * ```
 */
export interface RefreshingState {
  /** Which state this is. */
  readonly kind: "refreshing";
  /** The claim's token; `undefined` if a program that writes none made it. */
  readonly token: string | undefined;
  /** Who refreshes. */
  readonly owner: Owner;
  /** Since when. */
  readonly startedAt: number;
  /** By when it promised to be done. */
  readonly deadline: number;
  /** How many tries had failed before this one. */
  readonly attempts: number;
  /** What the refresher last reported. */
  readonly progress: Progress | undefined;
}

/**
 * The last refresh failed, and the next is held back for a while.
 *
 * @example When it is tried again
 * ```ts
 * import {
 *   type CoolingDownState,
 *   DiscoveryCache,
 *   formatDuration,
 *   MemoryStore,
 *   systemClock,
 * } from "@discoverycache/core";
 *
 * const clock = { ...systemClock, now: () => 1_000, random: () => 0.25 };
 * const describe = ({ lastError, retryAt }: CoolingDownState) =>
 *   `${lastError}; again in ${formatDuration(retryAt - clock.now())}`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore({ clock }), clock });
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.refresh(models, () => Promise.reject(new Error("no such host"))).catch(() => {});
 * const state = await cache.refreshState(models);
 * if (state.kind !== "cooling-down") throw new Error("every call would ask again");
 * if (describe(state) !== "no such host; again in 250ms") throw new Error(describe(state));
 * ```
 */
export interface CoolingDownState {
  /** Which state this is. */
  readonly kind: "cooling-down";
  /** The token of the claim that failed; `undefined` if a program that writes none made it. */
  readonly token: string | undefined;
  /** Who failed. */
  readonly owner: Owner;
  /** When it failed. */
  readonly startedAt: number;
  /** Why. */
  readonly lastError: string;
  /** How many tries have failed since the last success. */
  readonly attempts: number;
  /** When a refresh that is not forced may be tried again. */
  readonly retryAt: number;
}

/**
 * A refresh was begun and never ended; the next claim takes it over.
 *
 * @example What became of a refresh that never ended
 * ```ts
 * import { type AbandonedState, DiscoveryCache, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * let now = 1_000;
 * const clock = { ...systemClock, now: () => now };
 * const store = new MemoryStore({ clock, pid: 4711 });
 * store.tryClaim({ tier: "discovery", name: "models" }, { refreshDeadline: 5_000, newerThan: 0, force: false });
 * now += 60_000;
 *
 * const cache = new DiscoveryCache({ store, clock });
 * const log: string[] = [];
 * const describe = ({ owner, reason }: AbandonedState) => `process ${owner.pid}: ${reason}`;
 * cache.on("recovered", ({ from }) => log.push(describe(from)));
 * await cache.refresh({ name: "models", ttl: "24h", refreshDeadline: "5s" }, async () => await Promise.resolve("[]"));
 * if (log.join() !== "process 4711: overdue") throw new Error(`it went unnoticed: ${log}`);
 * ```
 */
export interface AbandonedState {
  /** Which state this is. */
  readonly kind: "abandoned";
  /** The claim's token; `undefined` if a program that writes none made it. */
  readonly token: string | undefined;
  /** Who began it. */
  readonly owner: Owner;
  /** When it was begun. */
  readonly startedAt: number;
  /** By when it promised to be done. */
  readonly deadline: number;
  /** How many tries had failed before this one. */
  readonly attempts: number;
  /** Its owner is gone, or lives on far past its deadline, or wrote times that cannot be. */
  readonly reason: "owner-gone" | "overdue" | "impossible-times";
}

/**
 * What is going on with a source.
 *
 * @example A column of a status page
 * ```ts
 * import { DiscoveryCache, MemoryStore, type RefreshState, systemClock } from "@discoverycache/core";
 *
 * const column: { readonly [Kind in RefreshState["kind"]]: string } = {
 *   "idle": "",
 *   "refreshing": "is refreshed",
 *   "cooling-down": "failed",
 *   "abandoned": "was given up",
 * };
 * const clock = { ...systemClock, now: () => 1_000, random: () => 0.5 };
 * const cache = new DiscoveryCache({ store: new MemoryStore({ clock }), clock });
 * const refresh = () => Promise.reject(new Error("no such host"));
 * const models = cache.source<string[]>({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh });
 * const show = (state: RefreshState) => `${models.name} ${column[state.kind]}`;
 * await models.get().catch(() => {});
 * if (show(await models.state()) !== "models failed") throw new Error("the page shows no failure");
 * ```
 */
export type RefreshState = IdleState | RefreshingState | CoolingDownState | AbandonedState;

/**
 * A source as a store lists it.
 *
 * @example The largest source of a store
 * ```ts
 * import { type ListedSource, MemoryStore } from "@discoverycache/core";
 *
 * const store = new MemoryStore();
 * await store.put({ tier: "discovery", name: "models" }, new Uint8Array(2), 1_000);
 * await store.put({ tier: "discovery", name: "prices" }, new Uint8Array(9), 1_000);
 * let largest: ListedSource | undefined;
 * for await (const found of store.list()) {
 *   if ((found.size ?? 0) > (largest?.size ?? 0)) largest = found;
 * }
 * if (largest?.key.name !== "prices") throw new Error("9 bytes are more than 2");
 * ```
 */
export interface ListedSource {
  /** Which source. */
  readonly key: SourceKey;
  /** Size of its data in bytes; `undefined` if there is none. */
  readonly size: number | undefined;
  /** When its data was captured; `undefined` if there is none. */
  readonly capturedAt: number | undefined;
  /** What is going on with it. */
  readonly state: RefreshState;
}

/**
 * What to prune.
 *
 * @example Nothing stays of a tier that went out of use
 * ```ts
 * import { MemoryStore, type PruneRequest } from "@discoverycache/core";
 *
 * const store = new MemoryStore();
 * const old = { tier: "v1", name: "models" };
 * const present = { tier: "v2", name: "models" };
 * for (const key of [old, present]) await store.put(key, new Uint8Array(2), 1_000);
 * const request: PruneRequest = { keep: () => false, tiers: ["v1"] };
 * await store.prune({ ...request, dryRun: true });
 * if (store.readSync(old) === undefined) throw new Error("it was only asked what would be removed");
 * await store.prune(request);
 * if (store.readSync(old) !== undefined) throw new Error("it is still there");
 * if (store.readSync(present) === undefined) throw new Error("nobody asked for that");
 * ```
 */
export interface PruneRequest {
  /** Whether a source stays. Asked again, with what is then there, before it is removed. */
  readonly keep: (source: ListedSource) => boolean;
  /** The tiers to look at; every tier if left out. */
  readonly tiers?: readonly string[] | undefined;
  /** Only report what would be removed. */
  readonly dryRun?: boolean | undefined;
}

/**
 * What pruning did, or with `dryRun` would do.
 *
 * @example What a clean-up says
 * ```ts
 * import { DiscoveryCache, MemoryStore, type PruneReport } from "@discoverycache/core";
 *
 * const summary = ({ removed, kept, failed }: PruneReport) =>
 *   `${removed.map(({ name }) => name).join(", ")} removed, ${kept} kept, ${failed.length} failed`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const used = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * for (const source of [used, { ...used, name: "unused" }]) await cache.put(source, "[]");
 * const text = summary(await cache.prune([used]));
 * if (text !== "unused removed, 1 kept, 0 failed") throw new Error(text);
 * ```
 */
export interface PruneReport {
  /** The sources that were removed. */
  readonly removed: readonly SourceKey[];
  /** The sources that were to be removed, but are being refreshed. */
  readonly refreshing: readonly SourceKey[];
  /** The sources that stay. */
  readonly kept: number;
  /** What crashed programs had left behind and was removed. */
  readonly litter: readonly string[];
  /** What could not be removed, and why. */
  readonly failed: readonly { readonly what: string; readonly error: unknown }[];
}
