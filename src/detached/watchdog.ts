/**
 * The last resort: should a process not be done long after its deadline, it is ended.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { EventHub } from "../events.ts";
import type { Claim } from "../store.ts";
import { GRACE_MS } from "./process_group.ts";

/** For what comes after the deadline, the end of the child and the failure's record, in milliseconds. */
export const AFTERWARDS_MS: number = GRACE_MS + 13_000;

/** What a watch needs. */
export interface Watch {
  /** Measures. */
  readonly clock: Clock;
  /** Tells when the deadline is put off. */
  readonly events: EventHub;
  /** Is called if the work is not done by then. */
  readonly overdue: () => void;
}

/**
 * Watches over the work under a claim.
 *
 * @param claim The claim.
 * @param watch What it needs.
 * @returns A function that ends it, since the work is done.
 */
export function watchOver({ startedAt, deadline }: Claim, { clock, events, overdue }: Watch): () => void {
  let watching = new AbortController();
  const start = (until: number) => {
    watching.abort();
    watching = new AbortController();
    clock.sleep(until - startedAt + AFTERWARDS_MS, { signal: watching.signal }).then(overdue, () => {});
  };
  start(deadline);
  const forget = events.on((event) => {
    if (event.kind === "extended") start(event.deadline);
  });
  return () => {
    forget();
    watching.abort();
  };
}
