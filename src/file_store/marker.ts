/**
 * What a marker means at a given time: a pure judgement.
 *
 * @module
 */

import { FUTURE_TOLERANCE_MS } from "../freshness.ts";
import { OVERDUE_SPANS } from "../overdue.ts";
import type { AbandonedState, RefreshState } from "../store.ts";
import type { OwnerVerdict } from "./owner.ts";
import { DEFAULT_SPAN_MS, LONGEST_SPAN_MS } from "./protocol.ts";
import type { MarkerRecord } from "./record.ts";

/** The state of a source that has no marker. */
export const IDLE: RefreshState = { kind: "idle", attempts: 0, lastError: undefined };

/** A failed refresh: held back until its `retry_at`, whoever failed and whether or not he lives (P12). */
function judgeFailure(record: MarkerRecord, lastError: string, now: number): RefreshState {
  const attempts = record.attempts ?? 1;
  const retryAt = Math.min(record.retryAt ?? record.deadline, record.startedAt + LONGEST_SPAN_MS);
  const fromTheFuture = record.startedAt > now + FUTURE_TOLERANCE_MS;
  if (fromTheFuture || now >= retryAt) return { kind: "idle", attempts, lastError };
  const { pid, host, processStart, token, startedAt } = record;
  return {
    kind: "cooling-down",
    token,
    owner: { pid, host, processStart },
    startedAt,
    lastError,
    attempts,
    retryAt,
  };
}

/**
 * Judges a marker.
 *
 * @param record The marker; `undefined` if there is none, or none that can be read.
 * @param owner The verdict on its owner.
 * @param now The reader's clock, milliseconds since the epoch.
 * @param ownSpan The reader's own refresh deadline in milliseconds, for a span that cannot be believed.
 */
export function judgeMarker(
  record: MarkerRecord | undefined,
  owner: OwnerVerdict,
  now: number,
  ownSpan: number = DEFAULT_SPAN_MS,
): RefreshState {
  if (record === undefined) return IDLE;
  if (record.lastError !== undefined) return judgeFailure(record, record.lastError, now);

  const written = record.deadline - record.startedAt;
  const span = written > 0 && written <= LONGEST_SPAN_MS ? written : ownSpan;
  const deadline = record.startedAt + span;
  const { pid, host, processStart, token, startedAt, progress } = record;
  const facts = { token, owner: { pid, host, processStart }, startedAt, deadline, attempts: record.attempts ?? 0 };
  const abandoned = (reason: AbandonedState["reason"]): AbandonedState => ({ kind: "abandoned", ...facts, reason });

  if (owner === "dead") return abandoned("owner-gone");
  if (startedAt > now + FUTURE_TOLERANCE_MS && owner !== "alive") return abandoned("impossible-times");
  if (now > deadline + OVERDUE_SPANS * span) return abandoned("overdue");
  return { kind: "refreshing", ...facts, progress };
}
