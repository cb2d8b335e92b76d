/**
 * One hand-over whose processes are killed, what the next caller makes of it, and what is left in the end.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DiscoveryCache } from "../../../mod.ts";
import { command, projectRoot } from "../../../scripts/runtimes.ts";
import type { TestRuntime } from "../../../scripts/test/plan.ts";
import type { Crew, Hand } from "../attack/crew.ts";
import { until } from "../command_bench.ts";
import { programCommand } from "../processes.ts";
import { KILLED_SOURCE, type NextAnswer, type NextCall } from "./jobs.ts";
import { checkHandOver, type LogLine, readLog } from "./round_log.ts";
import { type Strikes, writeStrikes } from "./strikes.ts";

/** How old the data is to begin with, in milliseconds. */
const STALE_MS = 2 * KILLED_SOURCE.ttl;

/** A time at which every staged file of these rounds was litter already. */
const LONG_AGO_MS = 60_000;

/** What the refresh that was handed over brings, and what the next caller's. */
const BEHIND = '"behind"';
const NEXT = '"next"';

/** Far longer than an answer takes, and far shorter than any deadline: who waits for that has failed. In milliseconds. */
const PATIENCE_MS = 60_000;

async function inTime<T>(answer: Promise<T>, what: string): Promise<T> {
  let guard: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    guard = setTimeout(() => reject(new Error(`${what} waits: no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(guard));
}

/** Who asked whom at the same time: each hand answers one question at a time. */
const busy = new Map<Hand, Promise<unknown>>();

async function ask(hand: Hand, call: NextCall): Promise<NextAnswer> {
  const before = busy.get(hand) ?? Promise.resolve();
  const answer = before.then(() => inTime(hand.ask<NextAnswer>(call), `the next caller of ${call.folder}`));
  busy.set(hand, answer.catch(() => {}));
  return await answer;
}

/** One round. */
export class Round {
  /** Its folder. */
  readonly folder: string;
  readonly #crew: Crew;
  readonly #story: string;
  readonly #strikes: Strikes;
  #got = "";

  /**
   * Makes the folder, with stale data in it.
   *
   * @param crew Who can be the next caller.
   * @param number Its number in this crew.
   * @param strikes Where its processes end.
   */
  constructor(crew: Crew, number: number, strikes: Strikes) {
    this.folder = join(crew.folder, `round-${number}`);
    this.#crew = crew;
    this.#strikes = strikes;
    this.#story = JSON.stringify(strikes);
    mkdirSync(join(this.#tier), { recursive: true, mode: 0o700 });
    const data = join(this.#tier, "models.json");
    writeFileSync(data, '"old"', { mode: 0o600 });
    const then = (Date.now() - STALE_MS) / 1_000;
    utimesSync(data, then, then);
    writeStrikes(this.folder, strikes);
  }

  /** What its processes have written down. */
  get log(): LogLine[] {
    return readLog(this.folder);
  }

  /** The cache's folder. */
  get root(): string {
    return join(this.folder, "root");
  }

  get #tier(): string {
    return join(this.root, "discovery");
  }

  /** Runs a program that hands its refresh over, to its end. */
  async handOver(runtime: TestRuntime): Promise<void> {
    copyFileSync(join(projectRoot, "tests/detached/fixtures/killed_refresher.mjs"), join(this.folder, "refresher.mjs"));
    const child = programCommand({ runtime, adapter: "native" }, "handover_child");
    const supervisor = [...child, "supervise", this.folder, JSON.stringify([...child, "work", this.folder])];
    await this.#parentEnds(this.#crew.hire(runtime, "handover_parent", this.folder, JSON.stringify(supervisor)).ended);
  }

  /** Runs a command that hands its refresh over, to its end. It starts itself once more, and its folder is its own. */
  async handOverCommand(runtime: TestRuntime): Promise<void> {
    copyFileSync(join(projectRoot, "tests/detached/fixtures/killed_question.sh"), join(this.folder, "question.sh"));
    // Without a manifest beside it, it is a module by its name only.
    const program = join(this.folder, "command.mjs");
    copyFileSync(join(projectRoot, "dist-test/programs/handover_command.js"), program);
    const [file = "", ...args] = command(runtime, program);
    const child = spawn(file, args, { stdio: ["ignore", "ignore", "inherit"] });
    await this.#parentEnds(
      new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code, signal) => resolve(code ?? signal ?? "nothing"));
      }),
    );
  }

  async #parentEnds(ended: Promise<number | string>): Promise<void> {
    const how = await ended;
    // Deno names the number of a signal, as a shell does.
    const expected = this.#strikes.parent === undefined ? [0] : ["SIGKILL", 137];
    assert(expected.includes(how), `${this.#story}: the parent ended with ${how}`);
  }

  /** Waits until somebody has written something down. */
  async noted(what: LogLine["what"], role: string): Promise<LogLine> {
    const look = () => this.log.find((line) => line.what === what && line.role === role);
    return await until(`${this.#story}: ${what} ${role}`, look);
  }

  /** Asks one of the crew for fresh data, or for new data. */
  async ask(number: number, force: boolean): Promise<NextAnswer> {
    const { hands } = this.#crew;
    const hand = hands[number % hands.length];
    assert(hand !== undefined);
    return await ask(hand, { folder: this.folder, force });
  }

  /** The source's data, as it is on disk. */
  get data(): string {
    return readFileSync(join(this.#tier, "models.json"), "utf8");
  }

  /** The next caller comes: he gets what the refresh that was handed over has brought, or refreshes. */
  async nextCall(number: number): Promise<string> {
    // A failure cools down, which is another way to go on at once.
    const force = this.#strikes.worker !== undefined && this.#strikes.worker !== "after it answered";
    if (force) await this.#checkFailure();
    const { text, origin } = await this.ask(number, force);
    assert(text === NEXT || text === BEHIND, `${this.#story}: ${text}`);
    assertEquals(origin === "refreshed", text === NEXT, `${this.#story}: ${text} was ${origin}`);
    this.#got = text;
    return text;
  }

  /** Proves, when all of its processes have gone, that nothing was lost, and that nothing is in anybody's way. */
  async check(): Promise<void> {
    const story = this.#story;
    const { log } = this;
    checkHandOver(log);
    const ofNext = log.filter(({ what, role }) => what === "start" && role === "next").length;
    assertEquals(ofNext, this.#got === NEXT ? 1 : 0, story);
    assertEquals(this.data, this.#got, `${story}: what was got is gone`);
    // Who dies between the data and the marker leaves that to the next claim; there was none, since the data is fresh.
    const { kind } = await new DiscoveryCache({ root: this.root }).refreshState(KILLED_SOURCE);
    assert(kind === "idle" || (kind === "abandoned" && this.#got === BEHIND), `${story}: ${kind}`);
    await this.checkNothingLeft();
  }

  /** Proves that one more refresh and a prune leave nothing but the data. */
  async checkNothingLeft(): Promise<void> {
    const story = this.#story;
    const cache = new DiscoveryCache({ root: this.root });
    const last = await cache.refresh(KILLED_SOURCE, () => Promise.resolve("last"));
    assertEquals(last.origin, "refreshed", story);
    assertEquals(await cache.refreshState(KILLED_SOURCE), { kind: "idle", attempts: 0, lastError: undefined }, story);

    // In other tiers the command keeps its records, by the same rules; they are removed with the rest.
    const left = this.#files().filter((path) => !path.endsWith(".json"));
    // The guard of a dead lock that is gone itself stands in nobody's way until there is another dead lock (P5).
    assert(left.every((path) => /\.(?:tmp|lock~*)$/.test(path)), `${story} left ${left}`);
    assert(left.every((path) => dirname(path) !== this.#tier || !path.endsWith(".lock")), `${story} left ${left}`);
    const longAgo = (Date.now() - LONG_AGO_MS) / 1_000;
    for (const path of left) utimesSync(path, longAgo, longAgo);
    const { litter, failed } = await cache.prune([KILLED_SOURCE]);
    const own = (paths: readonly string[]) => paths.filter((path) => basename(dirname(path)) === "discovery").length;
    // A record's dead lock may go as litter, or when its source is removed, whichever comes first in its folder.
    assertEquals([own(litter), failed], [own(left), []], story);
    assertEquals(this.#files(), [join(this.#tier, "models.json")], story);
  }

  /** Every file in the cache. */
  #files(): string[] {
    const entries = readdirSync(this.root, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  async #checkFailure(): Promise<void> {
    const cache = new DiscoveryCache({ root: this.root });
    const state = await cache.refreshState(KILLED_SOURCE);
    assertMatch("lastError" in state ? state.lastError ?? "" : "", /SIGKILL/, this.#story);
    const found = await cache.read(KILLED_SOURCE);
    assertEquals(found.data && new TextDecoder().decode(found.data), '"old"', this.#story);
  }
}
