/**
 * Child processes with a cache of their own, on any runtime, from the built programs.
 *
 * @module
 */

import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { RuntimeName } from "../../scripts/runtimes.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { FileStore } from "../../src/file_store/file_store.ts";
import type { ClaimAnswer } from "../../src/store.ts";
import type { CacheJob, ErrorReport, FaultJob, HeardEvent, Line, Outcome, RefresherJob } from "./cache_jobs.ts";
import type { CrowdJob } from "./crowd_jobs.ts";
import { programCommand, type Wrap } from "./processes.ts";

/** The source of a child that is told no other name. */
const KEY = { tier: "discovery", name: "models" };

/** A child at work. */
export class CacheChild {
  /** Its process id. */
  readonly pid: number;
  /** What its cache has told, in order. */
  readonly heard: HeardEvent[] = [];
  /** What its uncaught errors said. */
  readonly uncaught: string[] = [];
  /** Resolves when it has ended, to its exit code or the signal that ended it. */
  readonly ended: Promise<number | string>;
  #hasEnded = false;
  #how: number | string | undefined;
  #outcome: Outcome | undefined;
  /** The deadlines that its refresher was given, one for each run. */
  readonly deadlines: number[] = [];
  /** What its refresher found there from before, for each run. */
  readonly previous: (string | undefined)[] = [];
  #isReady = false;
  #isAtStep = false;
  #aborted: ErrorReport | undefined;
  #result: { readonly value: unknown } | undefined;
  #complaints = "";
  #looks: (() => void)[] = [];

  /** @param argv The command line. */
  constructor([file = "", ...args]: readonly string[]) {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } });
    this.pid = child.pid ?? -1;
    let rest = "";
    child.stdout.on("data", (data) => {
      const lines = `${rest}${data}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#read(line);
      this.#look();
    });
    child.stderr.on("data", (data) => this.#complaints += data);
    this.ended = new Promise((resolve) => {
      child.on("error", (error) => {
        this.#hasEnded = true;
        resolve(error.message);
      });
      child.on("exit", () => this.#hasEnded = true);
      child.on("close", (code, signal) => resolve(code ?? signal ?? "nothing"));
    });
    void this.ended.then((how) => {
      this.#how = how;
      this.#look();
    });
  }

  /** Resolves when its program runs, and is about to make its call. */
  async ready(): Promise<void> {
    await this.#when(() => this.#isReady || undefined, "to be ready");
  }

  /** Resolves when it waits at its step. */
  async atStep(): Promise<void> {
    await this.#when(() => this.#isAtStep || undefined, "to be at its step");
  }

  /** Resolves when its refresher has been called, to the deadline that it was given. */
  async began(): Promise<number> {
    return await this.#when(() => this.deadlines[0], "its refresher");
  }

  /** Resolves when its refresher's signal is aborted, to the reason. */
  async aborted(): Promise<ErrorReport> {
    return await this.#when(() => this.#aborted, "its refresher's signal");
  }

  /** Whether its refresher's signal has been aborted so far. */
  get signalWasAborted(): boolean {
    return this.#aborted !== undefined;
  }

  /** The first event of a kind, or a later one, when it comes. */
  async hears(kind: string, which = 1): Promise<HeardEvent> {
    return await this.#when(() => this.heard.filter((event) => event.kind === kind)[which - 1], `"${kind}" ${which}`);
  }

  /** What came of its call. */
  async outcome(): Promise<Outcome> {
    return await this.#when(() => this.#outcome, "an outcome");
  }

  /** What came of a job that is no call, when its process has ended well. */
  async result<T>(): Promise<T> {
    const { value } = await this.#when(() => this.#result, "a result");
    await this.endsWell();
    return value as T;
  }

  /** The error that came of its call. */
  async error(): Promise<ErrorReport> {
    const outcome = await this.outcome();
    if ("error" in outcome) return outcome.error;
    throw new Error(`its call should fail, and gave ${JSON.stringify(outcome)}`);
  }

  /** Resolves when it has ended as it should: by itself, and without a word on standard error. */
  async endsWell(): Promise<void> {
    const how = await this.ended;
    if (how !== 0 || this.#complaints !== "") throw new Error(`it ended with ${how}: ${this.#complaints}`);
  }

  /** Sends a signal; the default ends it at once. */
  signal(name: NodeJS.Signals = "SIGKILL"): void {
    // Not by `child.kill`: Deno's sends one signal and no second.
    if (this.#hasEnded) return;
    try {
      process.kill(this.pid, name);
    } catch (error) {
      // It may have ended, and nobody has been told yet.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  #read(line: string): void {
    const told = JSON.parse(line) as Line;
    if ("event" in told) this.heard.push(told.event);
    else if ("outcome" in told) this.#outcome = told.outcome;
    else if ("uncaught" in told) this.uncaught.push(told.uncaught);
    else if ("began" in told) {
      this.deadlines.push(told.began.deadline);
      this.previous.push(told.began.previous);
    } else if ("aborted" in told) this.#aborted = told.aborted;
    else if ("step" in told) this.#isAtStep = true;
    else if ("result" in told) this.#result = { value: told.result };
    else this.#isReady = true;
  }

  #look(): void {
    for (const look of this.#looks.splice(0)) look();
  }

  async #when<T>(find: () => T | undefined, what: string): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#how !== undefined) {
        const kinds = this.heard.map(({ kind }) => kind);
        throw new Error(`waited for ${what}; it ended with ${this.#how} after ${kinds}: ${this.#complaints}`);
      }
      await new Promise<void>((resolve) => this.#looks.push(resolve));
    }
  }
}

/** Options of {@linkcode Scene.start}. */
export interface StartOptions extends Partial<Omit<CacheJob, "refresher">> {
  readonly refresher?: Partial<RefresherJob>;
  readonly denoFlags?: readonly string[];
  readonly wrap?: Wrap;
}

/** A root, and the processes that share it. */
export class Scene {
  /** A folder of its own. */
  readonly folder: string;
  /** The caches' root. */
  readonly root: string;
  readonly #children: CacheChild[] = [];

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "discoverycache-"));
    this.root = join(this.folder, "root");
    mkdirSync(this.root, { mode: 0o700 });
  }

  /** A file of the scene, in the root, where a process with few permissions can reach it, too. */
  file(name: string): string {
    return join(this.root, name);
  }

  /** Starts a child. Its refresher counts its runs in the file `runs`, and returns its runtime's name in JSON. */
  start(runtime: RuntimeName, options: StartOptions = {}): CacheChild {
    const { denoFlags, wrap = (argv) => argv, refresher, ...rest } = options;
    const job: CacheJob = {
      root: this.root,
      method: "refresh",
      ...rest,
      refresher: { payload: `"${runtime}"`, runs: this.file("runs"), ...refresher },
    };
    const kind = { runtime, adapter: "native", ...(denoFlags === undefined ? {} : { denoFlags }) } as const;
    return this.#follow(wrap([...programCommand(kind, "cache_child"), JSON.stringify(job)]));
  }

  /** Puts data that is stale for every child of this scene that is told no other TTL. */
  async putStale(text: string): Promise<void> {
    await this.#store().put(KEY, new TextEncoder().encode(text), Date.now() - 3_600_000);
  }

  /** The files of the scene's source, in any state, sorted. */
  files(): string[] {
    return readdirSync(join(this.root, KEY.tier)).sort();
  }

  /** Claims as the next caller would, and gives the claim back. */
  async claim(): Promise<ClaimAnswer> {
    const store = this.#store();
    const answer = await store.claim(KEY, { refreshDeadline: 60_000, newerThan: Date.now(), force: false });
    if (answer.kind === "claimed") await store.release(answer.claim);
    return answer;
  }

  #store(): FileStore {
    return new FileStore({ root: this.root, adapter: detectAdapter() });
  }

  /** Starts a process that does one thing again and again; it keeps step with others by marks in the scene's folder. */
  startCrowd<Job extends CrowdJob>(runtime: RuntimeName, job: Omit<Job, "root" | "marks">): CacheChild {
    mkdirSync(this.marks, { recursive: true });
    const whole = { root: this.root, marks: this.marks, ...job };
    return this.#follow([
      ...programCommand({ runtime, adapter: "native" }, "crowd_child"),
      JSON.stringify(whole),
    ]);
  }

  /** Where processes put marks. */
  get marks(): string {
    return join(this.folder, "marks");
  }

  #follow(argv: readonly string[]): CacheChild {
    const child = new CacheChild(argv);
    this.#children.push(child);
    return child;
  }

  /** Starts a child of a runtime that sends itself a signal before an operation of its refresh. */
  startFault(runtime: RuntimeName, job: Omit<FaultJob, "root">, wrap: Wrap = (argv) => argv): CacheChild {
    const argv = programCommand({ runtime, adapter: "native" }, "fault_child");
    const child = new CacheChild(wrap([...argv, JSON.stringify({ root: this.root, ...job })]));
    this.#children.push(child);
    return child;
  }

  /** Makes a file that a gate or a start waits for; a text in it makes the refresher behind the gate fail. */
  open(name: string, complaint = ""): void {
    // In one step, so that nobody finds it without its text.
    const path = this.file(name);
    writeFileSync(`${path}.new`, complaint);
    renameSync(`${path}.new`, path);
  }

  /** The processes whose refresher ran, in order. */
  runs(): number[] {
    const path = this.file("runs");
    return existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n").map(Number) : [];
  }

  /** Ends every child, and removes the folder. */
  async dispose(): Promise<void> {
    for (const child of this.#children) child.signal();
    await Promise.all(this.#children.map((child) => child.ended));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Gives work a scene, and cleans up after it. */
export async function inScene<T>(work: (scene: Scene) => Promise<T>): Promise<T> {
  const scene = new Scene();
  try {
    return await work(scene);
  } finally {
    await scene.dispose();
  }
}
