/**
 * A cache on real files that fail as planned.
 *
 * @module
 */

import { readdirSync } from "node:fs";
import { it } from "node:test";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { DiscoveryCache } from "../../src/discovery_cache.ts";
import { FileStore } from "../../src/file_store/file_store.ts";
import { type Fault, type FaultPlan, FaultyAdapter, type FaultyVerb } from "../support/faulty_adapter.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { inTemporaryFolder } from "../support/temporary_folder.ts";
import { KEY, seed, TIMEOUT_MS, Transcript, TTL } from "./bench.ts";

function makeBench(root: string) {
  const clock = new ManualClock();
  /** What each verb does wrong, until that is taken back. */
  const faults = new Map<FaultyVerb, Fault>();
  /** The same for those who want to look at each call. */
  const plan: { current: FaultPlan } = { current: (verb) => faults.get(verb) };
  const adapter = new FaultyAdapter(detectAdapter(), (...call) => plan.current(...call));
  const cache = new DiscoveryCache({ root, clock, adapter });
  const stranger = new FileStore({ root, clock, adapter: detectAdapter() });
  const data = `${root}/discovery/${KEY.name}.json`;
  /** The names of the source's files. */
  const names = () => readdirSync(`${root}/discovery`).sort();
  return { root, data, names, clock, faults, plan, cache, stranger, heard: new Transcript(cache) };
}

/** What a clause works with. */
export type FaultBench = ReturnType<typeof makeBench>;

/** A clause about a cache on files that fail as planned, with old data in it. */
export function faultClause(name: string, run: (bench: FaultBench) => Promise<void>): void {
  void it(name, { timeout: TIMEOUT_MS }, () =>
    inTemporaryFolder(async (folder) => {
      const bench = makeBench(`${folder}/root`);
      await seed(bench.stranger, "old", bench.clock.now() - TTL);
      await run(bench);
    }));
}
