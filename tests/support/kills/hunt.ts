/**
 * One round of the attack on hand-overs: short-lived programs of every runtime find stale data, and what they start is
 * killed from outside at random moments.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { command, projectRoot } from "../../../scripts/runtimes.ts";
import { systemClock } from "../../../src/clock.ts";
import { runtimeOf } from "../attack/crew.ts";
import { processColumn, until } from "../command_bench.ts";
import { seeded } from "../seeded.ts";
import type { NextAnswer } from "./jobs.ts";
import { processesOf } from "./leftovers.ts";
import type { Round } from "./round.ts";
import { checkOverlaps, noteStruck } from "./round_log.ts";

/** So many programs find the same data. */
const PROGRAMS = 3;

/** They come within this time, in milliseconds. */
const ARRIVAL_MS = 150;

/** When all of them have ended, somebody is still killed for as long as this at most, in milliseconds. */
const AFTERWARDS_MS = 800;

/** How often the log and the data are looked at, in milliseconds. */
const LOOK_MS = 4;

/** What is killed: one in how many, and how long after its start at most, in milliseconds. */
const PREY = {
  parent: { oneIn: 3, within: 200 },
  supervisor: { oneIn: 2, within: 300 },
  worker: { oneIn: 2, within: 200 },
} as const;

/** Who can be killed. */
export type Prey = keyof typeof PREY;

/** What a round uses of the package and of the tests; it stands on the command line of each process, and so does its folder. */
const FILES = ["dist/mod.js", "dist/detached.js", "tests/attack/short_lived.mjs"];

/** How often each was killed, and what came of it. */
export interface Spoils extends Record<Prey, number> {
  readonly origin: string;
  /** How often the data changed. */
  readonly commits: number;
}

/** Hunts through one round. */
export class Hunt {
  readonly #round: Round;
  readonly #random: () => number;
  readonly #kills = { parent: 0, supervisor: 0, worker: 0 };
  readonly #strikes: Promise<void>[] = [];
  /** What the data was, one version after the other. */
  readonly #history: string[] = [];
  #seen = 0;
  #hunting = true;
  #watching = true;

  /**
   * @param round The round.
   * @param seed Where its randomness begins.
   */
  constructor(round: Round, seed: number) {
    this.#round = round;
    this.#random = seeded(seed);
    const { folder } = round;
    for (const file of FILES) {
      mkdirSync(join(folder, file, ".."), { recursive: true });
      copyFileSync(join(projectRoot, file), join(folder, file));
    }
    copyFileSync(join(projectRoot, "tests/attack/versions.mjs"), join(folder, "versions.mjs"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  }

  /** Plays the round; the next caller is one of the crew. */
  async play(number: number): Promise<Spoils> {
    const watch = this.#watch();
    try {
      const { text, origin } = await this.#hunt(number);
      return { ...this.#kills, origin, commits: await this.#judge(text) };
    } finally {
      this.#watching = false;
      await watch;
    }
  }

  /** Lets programs come, kills, and lets the next caller come; ends when nothing of them is left. */
  async #hunt(number: number): Promise<NextAnswer> {
    const programs = Array.from({ length: PROGRAMS }, () => this.#program());
    await Promise.all(programs);
    await systemClock.sleep(this.#below(AFTERWARDS_MS));
    this.#hunting = false;
    await Promise.all(this.#strikes);

    // Whoever waits for a refresh that fails is told of it; a failure that was written down stands in nobody's way.
    if (this.#kills.worker > 0) await this.#untilQuiet();
    const force = this.#kills.worker > 0 || number % 2 === 0;
    const answer = await this.#round.ask(number, force);
    await this.#untilQuiet();
    return answer;
  }

  /** Proves that data never went back, and that nothing is left; returns how often it changed. */
  async #judge(text: string): Promise<number> {
    this.#watching = false;
    this.#look();
    const { folder, log } = this.#round;
    const story = `${basename(folder)}: ${this.#history}`;
    checkOverlaps(log);
    assert(this.#history.includes(text) && text !== '"old"', `${story}: ${text}`);
    const next = log.findIndex(({ what, role }) => what === "start" && role === "next");
    const versions = this.#history.map((data) => data === '"old"' ? -1 : data === '"next"' ? next : Number(data));
    assertEquals(versions, [...new Set(versions)].sort((a, b) => a - b), `${story}: it went back`);
    await this.#round.checkNothingLeft();
    return versions.length - 1;
  }

  #below(limit: number): number {
    return this.#random() % limit;
  }

  async #untilQuiet(): Promise<void> {
    const { folder } = this.#round;
    const left = () => processesOf(`${folder}/`);
    await until(() => `nothing of ${folder} is left: ${left().map(({ args }) => args)}`, () => left().length === 0);
  }

  /** Starts one program, and waits for its end. */
  async #program(): Promise<void> {
    const { folder } = this.#round;
    const runtime = runtimeOf(this.#random());
    await systemClock.sleep(this.#below(ARRIVAL_MS));
    const [file = "", ...args] = command(runtime, join(folder, "tests/attack/short_lived.mjs"));
    const child = spawn(file, [...args, folder], { stdio: ["ignore", "ignore", "pipe"] });
    let complaints = "";
    child.stderr.on("data", (data) => complaints += data);
    const ended = new Promise<unknown>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve(code ?? signal));
    });
    this.#aim("parent", child.pid ?? -1);
    const how = await ended;
    assert((how === 0 || how === "SIGKILL") && complaints === "", `a program ended with ${how}: ${complaints}`);
  }

  /** Decides whether somebody is to be killed, and when. */
  #aim(prey: Prey, pid: number): void {
    const { oneIn, within } = PREY[prey];
    if (this.#below(oneIn) > 0) return;
    const strike = async () => {
      await systemClock.sleep(this.#below(within));
      if (!this.#isOurs(pid)) return;
      noteStruck(this.#round.folder, prey, pid);
      try {
        process.kill(pid, "SIGKILL");
        this.#kills[prey]++;
      } catch {
        // It has just ended.
      }
    };
    this.#strikes.push(strike());
  }

  /** Whether a process is still the one that it was: its number may be somebody else's by now. */
  #isOurs(pid: number): boolean {
    const path = `/proc/${pid}/cmdline`;
    const { folder } = this.#round;
    if (!existsSync("/proc/self/cmdline")) return processColumn(pid, "args").includes(folder);
    try {
      return readFileSync(path, "utf8").includes(folder);
    } catch {
      return false;
    }
  }

  /** Looks at the log, for whom to kill, and at the data. */
  async #watch(): Promise<void> {
    for (; this.#watching; await systemClock.sleep(LOOK_MS)) this.#look();
  }

  #look(): void {
    const { data, log } = this.#round;
    if (data !== this.#history.at(-1)) this.#history.push(data);
    if (!this.#hunting) return;
    for (const { what, role, pid } of log.slice(this.#seen)) {
      if (what === "here" && role === "supervisor") this.#aim("supervisor", pid);
      if (what === "start" && role === "worker") this.#aim("worker", pid);
    }
    this.#seen = log.length;
  }
}
