/**
 * The scheduler: one machine with its disk, its time and its processes, which run the protocol's real sections one
 * operation at a time. Before every operation it may let another process go on, kill one, stop it for a while, set its
 * clock, or let the operation fail. A killed process is never resumed: no `finally` of it runs, as in life.
 *
 * @module
 */

import type { CreateOutcome } from "../../src/adapter.ts";
import { AdapterError, type Errno } from "../../src/errors.ts";
import { perform } from "../../src/file_store/driver.ts";
import { type SourcePaths, sourcePaths } from "../../src/file_store/layout.ts";
import type { Operation } from "../../src/file_store/operation.ts";
import { MemoryAdapter } from "../support/memory_adapter.ts";
import { type Inode, MemoryDisk } from "../support/memory_disk.ts";
import { ProcessTable } from "../support/process_table.ts";
import { Auditor } from "./auditor.ts";
import type { Choices } from "./choices.ts";
import { SimulatedProcess, type WorldTime } from "./process.ts";
import type { Regime } from "./regime.ts";
import { Violation } from "./violation.ts";

/** Something that happens in one step, and is no operation of an adapter. */
export interface Local {
  readonly verb: "local";
  readonly what: string;
  readonly run: () => void;
}

/** A pause of a program, in milliseconds. */
export interface Pause {
  readonly verb: "pause";
  readonly ms: number;
}

/** What a program yields. */
export type Act = Operation | Local | Pause;

/** What a process does. */
export type Program<T = void> = Generator<Act, T, unknown>;

/** A program that runs. */
interface Turn {
  readonly process: SimulatedProcess;
  readonly program: Program;
  next: Act;
  /** When it goes on. */
  due: number;
  /** Whether it was stopped before the operation that comes next. */
  stopped: boolean;
  /** A file that it has created, and not written yet. */
  unwritten: Inode | undefined;
}

/** When the world begins, milliseconds since the epoch. */
const BEGINNING = 1_700_000_000_000;

/** A schedule of more steps is stuck. */
const MOST_STEPS = 8_000;

/** The most faults of one schedule: a disk that fails for ever is no news. */
const MOST_FAULTS = 6;

const FOLDER = "/root/discovery";

/** Which failures an operation may have. */
const ERRNOS: Readonly<Partial<Record<Operation["verb"], readonly [Errno, ...Errno[]]>>> = {
  stat: ["EIO", "EACCES"],
  read: ["EIO", "EMFILE", "EACCES"],
  createExclusive: ["ENOSPC", "EIO", "EMFILE", "EACCES"],
  link: ["ENOSPC", "EIO", "EACCES"],
  replace: ["ENOSPC", "EIO", "EACCES"],
  remove: ["EIO", "EACCES"],
  setModified: ["EIO", "EACCES"],
};

/** One machine. */
export class World implements WorldTime {
  time = BEGINNING;
  readonly paths: SourcePaths = sourcePaths(FOLDER, { tier: "discovery", name: "models" });
  readonly disk: MemoryDisk;
  readonly auditor: Auditor;
  readonly choices: Choices;
  readonly regime: Regime;
  /** Who has ever been. */
  readonly processes: SimulatedProcess[] = [];
  /** What was done, if anybody wants to read it. */
  readonly trace: string[] | undefined;
  /** Nothing bad happens any more. */
  quiet = false;
  kills = 0;
  /** How many operations were carried out. */
  steps = 0;
  readonly #table: ProcessTable;
  readonly #turns: Turn[] = [];
  readonly #runnable: Turn[] = [];
  #last: Turn | undefined;
  #faults = 0;
  #numbers = 0;
  #children = 0;

  constructor(choices: Choices, regime: Regime, traced: boolean) {
    this.choices = choices;
    this.regime = regime;
    this.trace = traced ? [] : undefined;
    const now = () => this.time;
    this.disk = new MemoryDisk(now);
    this.disk.mount("/root", { hardLinks: regime.hardLinks });
    this.#table = new ProcessTable(now);
    const eye = new MemoryAdapter({ disk: this.disk, processes: this.#table, identity: this.#table.start() });
    eye.makeDirectory(FOLDER);
    this.auditor = new Auditor(this.paths, eye, now, regime.faults > 0);
  }

  /** How many programs have not ended yet. */
  get programs(): number {
    return this.#turns.length;
  }

  takeNumber(): number {
    return ++this.#numbers;
  }

  /** How many processes were started by others. */
  get children(): number {
    return this.#children;
  }

  /** Starts a process; a parent's is where the parent is. */
  spawn(parent?: SimulatedProcess): SimulatedProcess {
    const { hosts, asking } = this.regime;
    if (parent !== undefined) this.#children++;
    const host = parent === undefined ? this.choices.of(hosts) : parent.entry.host;
    const identity = this.#table.start({ host });
    const name = String.fromCharCode(65 + this.processes.length);
    const files = { disk: this.disk, processes: this.#table, identity, mayAsk: this.choices.of(asking) };
    const unaware = parent !== undefined && this.choices.rarely(this.regime.unaware);
    const process = new SimulatedProcess(name, this, files, unaware);
    process.parent = parent;
    this.processes.push(process);
    return process;
  }

  /** Gives a process something to do. */
  begin(process: SimulatedProcess, program: Program): void {
    const first = program.next();
    if (first.done) return;
    this.#turns.push({ process, program, next: first.value, due: this.time, stopped: false, unwritten: undefined });
  }

  /** Kills a process. */
  kill(process: SimulatedProcess): void {
    if (!this.quiet) this.kills++;
    this.trace?.push(`${process.name} is killed`);
    this.end(process);
  }

  /** Ends a process. Its PID may be somebody else's at once, unless its parent has to notice that first. */
  end(process: SimulatedProcess): void {
    process.alive = false;
    this.auditor.changes++;
    this.auditor.outside(process);
    this.#table.end(process.entry);
    for (let i = this.#turns.length - 1; i >= 0; i--) {
      if (this.#turns[i]?.process === process) this.#turns.splice(i, 1);
    }
    if (process.parent?.alive !== true) this.#freePid(process);
    for (const child of this.processes) if (child.parent === process && !child.alive) this.reap(child);
  }

  /** To be told when a parent lets its child be forgotten, should that have ended. */
  reap(child: SimulatedProcess): void {
    child.parent = undefined;
    if (!child.alive) this.#freePid(child);
  }

  #freePid({ name, entry: { pid, host } }: SimulatedProcess): void {
    if (!this.choices.rarely(this.quiet ? 0 : 4)) return;
    this.#table.start({ pid, host });
    this.trace?.push(`${name}'s PID is another process's now`);
  }

  /** Goes on until every program has ended. */
  run(): void {
    while (this.#turns.length > 0) {
      if (++this.steps > MOST_STEPS) throw new Violation("5", `still not ended after ${MOST_STEPS} steps`);
      const turn = this.#pick();
      if (turn !== undefined && !this.#strike(turn)) this.#step(turn);
    }
  }

  /** Whose turn it is; if everybody sleeps, time goes on. */
  #pick(): Turn | undefined {
    const runnable = this.#runnable;
    runnable.length = 0;
    let earliest = Infinity;
    for (const turn of this.#turns) {
      if (turn.due <= this.time) runnable.push(turn);
      else if (turn.due < earliest) earliest = turn.due;
    }
    if (runnable.length === 0) {
      this.time = earliest;
      return undefined;
    }
    const last = this.#last;
    if (last !== undefined && runnable.includes(last) && !this.choices.rarely(this.regime.switching)) return last;
    this.#last = runnable.length === 1 ? runnable[0] : runnable[this.choices.below(runnable.length)];
    return this.#last;
  }

  /** What may befall a process before its operation; whether that was its turn. */
  #strike(turn: Turn): boolean {
    const { choices, regime } = this;
    if (this.quiet || turn.next.verb === "pause") return false;
    const { process } = turn;
    if (process.doom-- === 0 || choices.rarely(regime.kills)) {
      this.kill(process);
      return true;
    }
    if (choices.rarely(regime.jumps)) {
      process.clock.offset += choices.of(regime.jumpMs);
      process.clock.now();
      this.trace?.push(`${process.name}'s clock is set: now ${process.clock.offset} ms off`);
    }
    if (!turn.stopped && turn.unwritten === undefined && choices.rarely(regime.stops)) {
      const ms = choices.of(regime.stopMs);
      turn.due = this.time + ms;
      turn.stopped = true;
      this.trace?.push(`${process.name} is stopped for ${ms} ms`);
      return true;
    }
    return false;
  }

  #step(turn: Turn): void {
    const { process, next } = turn;
    turn.stopped = false;
    if (next.verb === "pause") {
      this.#resume(turn, () => turn.program.next());
    } else if (next.verb === "local") {
      this.trace?.push(`${process.name} ${next.what}`);
      next.run();
      if (!process.alive) return;
      this.#resume(turn, () => turn.program.next());
    } else {
      this.#operate(turn, next);
    }
  }

  #operate(turn: Turn, operation: Operation): void {
    const { process, program } = turn;
    const fault = this.#fault(operation);
    let result: unknown;
    let error = fault?.after === false ? fault.error : undefined;
    if (error !== undefined) {
      this.#undoCreation(turn, operation);
    } else {
      try {
        result = this.#perform(turn, operation);
      } catch (thrown) {
        if (!(thrown instanceof AdapterError)) throw thrown;
        error = thrown;
      }
      if (turn.unwritten !== undefined) return;
    }
    const tookEffect = error === undefined;
    error ??= fault?.error;
    this.trace?.push(
      `${process.name} ${describe(operation)}${
        error === undefined ? said(result) : `: ${error.code}${tookEffect ? ", though it is done" : ""}`
      }`,
    );
    this.auditor.after(process, operation, tookEffect, result);
    this.#resume(turn, () => error === undefined ? program.next(result) : program.throw(error));
  }

  /** Where there are no hard links, others may see a lock between its creation and its writing. */
  #perform(turn: Turn, operation: Operation): unknown {
    const { adapter } = turn.process;
    if (operation.verb !== "createExclusive" || this.regime.hardLinks) return perform(adapter, operation);
    if (turn.unwritten !== undefined) {
      this.disk.fill(turn.unwritten, operation.bytes);
      turn.unwritten = undefined;
      return "created" satisfies CreateOutcome;
    }
    const outcome = adapter.createExclusive(operation.path, new Uint8Array(0));
    if (outcome === "created") turn.unwritten = this.disk.find(operation.path, 0).found;
    return outcome;
  }

  /** A file that cannot be written is removed by whoever created it. */
  #undoCreation(turn: Turn, operation: Operation): void {
    if (turn.unwritten === undefined || operation.verb !== "createExclusive") return;
    const place = this.disk.find(operation.path, 0);
    if (place.found === turn.unwritten) this.disk.dropName(place);
    turn.unwritten = undefined;
  }

  #fault(operation: Operation): { readonly error: AdapterError; readonly after: boolean } | undefined {
    const { choices, regime } = this;
    if (this.quiet || this.#faults === MOST_FAULTS || !choices.rarely(regime.faults)) return undefined;
    const errnos = ERRNOS[operation.verb];
    if (errnos === undefined) return undefined;
    this.#faults++;
    const code = choices.of(errnos);
    const path = "path" in operation ? operation.path : this.paths.data;
    const error = new AdapterError({ operation: operation.verb, path, code, cause: undefined });
    const changes = operation.verb === "link" || operation.verb === "replace" || operation.verb === "remove";
    return { error, after: changes && choices.rarely(3) };
  }

  #resume(turn: Turn, go: () => IteratorResult<Act, void>): void {
    const step = go();
    if (step.done) {
      this.#turns.splice(this.#turns.indexOf(turn), 1);
      return;
    }
    turn.next = step.value;
    turn.due = this.time + (step.value.verb === "pause" ? step.value.ms : 0);
  }
}

function fileOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/[0-9a-f]{24}(?=\.)/, "…");
}

/** An operation, for people. */
function describe(operation: Operation): string {
  switch (operation.verb) {
    case "link":
      return `links ${fileOf(operation.existing)} to ${fileOf(operation.path)}`;
    case "replace":
      return `renames ${fileOf(operation.from)} to ${fileOf(operation.to)}`;
    case "liveness":
      return `asks whether ${operation.pid} lives`;
    default:
      return `${operation.verb} ${fileOf(operation.path)}`;
  }
}

function said(result: unknown): string {
  if (result === undefined) return ": nothing there";
  if (typeof result === "string" || typeof result === "boolean") return `: ${result}`;
  if (typeof result === "object" && result !== null && "state" in result) return `: ${result.state}`;
  return "";
}
