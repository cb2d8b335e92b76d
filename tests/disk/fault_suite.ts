/**
 * Runs every scenario again and again, each time with another fault, and checks what has to hold whatever fails.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { DiscoveryCacheError } from "../../src/errors.ts";
import { quick, SOURCE, textOf, TIMEOUT_MS } from "../cache/bench.ts";
import { inTemporaryFolder } from "../support/temporary_folder.ts";
import { type Scenario, SCENARIOS } from "./scenarios.ts";
import { settled } from "./settled.ts";
import type { Call, Strike } from "./strikes.ts";
import { World } from "./world.ts";

/** What has to hold, whatever fails. */
const RULES = {
  data: "the old data is readable, or the new, whole, for everybody",
  errors: "every error is typed, and what succeeded says so",
  next: "the next refresh works, here and elsewhere",
  litter: "the next refresh and a prune leave nothing but data",
} as const;

type Rule = keyof typeof RULES;

/** What was found, rule by rule. */
class Findings {
  runs = 0;
  /** In how many of them nothing failed. */
  missed = 0;
  readonly #found = new Map<Rule, string[]>();

  add(rule: Rule, strike: Strike, what: string): void {
    this.#found.set(rule, [...this.of(rule), `${strike.label}\n    ${what}`]);
  }

  of(rule: Rule): readonly string[] {
    return this.#found.get(rule) ?? [];
  }
}

/** A file system that is as real as any, and fast: thousands of runs take minutes on a disk that others use, too. */
const SHARED_MEMORY = "/dev/shm";

/** The longest that somebody may have to wait for what was left: a torn lock is one for a second. In milliseconds. */
const NEXT_WITHIN_MS = 1_100;

/** Later than this, nobody can be at work on what was staged before, in milliseconds. */
const LITTER_AGE_MS = 11_000;

/** The failure of the refresher itself is the caller's own. */
function isTyped(error: unknown): boolean {
  if (!(error instanceof DiscoveryCacheError) || !/^[A-Z_]+$/.test(error.code)) return false;
  return error.cause === undefined || error.code !== "REFRESH_FAILED" ||
    error.cause instanceof DiscoveryCacheError || error.cause instanceof Error && error.cause.message === "no network";
}

/** What a promise comes to. */
function outcome<T>(promise: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> {
  return promise.then((value) => ({ value }), (error: unknown) => ({ error }));
}

/** One run of a scenario with one fault, and everything that has to hold after it. */
async function run(folder: string, scenario: Scenario, strike: Strike, next: "cache" | "stranger", findings: Findings) {
  const number = findings.runs++;
  const world = new World(`${folder}/${number}`, scenario.disk);
  const { clock, cache, stranger, heard } = world;
  await scenario.prepare(world);
  world.begin(strike);
  const acted = await outcome(scenario.act(world));
  world.heal();
  if (!world.struck) findings.missed++;

  const errors = heard.events.flatMap((event) => "error" in event ? [event.error] : []);
  if ("error" in acted) errors.push(acted.error);
  for (const error of errors) if (!isTyped(error)) findings.add("errors", strike, `untyped: ${error}`);

  const isDone = "value" in acted && acted.value;
  const allowed = isDone ? [scenario.after] : [scenario.before, scenario.after];
  for (const [who, reader] of Object.entries({ cache, stranger })) {
    const read = await outcome(world.textBy(reader));
    const right = "value" in read && allowed.includes(read.value);
    if (!right) findings.add("data", strike, `${who} reads ${JSON.stringify(read)}${isDone ? ", though done" : ""}`);
  }

  const before = clock.now();
  const refreshed = await outcome(settled(clock, world[next].refresh(SOURCE, quick("newer").refresh)));
  const waited = clock.now() - before;
  const works = "value" in refreshed && textOf(refreshed.value) === "newer" && waited <= NEXT_WITHIN_MS;
  const came = "error" in refreshed ? refreshed.error : textOf(refreshed.value);
  if (!works) findings.add("next", strike, `${next}: ${came} after ${waited} ms: ${world.paths()}`);

  await clock.advance(LITTER_AGE_MS);
  const pruned = await world[next].prune([SOURCE]);
  const left = world.paths();
  if (left.join() !== "discovery,discovery/models.json") {
    findings.add("litter", strike, `${next}: ${left.join(", ")}; prune() says ${JSON.stringify(pruned)}`);
  }
}

/** The calls that a scenario makes when nothing fails. */
async function record(folder: string, scenario: Scenario): Promise<readonly Call[]> {
  const world = new World(`${folder}/recorded`, scenario.disk);
  await scenario.prepare(world);
  world.begin(undefined);
  assertEquals(await scenario.act(world), true, "it should work when nothing fails");
  return [...world.calls];
}

async function runAll(scenario: Scenario, strikes: (calls: readonly Call[]) => Iterable<Strike>): Promise<Findings> {
  const findings = new Findings();
  const work = async (folder: string) => {
    const calls = await record(folder, scenario);
    for (const strike of strikes(calls)) {
      const parties = ["cache", "stranger"] as const;
      const chosen = strike.thorough ? parties : parties.filter((_, place) => place === findings.runs % 2);
      for (const next of chosen) await run(folder, scenario, strike, next, findings);
    }
  };
  await inTemporaryFolder(work, existsSync(SHARED_MEMORY) ? SHARED_MEMORY : undefined);
  assertEquals(findings.missed, 0, "every run should come to the call that fails");
  return findings;
}

/**
 * Adds the suite: every scenario, with every strike at every one of its calls, and what has to hold after each.
 *
 * @param kind What fails, for the report.
 * @param strikes What can go wrong with these calls.
 */
export function faultSuite(kind: string, strikes: (calls: readonly Call[]) => Iterable<Strike>): void {
  for (const scenario of SCENARIOS) {
    describe(`${scenario.name}, when ${kind}`, () => {
      let all: Promise<Findings> | undefined;
      for (const [rule, text] of Object.entries(RULES) as [Rule, string][]) {
        it(text, { timeout: TIMEOUT_MS }, async () => {
          const findings = await (all ??= runAll(scenario, strikes));
          assert(findings.runs > 0, "nothing was tried");
          const found = findings.of(rule);
          assertEquals(found.length, 0, `${found.length} of ${findings.runs} runs:\n  ${found.join("\n  ")}`);
        });
      }
    });
  }
}
