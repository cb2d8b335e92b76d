/**
 * What a cache promises, clause by clause, as a function of where its data lives.
 *
 * @module
 */

import { describe } from "node:test";
import { type CacheFixture, clauseMaker } from "./bench.ts";
import { abortClauses } from "./clauses/abort.ts";
import { backgroundClauses } from "./clauses/background.ts";
import { closeClauses } from "./clauses/close.ts";
import { codecClauses } from "./clauses/codecs.ts";
import { decodedOnceClauses } from "./clauses/decoded_once.ts";
import { elsewhereClauses } from "./clauses/elsewhere.ts";
import { eventClauses } from "./clauses/events.ts";
import { extendClauses } from "./clauses/extend.ts";
import { failureClauses } from "./clauses/failure.ts";
import { familyClauses } from "./clauses/family.ts";
import { flightClauses } from "./clauses/flight.ts";
import { giveUpClauses } from "./clauses/give_up.ts";
import { howOldClauses } from "./clauses/how_old.ts";
import { ifStaleClauses } from "./clauses/if_stale.ts";
import { maxWaitClauses } from "./clauses/max_wait.ts";
import { ownBytesClauses } from "./clauses/own_bytes.ts";
import { previousClauses } from "./clauses/previous.ts";
import { progressClauses } from "./clauses/progress.ts";
import { pruneClauses } from "./clauses/prune.ts";
import { readClauses } from "./clauses/read.ts";
import { redactClauses } from "./clauses/redact.ts";
import { refreshClauses } from "./clauses/refresh.ts";
import { refresherClauses } from "./clauses/refresher.ts";
import { retryAfterClauses } from "./clauses/retry_after.ts";
import { keepFreshClauses } from "./clauses/keep_fresh.ts";
import { overrideClauses } from "./clauses/overrides.ts";
import { patienceClauses } from "./clauses/patience.ts";
import { refreshAllClauses } from "./clauses/refresh_all.ts";
import { schemaClauses } from "./clauses/schemas.ts";
import { stateClauses } from "./clauses/state.ts";
import { supersededClauses } from "./clauses/superseded.ts";
import { toldClauses } from "./clauses/told.ts";
import { typedClauses } from "./clauses/typed.ts";
import { healingClauses } from "./clauses/typed_healing.ts";
import { storiesHere } from "./clauses/transcripts.ts";
import { storiesElsewhere } from "./clauses/transcripts_elsewhere.ts";
import { tellStories } from "./story.ts";
import { versionClauses } from "./clauses/versions.ts";

export type { CacheFixture } from "./bench.ts";

/**
 * Adds the suite.
 *
 * @param name Where the data lives, for the report.
 * @param makeFixture Makes a set of data; called for every clause.
 */
export function cacheSuite(name: string, makeFixture: () => CacheFixture): void {
  const clause = clauseMaker(makeFixture);
  describe(`cache on ${name}`, () => {
    describe("read() and readSync()", () => readClauses(clause));
    describe("bytes of the caller's own", () => ownBytesClauses(clause));
    describe("refresh()", () => refreshClauses(clause));
    describe("maybeRefresh()", () => backgroundClauses(clause));
    describe("refreshIfStale()", () => ifStaleClauses(clause));
    describe("refreshState()", () => stateClauses(clause));
    describe("list(), explain() and whole families", () => toldClauses(clause));
    describe("prune()", () => pruneClauses(clause));
    describe("close()", () => closeClauses(clause));
    describe("close() with keepAlive: false", () => giveUpClauses(clause));
    describe("on()", () => eventClauses(clause));
    describe("whole transcripts", () => tellStories(clause, [...storiesHere, ...storiesElsewhere]));
    describe("one refresh at a time", () => flightClauses(clause));
    describe("a refresh elsewhere", () => elsewhereClauses(clause));
    describe("callers who leave", () => abortClauses(clause));
    describe("refreshers that misbehave", () => refresherClauses(clause));
    describe("context.report()", () => progressClauses(clause));
    describe("context.previous and notModified()", () => previousClauses(clause));
    describe("context.extend()", () => extendClauses(clause));
    describe("maxWait", () => maxWaitClauses(clause));
    describe("RetryAfterError", () => retryAfterClauses(clause));
    describe("redact", () => redactClauses(clause));
    describe("failures", () => failureClauses(clause));
    describe("superseded refreshes", () => supersededClauses(clause));
    describe("typed sources", () => typedClauses(clause));
    describe("maxWait", () => patienceClauses(clause));
    describe("maxStale and stale-if-error", () => howOldClauses(clause));
    describe("codecs", () => codecClauses(clause));
    describe("decoded once", () => decodedOnceClauses(clause));
    describe("put(), expire() and delete()", () => overrideClauses(clause));
    describe("families", () => familyClauses(clause));
    describe("refreshAll()", () => refreshAllClauses(clause));
    describe("keepFresh()", () => keepFreshClauses(clause));
    describe("schemas", () => schemaClauses(clause));
    describe("versions", () => versionClauses(clause));
    describe("data that cannot be decoded", () => healingClauses(clause));
  });
}
