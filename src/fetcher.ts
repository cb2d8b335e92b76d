/**
 * A refresher as a flight calls it.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import { type PresentEntry, presentEntry } from "./entry.ts";
import { InvalidPayloadError } from "./errors.ts";
import { type FetchContext, type Fetcher, NOT_MODIFIED, type NotModified } from "./refresher.ts";
import type { RefreshContext, Refresher } from "./refresher.ts";
import { payloadBytes } from "./refresher_result.ts";

/** The answer that nothing has changed. */
export function notModified(): NotModified {
  return NOT_MODIFIED;
}

/**
 * The same, where there is nothing that it could be said of.
 *
 * @throws {InvalidPayloadError} Always.
 */
export function nothingToKeep(): never {
  throw new InvalidPayloadError(
    "notModified() although there is no previous data",
    "the data, as long as context.previous is undefined",
  );
}

/**
 * The same, where it was said of data that is there no more.
 *
 * @throws {InvalidPayloadError} Always.
 */
export function nothingLeft(): never {
  throw new InvalidPayloadError(
    "notModified() although the previous data was removed by hand meanwhile",
    "the data; the next refresh finds none from before, and has to fetch it",
  );
}

/** Whether a refresher says that nothing has changed. */
export function isNotModified(answer: unknown): answer is NotModified {
  return answer === NOT_MODIFIED;
}

/**
 * What a refresher is given.
 *
 * @param context What a flight gives. Its deadline moves.
 * @param before What there was before.
 */
export function refreshContext<T>(
  context: FetchContext,
  before: Pick<RefreshContext<T>, "previous" | "notModified">,
): RefreshContext<T> {
  const { signal, report, extend } = context;
  return {
    signal,
    report,
    extend,
    notModified: before.notModified,
    get deadline() {
      return context.deadline;
    },
    get previous() {
      return before.previous;
    },
  };
}

/** What a refresher of the lower layer is given. The bytes from before are its own. */
function contextOf(context: FetchContext, clock: Clock, ttl: number): RefreshContext<Uint8Array> {
  const { stored } = context;
  if (stored === undefined) return refreshContext(context, { previous: undefined, notModified: nothingToKeep });
  const entry = presentEntry(stored.bytes, stored.capturedAt, ttl, clock.now());
  let previous: PresentEntry<Uint8Array> | undefined;
  return refreshContext(context, {
    notModified,
    // Most refreshers do not look at it.
    get previous() {
      return previous ??= { ...entry, data: entry.data.slice() };
    },
  });
}

/**
 * A refresher of the lower layer as a flight calls it.
 *
 * @param refresher The refresher.
 * @param clock The time, for the age of what was there before.
 * @param ttl How long data stays fresh, in milliseconds.
 */
export function fetcherOf(refresher: Refresher, clock: Clock, ttl: number): Fetcher {
  return async (context) => {
    const answer: unknown = await refresher(contextOf(context, clock, ttl));
    return isNotModified(answer) ? answer : payloadBytes(answer);
  };
}
