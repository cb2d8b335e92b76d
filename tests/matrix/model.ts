/**
 * The twenty tests of the Go package `discoverycache`, by its names for them.
 *
 * Each is one `describe`, so that the table of `npm test` has a line for it; what it proves is in its clauses. Where two
 * processes meet, one is of the runtime that runs the test ({@linkcode here}), and the other of each in turn: once the
 * suite has run on every runtime, every pair has met.
 *
 * @module
 */

import { describe, it } from "node:test";
import type { TestRuntime } from "../../scripts/test/plan.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { inScene, type Scene } from "../support/cache_children.ts";
import type { Outcome } from "../support/cache_jobs.ts";

/** Their names. The first ten are of its design, and are about processes. */
export const MODEL_TESTS = [
  "ConcurrentClaimTwoProcs",
  "ReaderDuringRefresh",
  "CrashDuringRefresh",
  "RefreshTimeout",
  "ForceRefreshWaitsAndReadsFresh",
  "ConcurrentNormalAndForce",
  "AtomicRenameVerified",
  "PruneDoesNotRaceActiveSources",
  "StaleWhileRevalidate",
  "PidReuseSafety",
  "ReadEmpty",
  "ReadAfterWrite",
  "ReadStaleByMtime",
  "RefreshIdempotent",
  "RefreshPassesDeadlineContextToRefresher",
  "MaybeRefreshSyncFailedRefreshRetryAfterMarkerStaleness",
  "ReadIsSubHundredMs",
  "ReadP99Contention",
  "PruneRemovesInactive",
  "PruneSkipsActiveMarker",
] as const;

/** One of them. */
export type ModelTest = (typeof MODEL_TESTS)[number];

/** The runtime that runs the test. */
export const here = detectAdapter().name as TestRuntime;

/** What a read finds that finds nothing; its text is left out on the way from one process to the other. */
export const ABSENT = { state: "absent" } as unknown as Outcome;

/** Adds a clause: what is proven, and how, in a scene of its own. */
export type AddClause = (what: string, run: (scene: Scene) => Promise<void>) => void;

/**
 * Adds one of the twenty tests.
 *
 * @param name Its name.
 * @param clauses Adds what it proves.
 */
export function modelTest(name: ModelTest, clauses: (clause: AddClause) => void): void {
  describe(name, () => {
    clauses((what, run) => void it(`${name}: ${what}`, { timeout: 120_000 }, () => inScene(run)));
  });
}
