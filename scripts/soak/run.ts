/** A soak from its first process to its judgement. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiscoveryCache, systemClock } from "../../mod.ts";
import { Hand } from "../../tests/support/attack/crew.ts";
import { FIRST_VERSION, makePayload, readPayload } from "../../tests/support/payload.ts";
import { checkStory } from "./check.ts";
import { soakFigures } from "./figures.ts";
import { Killer } from "./killer.ts";
import { LedgerWriter, parseLedger } from "./ledger.ts";
import { seededRandom, type SoakJob, SOURCES } from "./plan.ts";
import { tellStory } from "./story.ts";

/** What a soak is to be. */
export interface SoakOptions {
  readonly seconds: number;
  /** The same deeds for the same seed; how the processes run into each other is up to the machine. */
  readonly seed: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface SoakResult {
  readonly figures: readonly string[];
  /** What is wrong; empty if the invariants held. */
  readonly violations: readonly string[];
  /** Where the ledger is kept, if something is wrong. */
  readonly kept: string | undefined;
}

/** How many processes. */
const PROCESSES = 12;
/** The mean pause between two deeds of the killer, in milliseconds. */
const MEAN_PAUSE_MS = 90;
/** From this age on a staged file is litter; the prune at the end takes it for that old. In milliseconds. */
const LATER_MS = 20_000;

/** Runs a soak. It leaves no process behind, and no file unless something is wrong. */
export async function runSoak({ seconds, seed, signal }: SoakOptions): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), "discoverycache-soak-"));
  const root = join(folder, "root");
  const path = join(folder, "ledger");
  mkdirSync(root, { mode: 0o700 });
  const ledger = new LedgerWriter(path, 0);
  const hands = new Set<Hand>();
  let keep = false;
  try {
    const random = seededRandom(seed);
    const start = (runtime: Hand["runtime"], number: number) => {
      const job: SoakJob = { root, ledger: path, number, seed };
      const hand = new Hand(runtime, "soak_worker", [JSON.stringify(job)]);
      hands.add(hand);
      void hand.ended.then(() => hands.delete(hand));
      return hand;
    };
    const killer = new Killer({ ledger, random, start }, PROCESSES);
    const end = performance.now() + seconds * 1_000;
    while (performance.now() < end) {
      await systemClock.sleep(random() * 2 * MEAN_PAUSE_MS, { signal });
      killer.strike();
    }
    const failures: string[] = [];
    const note = (error: unknown) => void failures.push(error instanceof Error ? error.message : String(error));
    await killer.rest().catch(note);
    await killer.dismiss().catch(note);

    const left = await refreshAndPrune(root);
    const lines = parseLedger(readFileSync(path, "utf8"));
    const story = tellStory(lines);
    const violations = [...failures, ...left, ...checkStory(story, SOURCES)];
    keep = violations.length > 0;
    return { figures: soakFigures(lines, story), violations, kept: keep ? path : undefined };
  } finally {
    for (const hand of hands) hand.kill();
    await Promise.all([...hands].map((hand) => hand.ended));
    ledger.close();
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

/** The last ones: a refresh of every source, and a prune. After them there is data, and nothing else. */
async function refreshAndPrune(root: string): Promise<string[]> {
  const problems: string[] = [];
  const cache = new DiscoveryCache({ root });
  for (const { name, ttl } of SOURCES) {
    const source = { name, ttl, refreshDeadline: 60_000 };
    try {
      const { data } = await cache.refresh(source, () => Promise.resolve(makePayload(FIRST_VERSION)));
      if (readPayload(data) !== FIRST_VERSION) problems.push(`the last refresh of ${name} gave something else`);
    } catch (error) {
      problems.push(`the last refresh of ${name} failed: ${String(error)}`);
    }
  }
  const clock = { ...systemClock, now: () => Date.now() + LATER_MS };
  const { failed } = await new DiscoveryCache({ root, clock }).prune(SOURCES);
  for (const { what, error } of failed) problems.push(`${what} could not be pruned: ${String(error)}`);
  const expected = new Set(SOURCES.map(({ name }) => `${name}.json`));
  for (const file of readdirSync(join(root, "discovery"))) {
    if (!expected.delete(file)) problems.push(`${file} is left over`);
  }
  for (const file of expected) problems.push(`${file} is not there`);
  return problems;
}
