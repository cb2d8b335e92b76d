/**
 * Processes that live through a whole attack, on every runtime: each is given one line of JSON at a time and answers with
 * one. Starting a process costs more than a round, so they are started once.
 *
 * @module
 */

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import type { RuntimeName } from "../../../scripts/runtimes.ts";
import { everyRuntime, programCommand } from "../processes.ts";
import { inTemporaryFolder } from "../temporary_folder.ts";

/** The runtime of the n-th process of a crew. */
export function runtimeOf(index: number): RuntimeName {
  return everyRuntime[index % everyRuntime.length] ?? "node";
}

/** One process of a crew. */
export class Hand {
  /** Its process id. */
  readonly pid: number;
  /** Its runtime. */
  readonly runtime: RuntimeName;
  /** Resolves when nothing of it is left, to its exit code or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** What it said that was no answer to a question, when a question was not waiting. */
  readonly said: string[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #complaints = "";
  #isGone = false;
  #waiting: { resolve: (line: string) => void; reject: (error: Error) => void } | undefined;

  /**
   * @param runtime Its runtime.
   * @param program The built program.
   * @param args The program's arguments.
   */
  constructor(runtime: RuntimeName, program: string, args: readonly string[]) {
    const [file = "", ...rest] = programCommand({ runtime, adapter: "native" }, program);
    this.runtime = runtime;
    this.#child = spawn(file, [...rest, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    this.pid = this.#child.pid ?? -1;
    let unfinished = "";
    this.#child.stdout.on("data", (data) => {
      const lines = `${unfinished}${data}`.split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) this.#hear(line);
    });
    this.#child.stderr.on("data", (data) => this.#complaints += data);
    // Whoever is killed has nobody who reads his questions.
    this.#child.stdin.on("error", () => {});
    this.ended = new Promise((resolve) => {
      this.#child.on("error", (error) => resolve(error.message));
      this.#child.on("close", (code, signal) => resolve(code ?? signal ?? "nothing"));
    });
    this.#child.on("exit", () => this.#isGone = true);
    void this.ended.then((how) => {
      this.#waiting?.reject(new Error(`a process on ${runtime} ended with ${how}: ${this.#complaints}`));
      this.#waiting = undefined;
    });
  }

  /** Asks it something, one question at a time, and waits for the answer. */
  async ask<T>(question: unknown): Promise<T> {
    const answer = this.hears();
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    return JSON.parse(await answer) as T;
  }

  /** The next line that it says. */
  async hears(): Promise<string> {
    const said = this.said.shift();
    if (said !== undefined) return said;
    return await new Promise((resolve, reject) => this.#waiting = { resolve, reject });
  }

  /** Whether it has ended, so that its process id may be somebody else's. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Ends it as SIGKILL does. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Tells it that there are no more questions; it then ends by itself, without a word on standard error. */
  async endsWell(): Promise<void> {
    this.#child.stdin.end();
    const how = await this.ended;
    if (how === 0 && this.#complaints === "") return;
    throw new Error(`a process on ${this.runtime} ended with ${how}: ${this.#complaints}`);
  }

  #hear(line: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.said.push(line);
    else waiting.resolve(line);
  }
}

/** A folder, a cache's root in it, and processes that share it. */
export interface Crew {
  /** A folder of its own. */
  readonly folder: string;
  /** The root. */
  readonly root: string;
  /** The processes. */
  readonly hands: readonly Hand[];
  /** Starts one more process, of another program. */
  hire(runtime: RuntimeName, program: string, ...args: string[]): Hand;
  /** Asks every process the same, and waits for all answers. */
  askAll<T>(question: unknown): Promise<T[]>;
}

/**
 * Gives work a crew, and leaves neither a process nor a file behind.
 *
 * @param program The built program that they run; its first argument is the root.
 * @param size How many processes to begin with, runtimes mixed.
 * @param work What to do with them.
 */
export async function withCrew<T>(program: string, size: number, work: (crew: Crew) => Promise<T>): Promise<T> {
  return await inTemporaryFolder(async (folder) => {
    const root = join(folder, "root");
    mkdirSync(root, { mode: 0o700 });
    const hands = new Set<Hand>();
    const hire = (runtime: RuntimeName, program: string, ...args: string[]) => {
      const hand = new Hand(runtime, program, [root, ...args]);
      hands.add(hand);
      void hand.ended.then(() => hands.delete(hand));
      return hand;
    };
    const first = Array.from({ length: size }, (_, index) => hire(runtimeOf(index), program));
    const askAll = <T>(question: unknown) => Promise.all(first.map((hand) => hand.ask<T>(question)));
    try {
      const result = await work({ folder, root, hands: first, hire, askAll });
      await Promise.all(first.map((hand) => hand.endsWell()));
      return result;
    } finally {
      for (const hand of hands) hand.kill();
      await Promise.all([...hands].map((hand) => hand.ended));
    }
  });
}
