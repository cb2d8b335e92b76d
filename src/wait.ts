/**
 * Waiting for a refresh that goes on in another process.
 *
 * @module
 */

import type { EventHub } from "./events.ts";
import { isNewer } from "./freshness.ts";
import type { RefreshTools } from "./refresher.ts";
import type { CheckedSource } from "./source_options.ts";
import type { CoolingDownState, Progress, RefreshingState, StoredData } from "./store.ts";

/** The most that a waiter lingers before it takes over from a refresher that is gone, in milliseconds. */
const TAKE_OVER_JITTER_MS = 50;

/** A failure, as it is found in the store. */
export type RecordedFailure = Pick<CoolingDownState, "lastError" | "attempts" | "retryAt">;

/** What became of somebody else's refresh. */
export type Awaited =
  /** There is data that will do. */
  | { readonly kind: "adopted"; readonly data: StoredData }
  /** It failed. */
  | { readonly kind: "failed"; readonly failure: RecordedFailure }
  /** It goes on past its deadline. */
  | { readonly kind: "timeout"; readonly state: RefreshingState }
  /** Nobody refreshes any more, and there is no new data: ask for the claim. */
  | { readonly kind: "gone" };

/** What to wait for. */
export interface Wait {
  /** The source. */
  readonly source: CheckedSource;
  /** The refresh, as it was last seen. */
  readonly seen: RefreshingState;
  /** Data captured after this moment will do, milliseconds since the epoch. */
  readonly newerThan: () => number;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
}

/** What a state tells of a claim. */
type SeenClaim = Pick<RefreshingState, "token" | "owner" | "startedAt">;

/** Whether two states are of one claim, known by its token, or, where a program writes none, by who made it when. */
export function isSameClaim(one: SeenClaim, other: SeenClaim): boolean {
  if (one.token !== undefined || other.token !== undefined) return one.token === other.token;
  return one.owner.pid === other.owner.pid && one.startedAt === other.startedAt;
}

/** Whether nothing has been reported in between. */
export function isSameProgress(one: Progress | undefined, other: Progress | undefined): boolean {
  return one?.done === other?.done && one?.total === other?.total && one?.message === other?.message;
}

/** A source that somebody waits for. */
interface Watched {
  waiting: number;
  told: Progress | undefined;
}

/** What is waited for, by who is told of it. */
const watchedBy = new WeakMap<EventHub, Map<string, Watched>>();

/** Tells of the progress of a refresh elsewhere, once, however many callers wait for it. */
class ProgressTeller {
  readonly #events: EventHub;
  readonly #source: CheckedSource;
  readonly #all: Map<string, Watched>;
  readonly #watched: Watched;

  constructor(events: EventHub, source: CheckedSource) {
    this.#events = events;
    this.#source = source;
    this.#all = watchedBy.get(events) ?? new Map<string, Watched>();
    watchedBy.set(events, this.#all);
    this.#watched = this.#all.get(source.label) ?? { waiting: 0, told: undefined };
    this.#all.set(source.label, this.#watched);
    this.#watched.waiting++;
  }

  /** Tells of it, if that is news. */
  tell({ progress }: RefreshingState): void {
    if (isSameProgress(this.#watched.told, progress)) return;
    this.#watched.told = progress;
    if (progress !== undefined) this.#events.emit({ kind: "progress", source: this.#source.key, progress });
  }

  /** Its caller waits no more. */
  close(): void {
    if (--this.#watched.waiting === 0) this.#all.delete(this.#source.label);
  }
}

/**
 * Waits until a refresh in another process has ended, by whatever end, or its deadline has passed.
 *
 * @param tools The store, the clock and the listeners, who are told how far it has come.
 * @param wait What to wait for.
 * @throws The caller's reason, if its signal is aborted.
 */
export async function awaitOther(
  tools: Pick<RefreshTools, "store" | "clock" | "events">,
  wait: Wait,
): Promise<Awaited> {
  const { store, clock, events } = tools;
  const { source, newerThan, signal } = wait;
  let { seen } = wait;
  let lingered = false;
  const feed = store.changed(source.key);
  const teller = new ProgressTeller(events, source);
  try {
    for (;;) {
      // Asked before the look: if this process is stopped between the two, the deadline may have been put off meanwhile.
      const now = clock.now();
      const state = await store.state(source.key, source.refreshDeadline);
      if (state.kind === "refreshing") teller.tell(state);
      if (state.kind === "refreshing" && isSameClaim(seen, state)) {
        const left = state.deadline - now;
        if (left < 0) return { kind: "timeout", state };
        await feed.next(left + 1, signal);
        continue;
      }
      const data = await store.read(source.key);
      if (data !== undefined && isNewer(data.capturedAt, newerThan(), clock.now())) return { kind: "adopted", data };
      // An older failure than the refresh is not its own: the refresh was given up, and what was before is back.
      if (state.kind === "cooling-down" && state.startedAt >= seen.startedAt) return { kind: "failed", failure: state };
      if (state.kind === "idle" && state.lastError !== undefined && state.attempts > seen.attempts) {
        // It has cooled down already. If all who waited tried again, they would fail one after the other.
        const { lastError, attempts } = state;
        return { kind: "failed", failure: { lastError, attempts, retryAt: clock.now() } };
      }
      if (state.kind === "abandoned" && !lingered) {
        // Others wait, too, and one take-over is enough. And who is gone may have ended his claim before: a marker is read
        // and its owner judged one after the other.
        lingered = true;
        await clock.sleep(clock.random() * TAKE_OVER_JITTER_MS, { signal });
        continue;
      }
      if (state.kind !== "refreshing") return { kind: "gone" };
      seen = state;
      lingered = false;
    }
  } finally {
    feed.close();
    teller.close();
  }
}
