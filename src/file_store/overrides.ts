/**
 * What changes a source whoever refreshes it (rule P14), and what tidies up after this process (rule P7).
 *
 * @module
 */

import type { FileStat } from "../adapter.ts";
import type { RefreshState } from "../store.ts";
import { type Obstacle, undoClaim } from "./claims.ts";
import type { SourcePaths } from "./layout.ts";
import { assertWithinLimit, clearOwnGuards, type HeldLock, locked } from "./lock.ts";
import { inspectMarker, readMarker } from "./marker_file.ts";
import { remove, replace, setModified, stat, type Step } from "./operation.ts";
import type { Party } from "./party.ts";

/**
 * Ends a claim that is current, whoever holds it, so that it can no longer commit. A failure stays on record.
 *
 * @returns Whether there was a marker.
 */
function* supersede(party: Party, lock: HeldLock, paths: SourcePaths): Step<boolean> {
  const marker = yield* readMarker(paths.marker);
  // Where there is no marker that can be read, there may still be one that cannot.
  if (marker === undefined) {
    assertWithinLimit(party, lock);
    return yield* remove(paths.marker);
  }
  if (marker.lastError === undefined) yield* undoClaim(party, lock, paths, marker);
  return true;
}

/** Makes staged bytes the data, whoever refreshes (P14). */
export function* putSection(
  party: Party,
  paths: SourcePaths,
  staged: string,
): Step<"done" | "unstaged" | Obstacle> {
  return yield* locked(party, paths.lock, function* (lock): Step<"done" | "unstaged"> {
    yield* supersede(party, lock, paths);
    assertWithinLimit(party, lock);
    return (yield* replace(staged, paths.data)) === "replaced" ? "done" : "unstaged";
  });
}

/** Makes the data no newer than `capturedAt` (P14). */
export function* expireSection(party: Party, paths: SourcePaths, capturedAt: number): Step<boolean | Obstacle> {
  return yield* locked(party, paths.lock, function* (lock): Step<boolean> {
    yield* supersede(party, lock, paths);
    const data = yield* stat(paths.data);
    if (data === undefined || data.modifiedAt <= capturedAt) return data !== undefined;
    assertWithinLimit(party, lock);
    return yield* setModified(paths.data, capturedAt);
  });
}

/**
 * Removes a source (P14).
 *
 * @param permit Asked under the lock, with what is there, whether it may go; `"marker"` if what is in the data's place is to
 * stay.
 */
export function* removeSection(
  party: Party,
  paths: SourcePaths,
  permit: (state: RefreshState, data: FileStat | undefined) => boolean | "marker",
): Step<"removed" | "nothing" | "kept" | Obstacle> {
  return yield* locked(party, paths.lock, function* (lock): Step<"removed" | "nothing" | "kept"> {
    const data = yield* stat(paths.data);
    const state = yield* inspectMarker(party, yield* readMarker(paths.marker), undefined);
    const permitted = permit(state, data);
    if (permitted === false) return "kept";
    assertWithinLimit(party, lock);
    const unmarked = yield* remove(paths.marker);
    assertWithinLimit(party, lock);
    const removed = permitted === true && (yield* remove(paths.data));
    return unmarked || removed ? "removed" : "nothing";
  });
}

/**
 * Removes what this process left of a source: guards, the marker of a claim that it gave up, and, by taking the lock, a
 * lock of its own that is dead (P7).
 */
export function* tidySection(party: Party, paths: SourcePaths): Step<"done" | Obstacle> {
  yield* clearOwnGuards(party, paths.lock);
  return yield* locked(party, paths.lock, function* (lock): Step<"done"> {
    const marker = yield* readMarker(paths.marker);
    const given = marker?.token !== undefined && party.orphans.has(marker.token);
    // If it has become a failure meanwhile, it has ended.
    if (given && marker.lastError === undefined) yield* undoClaim(party, lock, paths, marker);
    // The lock is this section's by now, and the marker that of nobody who was given up.
    for (const [token, path] of party.orphans) {
      if (path === paths.marker || path === paths.lock) party.orphans.delete(token);
    }
    return "done";
  });
}

/** Whether there is nothing of a source that this process could not remove. */
export function isTidy({ orphans }: Party, paths: SourcePaths): boolean {
  return ![...orphans.values()].some((path) => path === paths.marker || path.startsWith(paths.lock));
}
