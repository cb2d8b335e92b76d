/**
 * What every adapter promises, clause by clause, as a function of an adapter: the sentences of `src/adapter.ts`, each as
 * a test.
 *
 * @module
 */

import { describe } from "node:test";
import { type AdapterCapabilities, clauseMaker, type MakeFixture } from "./adapter/bench.ts";
import { createClauses } from "./adapter/create_clauses.ts";
import { failureClauses } from "./adapter/failure_clauses.ts";
import { folderClauses, nameClauses } from "./adapter/name_clauses.ts";
import { modeClauses, processClauses } from "./adapter/process_clauses.ts";
import { raceClauses } from "./adapter/race_clauses.ts";
import { readClauses } from "./adapter/read_clauses.ts";
import { watchClauses } from "./adapter/watch_clauses.ts";

export type { AdapterCapabilities, AdapterFixture, MakeFixture } from "./adapter/bench.ts";

/** How many processes of one kind race. */
const RACERS = 4;

/**
 * Adds the suite for one adapter.
 *
 * @param name The adapter's name, for the report.
 * @param makeFixture Makes a world for it, with an empty folder; called for every clause.
 * @param capabilities What can be shown of it, or why it cannot. A reason is printed, and the clauses are left out.
 */
export function adapterSuite(name: string, makeFixture: MakeFixture, capabilities: AdapterCapabilities): void {
  const suite = `adapter ${name}`;
  for (const [capability, answer] of Object.entries(capabilities)) {
    if (answer !== true) console.log(`capability: ${suite}: ${capability}: ${answer}`);
  }
  const clause = clauseMaker(makeFixture, capabilities);
  describe(suite, () => {
    describe("making files", () => createClauses(clause));
    describe("reading files", () => readClauses(clause));
    describe("names", () => nameClauses(clause));
    describe("folders", () => folderClauses(clause));
    describe("modes", () => modeClauses(clause));
    describe("failures", () => failureClauses(clause));
    describe("watching", () => watchClauses(clause));
    describe("processes", () => processClauses(clause));
    if (capabilities.children === true) {
      describe("racing processes", () =>
        raceClauses(clause, ({ child }) => Array.from({ length: RACERS }, () => child)));
    }
  });
}
