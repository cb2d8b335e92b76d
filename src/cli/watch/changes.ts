/**
 * What has happened to sources between two looks at them: a pure function of both.
 *
 * A look sees how things stand, and not how they came about. What began and ended in between is told by what it left:
 * newer data was committed, a failure that was not there is a failed refresh, and a claim that left neither was given back,
 * or, where the number of tries has grown, taken over from somebody who never ended it.
 *
 * @module
 */

import type { SourceListing } from "../../listing.ts";
import type { AbandonedState, Progress, RefreshingState, SourceKey } from "../../store.ts";
import { isSameClaim, isSameProgress } from "../../wait.ts";

/** Sources as they were seen, by their labels. */
export type Seen = ReadonlyMap<string, SourceListing>;

/** Something that has happened to a source. */
export type Change =
  & { readonly source: SourceKey }
  & (
    /** Nobody had seen it before. */
    | { readonly kind: "appeared" }
    /** A refresh has begun. */
    | { readonly kind: "started"; readonly pid: number; readonly startedAt: number; readonly deadline: number }
    /** The same, in the place of a refresh that was never ended. */
    | { readonly kind: "taken-over"; readonly pid: number; readonly from: number }
    /** A refresh is farther than it was. */
    | { readonly kind: "progressed"; readonly progress: Progress }
    /** There is newer data: how many bytes, how long that took if somebody was seen at it, and after how many failures. */
    | {
      readonly kind: "committed";
      readonly size: number;
      readonly took: number | undefined;
      readonly failures: number;
    }
    /** A refresh has failed; `retryAt` in milliseconds since the epoch, `undefined` if that is over already. */
    | {
      readonly kind: "failed";
      readonly reason: string;
      readonly attempts: number;
      readonly retryAt: number | undefined;
    }
    /** A refresh has ended, and nothing came of it. */
    | { readonly kind: "given-back"; readonly pid: number }
    /** A refresh was begun, and is not going to be ended. */
    | { readonly kind: "abandoned"; readonly pid: number; readonly reason: AbandonedState["reason"] }
    /** Data is not fresh any more: its time has come, or somebody has said so. */
    | { readonly kind: "expired" }
    /** Data is there no more, or what was known of the source. */
    | { readonly kind: "removed" }
  );

/** The claim that a listing shows: of somebody at work, or of somebody who never ended. */
function claimOf({ refresh }: SourceListing): SeenClaim {
  return refresh.kind === "refreshing" || refresh.kind === "abandoned" ? refresh : undefined;
}

type SeenClaim = RefreshingState | AbandonedState | undefined;

/** Whether two looks saw one claim, or none. */
function isStillThere(was: SeenClaim, is: SeenClaim): boolean {
  return was === undefined || is === undefined ? was === is : isSameClaim(was, is);
}

/** What has become of the data. */
function dataChange(before: SourceListing, after: SourceListing): "newer" | "older" | "gone" | "same" {
  if (after.capturedAt === undefined) return before.capturedAt === undefined ? "same" : "gone";
  if (before.capturedAt === undefined || after.capturedAt > before.capturedAt) return "newer";
  if (after.capturedAt < before.capturedAt) return "older";
  return after.size === before.size ? "same" : "newer";
}

/** The failure that is known now and was not before. */
function newFailure(before: SourceListing, { source, refresh: after }: SourceListing): Change | undefined {
  const { refresh } = before;
  const attempts = after.attempts;
  if (after.kind === "cooling-down") {
    const known = refresh.kind === "cooling-down" && refresh.startedAt === after.startedAt &&
      refresh.token === after.token;
    // What is older than the refresh that was seen is not its failure: it was given back, and what was before is back.
    const older = claimOf(before) !== undefined && after.startedAt < (claimOf(before)?.startedAt ?? 0);
    if (known || older) return undefined;
    return { kind: "failed", source, reason: after.lastError, attempts, retryAt: after.retryAt };
  }
  if (after.kind !== "idle" || after.lastError === undefined || attempts <= refresh.attempts) return undefined;
  return { kind: "failed", source, reason: after.lastError, attempts, retryAt: undefined };
}

/** What a claim tells that was not there before. */
function begun(after: SourceListing, takenFrom: number | undefined): Change[] {
  const { source } = after;
  const claim = claimOf(after);
  if (claim === undefined) return [];
  const { owner: { pid }, startedAt, deadline } = claim;
  const changes: Change[] = takenFrom === undefined
    ? [{ kind: "started", source, pid, startedAt, deadline }]
    : [{ kind: "taken-over", source, pid, from: takenFrom }];
  if (claim.kind === "abandoned") changes.push({ kind: "abandoned", source, pid, reason: claim.reason });
  else if (claim.progress !== undefined) changes.push({ kind: "progressed", source, progress: claim.progress });
  return changes;
}

/** What a claim tells that was there before. */
function goneOn(before: SourceListing, { source, refresh }: SourceListing): Change[] {
  if (refresh.kind === "abandoned" && before.refresh.kind === "refreshing") {
    return [{ kind: "abandoned", source, pid: refresh.owner.pid, reason: refresh.reason }];
  }
  if (refresh.kind !== "refreshing" || refresh.progress === undefined) return [];
  const was = before.refresh.kind === "refreshing" ? before.refresh.progress : undefined;
  return isSameProgress(was, refresh.progress) ? [] : [{ kind: "progressed", source, progress: refresh.progress }];
}

/** Whether the data is what a claim was made for: it is there for a moment before its claim is gone. */
function isOf(claim: SeenClaim, { capturedAt = -Infinity }: SourceListing): boolean {
  return claim !== undefined && capturedAt >= claim.startedAt;
}

function committed(
  before: SourceListing,
  after: SourceListing,
  by: SeenClaim,
): Change {
  const { source, size = 0, capturedAt = 0 } = after;
  const took = by?.kind === "refreshing" && isOf(by, after) ? capturedAt - by.startedAt : undefined;
  return { kind: "committed", source, size, took, failures: before.refresh.attempts };
}

/** What has become of the claim that was there before, if it is not there any more, and who has one now. */
function claimChanges(before: SourceListing, after: SourceListing, ended: boolean): Change[] {
  const [was, is] = [claimOf(before), claimOf(after)];
  if (isStillThere(was, is)) return goneOn(before, after);
  if (was === undefined || ended || isOf(was, before)) return begun(after, undefined);
  if (is !== undefined && is.attempts > was.attempts) return begun(after, was.owner.pid);
  return [{ kind: "given-back", source: after.source, pid: was.owner.pid }, ...begun(after, undefined)];
}

function changesOf(before: SourceListing, after: SourceListing): Change[] {
  const { source } = after;
  const [was, is] = [claimOf(before), claimOf(after)];
  const data = dataChange(before, after);
  if (data === "newer" && is !== undefined && !isStillThere(was, is) && isOf(is, after)) {
    return [...claimChanges(before, after, false), committed(before, after, is)];
  }
  const changes: Change[] = [];
  if (data === "newer") changes.push(committed(before, after, was));
  else if (data === "gone") changes.push({ kind: "removed", source });
  else if (data === "older" || (before.state === "fresh" && after.state === "stale")) {
    changes.push({ kind: "expired", source });
  }
  const failure = newFailure(before, after);
  if (failure !== undefined) changes.push(failure);
  // Newer data, a failure, and whoever removes or expires data: each of them ends a claim.
  return [...changes, ...claimChanges(before, after, failure !== undefined || data !== "same")];
}

/** What is told of a source that was not there before. */
function appeared(after: SourceListing): Change[] {
  const nothing: SourceListing = {
    ...after,
    ...{ state: "absent", size: undefined, capturedAt: undefined, age: undefined },
    refresh: { kind: "idle", attempts: 0, lastError: undefined },
  };
  return [{ kind: "appeared", source: after.source }, ...changesOf(nothing, after)];
}

/** What is told of a source that is there no more. */
function vanished({ source, capturedAt, refresh }: SourceListing): Change {
  const claimOnly = capturedAt === undefined && refresh.kind === "refreshing";
  return claimOnly ? { kind: "given-back", source, pid: refresh.owner.pid } : { kind: "removed", source };
}

/**
 * What has happened between two looks, source by source; of each in the order in which it must have happened.
 *
 * @param before What was seen.
 * @param after What is seen now.
 */
export function changesBetween(before: Seen, after: Seen): Change[] {
  const changes: Change[] = [];
  for (const [label, was] of before) if (!after.has(label)) changes.push(vanished(was));
  for (const [label, is] of after) {
    const was = before.get(label);
    changes.push(...was === undefined ? appeared(is) : changesOf(was, is));
  }
  return changes;
}

/** What goes on when somebody looks for the first time. */
export function changesAtFirst(after: Seen): Change[] {
  return [...after.values()].flatMap((listing) =>
    listing.refresh.kind === "refreshing" ? begun(listing, undefined) : []
  );
}
