/**
 * New data, by whichever way it comes: a refresh here, one that already goes on here, or one in another process.
 *
 * @module
 */

import { RefreshFailedError, WaitTimeoutError } from "./errors.ts";
import { currentFlight, Flight } from "./flight.ts";
import type { DetachedRefresh } from "./launcher.ts";
import type { Fetcher, RefreshTools } from "./refresher.ts";
import type { CheckedSource } from "./source_options.ts";
import type { Claim, ClaimAnswer, Claimed, Locked, StoredData } from "./store.ts";
import { awaitOther, type RecordedFailure } from "./wait.ts";

/** What is asked for. */
export interface RefreshRequest {
  /** The source. */
  readonly source: CheckedSource;
  /** What answers the question. */
  readonly fetcher: Fetcher;
  /** Data captured after this moment will do, milliseconds since the epoch. */
  readonly newerThan: () => number;
  /** Whether a failure that cools down is no obstacle. */
  readonly force: boolean;
  /** The caller's signal. */
  readonly signal?: AbortSignal | undefined;
  /** What refreshes in a process of its own, if that is how it is to be done in the background. */
  readonly detached?: DetachedRefresh | undefined;
}

/** What came of it. */
export type Obtained =
  /** New data: from this call's refresh, or from somebody else's. Its bytes are shared: nobody may change them. */
  | { readonly kind: "refreshed" | "joined"; readonly data: StoredData }
  /** The refresh failed, here or elsewhere. */
  | { readonly kind: "failed"; readonly error: RefreshFailedError }
  /** An earlier failure holds refreshes back. */
  | { readonly kind: "cooling-down"; readonly error: RefreshFailedError }
  /** Somebody else's refresh goes on past its deadline. */
  | { readonly kind: "timeout"; readonly error: WaitTimeoutError };

/** How often one call begins anew because its refresh was superseded: for ever would be a hang. */
const MOST_SUPERSEDED = 3;

/** The error of a failure that was found in the store. */
export function recordedFailure(source: CheckedSource, failure: RecordedFailure): RefreshFailedError {
  const { lastError, attempts, retryAt } = failure;
  return new RefreshFailedError({ source: source.label, reason: lastError, attempts, retryAt });
}

/** Tells of a claim. */
function announce({ events }: RefreshTools, { key: source }: CheckedSource, { claim, recovered }: Claimed): void {
  if (recovered !== undefined) events.emit({ kind: "recovered", source, from: recovered });
  events.emit({ kind: "claimed", source, token: claim.token, deadline: claim.deadline });
}

/** Starts the refresh that a claim allows. */
function takeOff(tools: RefreshTools, request: RefreshRequest, answer: Claimed): Flight {
  const { source, fetcher } = request;
  announce(tools, source, answer);
  return new Flight(tools, source, answer.claim, fetcher);
}

/**
 * Hands the refresh that a claim allows over to a process of its own. All of it is tried in this turn of the event loop.
 *
 * @returns The end of the hand-over; `undefined` if there is no such process, and the refresh has to be done here.
 */
function handOver(
  tools: RefreshTools,
  { source }: RefreshRequest,
  claim: Claim,
  detached: DetachedRefresh,
): Promise<unknown> | undefined {
  const { store, events, backoff, launcher } = tools;
  const { key } = source;
  const launched = launcher.launch({ ...detached, source, claim, backoff });
  if (launched.kind === "not-launched") {
    events.emit({ kind: "not-detached", source: key, reason: launched.reason });
    return undefined;
  }
  const { pid } = launched;
  // Before anybody is told: a listener may end this process.
  const transferred = store.transfer(claim, pid);
  events.emit({ kind: "detached", source: key, pid });
  return transferred.then((outcome) => {
    if (outcome === "superseded") events.emit({ kind: "superseded", source: key });
  });
}

function claimRequest(request: RefreshRequest) {
  const { source, newerThan, force } = request;
  return { refreshDeadline: source.refreshDeadline, newerThan: newerThan(), force };
}

/** Waits for a flight of this process; `"superseded"`, `"aborted"`: it came to nothing, and has to be asked for again. */
async function joinFlight(
  flight: Flight,
  kind: "refreshed" | "joined",
  signal: AbortSignal | undefined,
): Promise<Obtained | "superseded" | "aborted"> {
  const result = await flight.join(signal);
  if (result.kind === "failed") return result;
  if (result.kind !== "committed") return result.kind;
  return { kind, data: result.data };
}

/** What a caller gets whose refreshes are superseded again and again, each time without data that would do. */
function supersededTooOften(tools: RefreshTools, source: CheckedSource): Obtained {
  const reason = "what it returned was dropped each time, since somebody else changes or removes the source meanwhile";
  const facts = { attempts: MOST_SUPERSEDED, retryAt: tools.clock.now() };
  return { kind: "failed", error: new RefreshFailedError({ source: source.label, reason, ...facts }) };
}

/**
 * Obtains new data, and waits for it.
 *
 * @param tools The store, the clock, the back-off and the listeners.
 * @param request What is asked for.
 * @returns What came of it.
 * @throws What the store throws, and the reason of the caller's signal.
 */
export async function obtain(tools: RefreshTools, request: RefreshRequest): Promise<Obtained> {
  const { store, events } = tools;
  const { source, signal, newerThan } = request;
  const { key, refreshDeadline: lockTimeout } = source;
  for (let superseded = 0; superseded < MOST_SUPERSEDED;) {
    signal?.throwIfAborted();
    const flight = currentFlight(store, source);
    if (flight !== undefined) {
      events.emit({ kind: "joined", source: key });
      const joined = await joinFlight(flight, "joined", signal);
      if (typeof joined !== "string") return joined;
      if (joined === "superseded") superseded++;
      continue;
    }

    const answer = await store.claim(key, claimRequest(request), { lockTimeout, signal });
    if (answer.kind === "claimed") {
      if (signal?.aborted) {
        await store.release(answer.claim);
        throw signal.reason;
      }
      const refreshed = await joinFlight(takeOff(tools, request, answer), "refreshed", signal);
      if (typeof refreshed !== "string") return refreshed;
      if (refreshed === "superseded") superseded++;
    } else if (answer.kind === "adopted") {
      const data = await store.read(key);
      if (data === undefined) continue;
      events.emit({ kind: "adopted", source: key, capturedAt: data.capturedAt });
      return { kind: "joined", data };
    } else if (answer.kind === "cooling-down") {
      const error = recordedFailure(source, answer);
      events.emit({ kind: "cooling-down", source: key, error });
      return { kind: "cooling-down", error };
    } else if (currentFlight(store, source) === undefined) {
      events.emit({ kind: "waiting", source: key, state: answer });
      const awaited = await awaitOther(tools, { source, seen: answer, newerThan, signal });
      if (awaited.kind === "timeout") {
        const { owner: { pid }, deadline } = awaited.state;
        const error = new WaitTimeoutError({ source: source.label, pid, deadline });
        events.emit({ kind: "timeout", source: key, error });
        return { kind: "timeout", error };
      }
      if (awaited.kind === "failed") {
        const error = recordedFailure(source, awaited.failure);
        events.emit({ kind: "failed", source: key, error });
        return { kind: "failed", error };
      }
      if (awaited.kind === "adopted") {
        events.emit({ kind: "adopted", source: key, capturedAt: awaited.data.capturedAt });
        return { kind: "joined", data: awaited.data };
      }
    }
  }
  return supersededTooOften(tools, source);
}

/**
 * What a background refresh does with the answer to its claim.
 *
 * @returns The end of whatever was begun; `undefined` if nothing was.
 */
function begin(tools: RefreshTools, request: RefreshRequest, answer: ClaimAnswer): Promise<unknown> | undefined {
  const { source, detached, signal } = request;
  if (answer.kind === "adopted") {
    tools.events.emit({ kind: "adopted", source: source.key, capturedAt: answer.capturedAt });
  }
  if (answer.kind === "cooling-down") {
    tools.events.emit({ kind: "cooling-down", source: source.key, error: recordedFailure(source, answer) });
  }
  if (answer.kind !== "claimed") return undefined;
  announce(tools, source, answer);
  const handedOver = detached && handOver(tools, request, answer.claim, detached);
  if (handedOver !== undefined) return handedOver;
  return new Flight(tools, source, answer.claim, request.fetcher).join(signal, tools.keepAlive);
}

/**
 * Refreshes in the background, if nobody does yet. One synchronous attempt at the claim; where the store cannot, or its
 * lock is held, the attempt goes on off-turn for as long as the store tries.
 *
 * @returns The end of whatever was begun, which never rejects; `undefined` if nothing was. If the request's signal is
 * aborted, what was begun is given up, unless somebody else waits for it.
 */
export function refreshInBackground(tools: RefreshTools, request: RefreshRequest): Promise<unknown> | undefined {
  const { store, events, keepAlive } = tools;
  const { source, signal } = request;
  if (signal?.aborted) return undefined;
  const report = (error: unknown) => {
    const givenUp = signal?.aborted === true && error === signal.reason;
    if (!givenUp) events.emit({ kind: "error", source: source.key, error });
  };
  const flight = currentFlight(store, source);
  if (flight !== undefined) {
    // Those who wait for it may leave. If they had left before, nothing comes of it.
    return flight.join(signal, keepAlive)
      .then(({ kind }) => kind === "aborted" ? refreshInBackground(tools, request) : undefined)
      .catch(report);
  }

  let answer: ClaimAnswer | Locked | undefined;
  try {
    answer = store.tryClaim?.(source.key, claimRequest(request));
  } catch (error) {
    report(error);
    return undefined;
  }
  if (answer !== undefined && answer.kind !== "locked") return begin(tools, request, answer)?.catch(report);
  return store.claim(source.key, claimRequest(request), { signal, keepAlive })
    .then((later): Promise<unknown> | undefined => {
      if (signal?.aborted && later.kind === "claimed") return store.release(later.claim);
      return begin(tools, request, later);
    })
    .catch(report);
}
