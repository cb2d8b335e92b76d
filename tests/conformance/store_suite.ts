/**
 * What every store promises, clause by clause, as a function of a store: the sentences of `src/store.ts`, each as a test.
 *
 * @module
 */

import { describe } from "node:test";
import { clauseMaker, type StoreCapabilities, type StoreCapability, type StoreFixture } from "./store/bench.ts";
import { claimClauses, selfClauses } from "./store/claim_clauses.ts";
import { dataClauses, syncDataClauses } from "./store/data_clauses.ts";
import { endingClauses } from "./store/ending_clauses.ts";
import { failureClauses } from "./store/failure_clauses.ts";
import { feedClauses } from "./store/feed_clauses.ts";
import { fencingClauses } from "./store/fencing_clauses.ts";
import { listClauses, pruneClauses, pruneRaceClauses } from "./store/list_clauses.ts";
import { deadOwnerClauses, takeoverClauses } from "./store/takeover_clauses.ts";

export type { MortalProcess, StoreCapabilities, StoreCapability, StoreFixture } from "./store/bench.ts";

/**
 * Adds the suite for one store.
 *
 * @param name The store's name, for the report.
 * @param makeFixture Makes a set of data, empty at first; called for every clause.
 * @param capabilities What the store can do, or why it cannot. A reason is printed, and the clauses are left out.
 */
export function storeSuite(
  name: string,
  makeFixture: () => Promise<StoreFixture> | StoreFixture,
  capabilities: StoreCapabilities,
): void {
  const clause = clauseMaker(makeFixture);
  const partWith = (capability: StoreCapability, title: string, clauses: () => void) => {
    const answer = capabilities[capability];
    if (answer === true) describe(title, clauses);
    else console.log(`capability: store on ${name}: ${capability}: ${answer}`);
  };

  describe(`store on ${name}`, () => {
    describe("data", () => dataClauses(clause, makeFixture));
    describe("claims", () => claimClauses(clause));
    describe("what a claim's holder can do", () => endingClauses(clause));
    describe("failures", () => failureClauses(clause));
    describe("take-over", () => takeoverClauses(clause));
    describe("fencing", () => fencingClauses(clause));
    describe("changes", () => feedClauses(clause));
    describe("list", () => listClauses(clause));
    describe("prune", () => pruneClauses(clause));
    partWith("sync", "at once", () => {
      syncDataClauses(clause);
      pruneRaceClauses(clause);
    });
    partWith("self", "this process", () => selfClauses(clause));
    partWith("dead-owners", "dead owners", () => deadOwnerClauses(clause));
  });
}
