/**
 * A workbench for programs whose refresh outlives them: the programs as users write them, on the built package, and a
 * refresher that does what a test says.
 *
 * @module
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { command, projectRoot, type RuntimeName } from "../../scripts/runtimes.ts";
import { CommandBench, lives, ownRuntime, type Running, type StartOptions, until } from "./command_bench.ts";

/** What the refresher does; see tests/detached/fixtures/answer.mjs. */
export interface Answer {
  readonly gate?: string;
  readonly answer?: unknown;
  readonly error?: string;
  readonly complaint?: string;
  readonly noise?: string;
  readonly mischief?: string;
  readonly reports?: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  readonly nested?: string;
  /** What the refresher does in tests/detached/fixtures/contract.mjs. */
  readonly does?: string;
  /** How far it puts its deadline off, all at once. */
  readonly by?: readonly unknown[];
  /** The gate before that. */
  readonly told?: string;
}

/** How a program asks; see tests/detached/fixtures/ask.mjs. */
export interface Question {
  readonly module?: string;
  readonly ttl?: string;
  readonly deadline?: string;
  readonly permissions?: readonly string[];
  readonly detached?: unknown;
  readonly ask?: string;
  readonly leaves?: "at once" | "by itself" | "when told" | "when killed" | "when it hears of it";
  readonly store?: "memory";
  /** It asks when this file is there. */
  readonly waitsFor?: string;
  readonly backoff?: unknown;
  readonly freeze?: boolean;
  /** The module with its codec. */
  readonly codec?: string;
  /** The module with its schema. */
  readonly schema?: string;
  /** Its key, if it is one of a family: with the name of one that JSON cannot hold, that. */
  readonly family?: unknown;
}

/** What a program printed. */
export interface Printed {
  readonly answer: unknown;
  readonly events: readonly string[];
}

/** What the refresher says of its process. */
export interface Facts {
  readonly pid: number;
  readonly ppid: number;
  readonly cwd: string;
  readonly flags: readonly string[];
  readonly word: string | undefined;
  readonly tty: boolean;
  readonly keys: readonly string[];
}

/** The folder of the programs. */
export const fixtures: string = join(projectRoot, "tests/detached/fixtures");

/** The URL of one of them. */
export const fixture = (name: string): string => pathToFileURL(join(fixtures, name)).href;

/** A cache in a folder of its own, and programs that ask it. */
export class DetachedBench extends CommandBench {
  /** Puts data there, as old as two days. */
  override fill(name: string, data: string): Promise<void> {
    mkdirSync(join(this.root, "discovery"), { recursive: true, mode: 0o700 });
    writeFileSync(this.dataPath(name), data, { mode: 0o600 });
    this.age(name);
    return Promise.resolve();
  }

  /** The arguments and the environment of a program that asks. */
  asking(question: Question, answer: Answer): { readonly args: string[]; readonly env: Record<string, string> } {
    return {
      args: [JSON.stringify({ root: this.root, ...question })],
      env: { DETACHED_ANSWER: JSON.stringify({ folder: this.folder, ...answer }) },
    };
  }

  /** The command line of the program that asks: the executable first. */
  programLine(runtime: RuntimeName = ownRuntime, denoFlags?: readonly string[]): string[] {
    return command(runtime, join(fixtures, "ask.mjs"), denoFlags);
  }

  /** Whether there is such a file in the folder. */
  has(name: string): boolean {
    return existsSync(join(this.folder, name));
  }

  /** Starts a program that asks. */
  ask(
    question: Question,
    answer: Answer,
    options: StartOptions & { readonly denoFlags?: readonly string[]; readonly program?: readonly string[] } = {},
  ): Running {
    const { runtime, denoFlags, program = this.programLine(runtime, denoFlags) } = options;
    const { args, env } = this.asking(question, answer);
    return this.startOther([...program, ...args], {
      ...options,
      env: { ...env, ...options.env },
    });
  }

  /** Lets a program ask to its end, which has to be a good one, without a word on standard error. */
  async asked(question: Question, answer: Answer, options?: Parameters<DetachedBench["ask"]>[2]): Promise<Printed> {
    const { code, text, stderr } = await this.ask(question, answer, options).ended;
    if (code !== 0 || stderr !== "") throw new Error(`ended with ${code}: ${stderr}${text}`);
    return JSON.parse(text) as Printed;
  }

  /** What the refresher said of its process. */
  async facts(): Promise<Facts> {
    const path = join(this.folder, "facts");
    return await until("the refresher says where it is", () => {
      try {
        return JSON.parse(readFileSync(path, "utf8")) as Facts;
      } catch {
        return undefined;
      }
    });
  }

  /** The processes that the refresher started. */
  children(): number[] {
    const path = join(this.folder, "children");
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").map(Number) : [];
  }

  /** The failure that is on record. */
  async failure(name = "a"): Promise<{ readonly reason: string; readonly attempts: number; readonly owner: number }> {
    const marker = await until("the failure is on record", () => {
      const found = this.marker(name);
      return found?.last_error === undefined ? undefined : found;
    });
    return { reason: marker.last_error ?? "", attempts: marker.attempts ?? 0, owner: marker.pid };
  }

  /** Resolves when the data is this, and nobody refreshes any more. */
  async becomes(data: unknown, name = "a"): Promise<void> {
    await until(`the data is ${JSON.stringify(data)}`, () => this.data(name) === JSON.stringify(data));
    await until("nobody refreshes", () => this.marker(name) === undefined);
  }

  /** Resolves when these have ended. */
  async end(...pids: readonly number[]): Promise<void> {
    await until(`${pids} have ended`, () => !pids.some(lives));
  }

  override async close(): Promise<void> {
    for (const pid of this.children()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended.
      }
    }
    await super.close();
  }
}
