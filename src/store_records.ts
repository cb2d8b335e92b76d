/**
 * What a store tells of a source: its data, who holds the right to refresh it, and what is going on.
 *
 * Times are wall-clock milliseconds since the epoch.
 *
 * @module
 */

/** Which source: its tier, and its name in it. */
export interface SourceKey {
  /** The tier, a folder for sources of one kind. */
  readonly tier: string;
  /** The name, unique in its tier. */
  readonly name: string;
}

/**
 * Bytes, and when they were captured: one version of a source's data. It is never changed; so what is made of it, for
 * example by decoding it, may be remembered by it.
 */
export interface StoredData {
  /** The bytes of one commit. They belong to the store, and nobody may change them: who wants to, takes a copy. */
  readonly bytes: Uint8Array;
  /** When the refresher returned them. */
  readonly capturedAt: number;
}

/** How far a refresh has come. */
export interface Progress {
  /** How much is done. */
  readonly done?: number;
  /** Out of how much. */
  readonly total?: number;
  /** What is being done, for people. */
  readonly message?: string;
}

/** The process that made a record. */
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

/** No refresh is under way, and none is held back. */
export interface IdleState {
  /** Which state this is. */
  readonly kind: "idle";
  /** How many tries have failed since the last success. */
  readonly attempts: number;
  /** Why the last of them failed. */
  readonly lastError: string | undefined;
}

/** Somebody refreshes. */
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

/** The last refresh failed, and the next is held back for a while. */
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

/** A refresh was begun and never ended; the next claim takes it over. */
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

/** What is going on with a source. */
export type RefreshState = IdleState | RefreshingState | CoolingDownState | AbandonedState;

/** A source as a store lists it. */
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

/** What to prune. */
export interface PruneRequest {
  /** Whether a source stays. Asked again, with what is then there, before it is removed. */
  readonly keep: (source: ListedSource) => boolean;
  /** The tiers to look at; every tier if left out. */
  readonly tiers?: readonly string[] | undefined;
  /** Only report what would be removed. */
  readonly dryRun?: boolean | undefined;
}

/** What pruning did, or with `dryRun` would do. */
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
