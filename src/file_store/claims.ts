/**
 * Tier 2: claims, and how they end (rules P8 to P14).
 *
 * @module
 */

import { AdapterError } from "../errors.ts";
import { isNewer } from "../freshness.ts";
import type {
  Claim,
  ClaimAnswer,
  ClaimOutcome,
  ClaimRequest,
  CommitOutcome,
  CoolingDownState,
  Failure,
  Locked,
  RefreshingState,
  RefreshState,
} from "../store.ts";
import { newToken } from "../token.ts";
import { type SourcePaths, stagedPath } from "./layout.ts";
import { assertWithinLimit, discard, type HeldLock, locked, type NoFolder } from "./lock.ts";
import { inspectMarker, readMarker, writeMarker } from "./marker_file.ts";
import { remove, replace, setModified, stat, type Step } from "./operation.ts";
import type { Party } from "./party.ts";
import type { FailureNote, MarkerRecord } from "./record.ts";

/** What a section under a source's lock may answer instead of its own result. */
export type Obstacle = Locked | NoFolder;

/** A marker of ours: it has a token. */
type OwnMarker = MarkerRecord & { readonly token: string };

const NO_FOLDER: NoFolder = { kind: "no-folder" };

/** Whether a state keeps others from claiming. */
function isInTheWay(state: RefreshState, force: boolean): state is RefreshingState | CoolingDownState {
  return state.kind === "refreshing" || (state.kind === "cooling-down" && !force);
}

/** The claim itself, under the lock. */
function* grant(
  party: Party,
  lock: HeldLock,
  paths: SourcePaths,
  request: ClaimRequest,
): Step<ClaimAnswer | NoFolder> {
  const found = yield* readMarker(paths.marker);
  const state = yield* inspectMarker(party, found, request.refreshDeadline);
  const now = party.clock.now();

  const data = yield* stat(paths.data);
  if (data?.kind === "file" && isNewer(data.modifiedAt, request.newerThan, now)) {
    if (state.kind === "abandoned") {
      assertWithinLimit(party, lock);
      yield* remove(paths.marker);
      yield* discardStaged(paths, state.token);
    }
    return { kind: "adopted", capturedAt: data.modifiedAt };
  }
  if (isInTheWay(state, request.force)) return state;

  const recovered = state.kind === "abandoned" ? state : undefined;
  const claim: Claim = {
    key: paths.key,
    token: newToken(party.clock),
    startedAt: now,
    deadline: now + request.refreshDeadline,
    attempts: state.attempts + (recovered === undefined ? 0 : 1),
  };
  try {
    const marker = ownMarker(party, claim, noteOf(found));
    if ((yield* writeMarker(party, lock, paths.marker, marker)) === "no-folder") return NO_FOLDER;
  } catch (error) {
    // The marker may have been written all the same: then nobody stands behind it (P7).
    party.orphans.set(claim.token, paths.marker);
    throw error;
  }
  if (recovered?.token !== undefined) {
    party.orphans.delete(recovered.token);
    yield* discardStaged(paths, recovered.token);
  }
  return { kind: "claimed", claim, recovered };
}

/** Removes what the owner of an abandoned claim had staged (P15). */
function* discardStaged(paths: SourcePaths, token: string | undefined): Step<void> {
  if (token === undefined) return;
  yield* discard(stagedPath(paths.data, token));
  yield* discard(stagedPath(paths.marker, token));
}

/** The last failure that a marker knows of: its own, or the one before the try that it stands for. */
function noteOf(marker: MarkerRecord | undefined): FailureNote | undefined {
  if (marker?.lastError === undefined) return marker?.previous;
  const { lastError, startedAt, retryAt, deadline } = marker;
  return { lastError, failedAt: startedAt, retryAt: retryAt ?? deadline };
}

/** The marker of a claim that this process holds. */
function ownMarker(party: Party, claim: Claim, previous: FailureNote | undefined): OwnMarker {
  const { pid, host, processStart } = party.self;
  const { token, startedAt, deadline, attempts } = claim;
  return {
    ...{ pid, host, processStart, token, startedAt, deadline, attempts },
    lastError: undefined,
    previous,
    retryAt: undefined,
    progress: undefined,
  };
}

/**
 * Asks for a claim. What is in the way is seen without the lock; what is granted is granted under it (P9).
 */
export function* claimSection(
  party: Party,
  paths: SourcePaths,
  request: ClaimRequest,
): Step<ClaimAnswer | Obstacle> {
  const marker = yield* readMarker(paths.marker);
  const state = yield* inspectMarker(party, marker, request.refreshDeadline);
  if (isInTheWay(state, request.force)) return state;
  return yield* locked(party, paths.lock, (lock) => grant(party, lock, paths, request));
}

/** Runs a section under the lock of a claim's source, if the claim is still current (P10). */
function* fenced<T>(
  party: Party,
  paths: SourcePaths,
  claim: Claim,
  section: (lock: HeldLock, marker: OwnMarker) => Step<T>,
): Step<T | "superseded" | Obstacle> {
  return yield* locked(party, paths.lock, function* (lock) {
    const marker = yield* readMarker(paths.marker);
    if (marker?.token !== claim.token || marker.lastError !== undefined) return "superseded";
    return yield* section(lock, { ...marker, token: claim.token });
  });
}

/** Removes the marker of a claim that has been committed. If that fails, it is at least known to be nobody's (P7). */
function* removeMarker(party: Party, lock: HeldLock, paths: SourcePaths, token: string): Step<void> {
  try {
    assertWithinLimit(party, lock);
    yield* remove(paths.marker);
  } catch (error) {
    party.orphans.set(token, paths.marker);
    throw error;
  }
}

/**
 * Ends a claim that came to nothing, as if it had not been made: earlier failures are remembered still (P12). To be
 * called under the lock.
 */
export function* undoClaim(party: Party, lock: HeldLock, paths: SourcePaths, marker: MarkerRecord): Step<void> {
  const { token, attempts = 0 } = marker;
  if (token !== undefined && attempts > 0) {
    const now = party.clock.now();
    const { lastError, failedAt, retryAt } = marker.previous ??
      { lastError: "a refresh was begun and not ended", failedAt: now, retryAt: now };
    const times = { startedAt: failedAt, deadline: retryAt, retryAt };
    const failed = { ...marker, ...times, token, lastError, previous: undefined, progress: undefined };
    try {
      if ((yield* writeMarker(party, lock, paths.marker, failed)) === "written") return;
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      // Perhaps it was written all the same. Or the disk is full: what has to be is that the claim ends.
      if ((yield* readMarker(paths.marker))?.lastError !== undefined) return;
    }
  }
  assertWithinLimit(party, lock);
  yield* remove(paths.marker);
}

/** What a fenced commit may answer; `"unstaged"`: what was staged is gone, it has to be staged again. */
export type CommitAnswer = CommitOutcome | "unstaged" | Obstacle;

/**
 * Makes staged bytes the data, or only renews its time, if the claim is still current (P10).
 *
 * @param staged The staged bytes' path, their time already set; or the time that the data gets.
 */
export function* commitSection(
  party: Party,
  paths: SourcePaths,
  claim: Claim,
  staged: string | number,
): Step<CommitAnswer> {
  return yield* fenced(party, paths, claim, function* (lock): Step<CommitAnswer> {
    assertWithinLimit(party, lock);
    if (typeof staged === "number") {
      if (!(yield* setModified(paths.data, staged))) return "missing";
    } else if ((yield* replace(staged, paths.data)) === "absent") {
      return "unstaged";
    }
    yield* removeMarker(party, lock, paths, claim.token);
    return "committed";
  });
}

/** Writes a failure into the marker, if the claim is still current (P12). */
export function* failSection(
  party: Party,
  paths: SourcePaths,
  claim: Claim,
  failure: Failure,
): Step<ClaimOutcome | Obstacle> {
  return yield* fenced(party, paths, claim, function* (lock, marker): Step<ClaimOutcome | NoFolder> {
    const now = party.clock.now();
    const failed = {
      ...marker,
      startedAt: now,
      // The Go package knows no retry_at: its cool-down ends at the deadline.
      deadline: failure.retryAt,
      retryAt: failure.retryAt,
      lastError: failure.message === "" ? "unknown error" : failure.message,
      previous: undefined,
      attempts: claim.attempts + 1,
      progress: undefined,
    };
    return (yield* writeMarker(party, lock, paths.marker, failed)) === "written" ? "done" : NO_FOLDER;
  });
}

/** Gives a claim back; what was staged for a commit that its process will not live to make goes, too. */
export function* releaseSection(party: Party, paths: SourcePaths, claim: Claim): Step<ClaimOutcome | Obstacle> {
  return yield* fenced(party, paths, claim, function* (lock, marker): Step<ClaimOutcome> {
    yield* undoClaim(party, lock, paths, marker);
    yield* discard(stagedPath(paths.data, claim.token));
    return "done";
  });
}

/** Changes something in the marker of a current claim: progress, deadline, owner. */
export function* amendSection(
  party: Party,
  paths: SourcePaths,
  claim: Claim,
  change: Partial<MarkerRecord>,
): Step<ClaimOutcome | Obstacle> {
  return yield* fenced(party, paths, claim, function* (lock, marker): Step<ClaimOutcome | NoFolder> {
    // A child may know less of itself than its parent does, or the other way round (P17).
    const { host = marker.host, processStart = marker.processStart } = change;
    const named = change.pid === marker.pid ? { host, processStart } : {};
    const amended = { ...marker, ...change, ...named, token: claim.token };
    return (yield* writeMarker(party, lock, paths.marker, amended)) === "written" ? "done" : NO_FOLDER;
  });
}
