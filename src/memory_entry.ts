/**
 * What a memory store keeps of each source, and what it means at a given time: a pure judgement.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import { Bells } from "./memory_feed.ts";
import { overdueAfter } from "./overdue.ts";
import type {
  ChangeFeed,
  Failure,
  ListedSource,
  Owner,
  Progress,
  RefreshState,
  SourceKey,
  StoredData,
} from "./store.ts";

/** A claim that has not ended. */
export interface Held {
  /** Whoever holds this token holds the claim. */
  readonly token: string;
  /** Who claimed, or to whom the claim was handed. */
  readonly owner: Owner;
  /** When it was claimed. */
  readonly startedAt: number;
  /** By when the refresh promised to be done. */
  readonly deadline: number;
  /** What the refresher last reported. */
  readonly progress: Progress | undefined;
}

/** A failure as it was told, by whom, and when. */
export interface ToldFailure extends Failure, Pick<Held, "token" | "owner" | "startedAt"> {}

/** The tries since the last success, none of which succeeded. */
export interface Failed {
  /** How many. */
  readonly attempts: number;
  /** The last that was told of; `undefined` if all that is known are claims that nobody ended. */
  readonly told: ToldFailure | undefined;
}

/** All there is of one source. It is replaced, never changed. */
export interface Entry {
  /** The source. */
  readonly key: SourceKey;
  /** The store's own copy of the data. */
  readonly data: StoredData | undefined;
  /** The current claim, which may be overdue. */
  readonly held: Held | undefined;
  /** Outlives the claims that follow, until one of them succeeds. */
  readonly failed: Failed | undefined;
}

/** An entry of a source of which there is nothing. */
export function emptyEntry(key: SourceKey): Entry {
  return { key: { tier: key.tier, name: key.name }, data: undefined, held: undefined, failed: undefined };
}

/** Whether there is nothing of the source. */
export function isEmpty(entry: Entry): boolean {
  return entry.data === undefined && entry.held === undefined && entry.failed === undefined;
}

/**
 * A process that claims.
 *
 * @param pid Its process id.
 * @param store The store's id: a world of its own, in which the process id means something.
 */
export function ownerOf(pid: number, store: string): Owner {
  return { pid, host: store, processStart: undefined };
}

/**
 * Judges what is going on with a source.
 *
 * @param entry What is known of it; `undefined` if nothing is.
 * @param now The reader's time, milliseconds since the epoch.
 */
export function judgeEntry(entry: Entry | undefined, now: number): RefreshState {
  const attempts = entry?.failed?.attempts ?? 0;
  if (entry?.held !== undefined) {
    const { progress, ...claim } = entry.held;
    const facts = { ...claim, owner: { ...claim.owner }, attempts };
    if (now > overdueAfter(claim.startedAt, claim.deadline)) return { kind: "abandoned", ...facts, reason: "overdue" };
    return { kind: "refreshing", ...facts, progress: progress && { ...progress } };
  }
  const told = entry?.failed?.told;
  if (told === undefined || now >= told.retryAt) return { kind: "idle", attempts, lastError: told?.message };
  const { message, owner, ...facts } = told;
  return { kind: "cooling-down", ...facts, owner: { ...owner }, lastError: message, attempts };
}

/** A source as a list shows it, at a given time. */
export function describeEntry(entry: Entry, now: number): ListedSource {
  const { key, data } = entry;
  return { key, size: data?.bytes.length, capturedAt: data?.capturedAt, state: judgeEntry(entry, now) };
}

/** One string for each source, and no other source's. */
function idOf(key: SourceKey): string {
  return JSON.stringify([key.tier, key.name]);
}

/** The entries of one store. */
export class Entries {
  readonly #entries = new Map<string, Entry>();
  readonly #bells: Bells;

  /** @param clock Limits the waits for a change. */
  constructor(clock: Clock) {
    this.#bells = new Bells(clock);
  }

  /** What there is of a source; an empty entry, not yet saved, if there is nothing. */
  get(key: SourceKey): Entry {
    return this.#entries.get(idOf(key)) ?? emptyEntry(key);
  }

  /** Every entry, read as they are asked for. */
  all(): Iterable<Entry> {
    return this.#entries.values();
  }

  /** Keeps the entry, or forgets an empty one, and tells who waits. */
  save(entry: Entry): void {
    const id = idOf(entry.key);
    if (isEmpty(entry)) this.#entries.delete(id);
    else this.#entries.set(id, entry);
    this.#bells.ring(id);
  }

  /** Opens a feed that hears of every later save. */
  watch(key: SourceKey): ChangeFeed {
    return this.#bells.open(idOf(key));
  }
}
