/**
 * Random walks through the protocol: several simulated processes run its real sections on one disk in memory, one
 * operation at a time, in an order that is drawn from a seed. Any of them may be killed between two operations, and is
 * then never resumed: no `finally` of it runs, as in life.
 *
 * @module
 */

import { perform } from "../../src/file_store/driver.ts";
import type { Operation, Step } from "../../src/file_store/operation.ts";
import type { Party } from "../../src/file_store/party.ts";
import { ManualClock } from "./manual_clock.ts";
import { MemoryAdapter } from "./memory_adapter.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { type ProcessEntry, ProcessTable } from "./process_table.ts";

/** A simulated process, and what it does. */
export interface Walker {
  /** Its number, for messages. */
  readonly number: number;
  /** Its entry in the process table. */
  readonly process: ProcessEntry;
  /** It, as its sections see it. */
  readonly party: Party;
  /** Its files. */
  readonly adapter: MemoryAdapter;
  /** Whether it has been killed. */
  dead: boolean;
}

/** A program: it yields operations, and `"pause"` where the product would sleep. */
export type Program = Generator<Operation | "pause", void, unknown>;

/** One machine, its disk, its processes and its clock. */
export class World {
  /** The only clock there is. */
  readonly clock: ManualClock;
  /** The disk that all share. */
  readonly disk: MemoryDisk;
  /** What was done, for messages. */
  readonly trace: string[] = [];
  /** Called before an operation is carried out. */
  onOperation: (walker: Walker, operation: Operation) => void = () => {};
  readonly #processes: ProcessTable;
  readonly #running: { walker: Walker; program: Program; next: Operation | "pause" }[] = [];
  #started = 0;

  constructor(seed: number) {
    this.clock = new ManualClock(1_700_000_000_000, seed);
    const now = () => this.clock.now();
    this.disk = new MemoryDisk(now);
    this.#processes = new ProcessTable(now);
  }

  /** Starts a process. */
  spawn(): Walker {
    const process = this.#processes.start();
    const adapter = new MemoryAdapter({ disk: this.disk, processes: this.#processes, identity: process });
    const party: Party = { self: process, clock: this.clock, orphans: new Set() };
    return { number: this.#started++, process, party, adapter, dead: false };
  }

  /** Gives a process something to do. */
  begin(walker: Walker, program: Program): void {
    const first = program.next();
    if (!first.done) this.#running.push({ walker, program, next: first.value });
  }

  /** Kills a process. */
  kill(walker: Walker): void {
    walker.dead = true;
    this.#processes.end(walker.process);
    for (let i = this.#running.length - 1; i >= 0; i--) {
      if (this.#running[i]?.walker === walker) this.#running.splice(i, 1);
    }
    this.trace.push(`${walker.number} is killed`);
  }

  /**
   * Goes on until every program has ended.
   *
   * @param deaths The chance that the process whose turn it is dies instead.
   * @param limit The most steps; a walk that needs more is stuck.
   */
  walk(deaths: number, limit: number = 20_000): void {
    for (let steps = 0; this.#running.length > 0; steps++) {
      if (steps > limit) throw new Error(`stuck:\n${this.trace.slice(-40).join("\n")}`);
      const turn = this.#running[Math.floor(this.clock.random() * this.#running.length)];
      if (turn === undefined) continue;
      if (this.clock.random() < deaths) this.kill(turn.walker);
      else this.#step(turn);
    }
  }

  #step(turn: { walker: Walker; program: Program; next: Operation | "pause" }): void {
    const { walker, program, next } = turn;
    let step: IteratorResult<Operation | "pause", void>;
    if (next === "pause") {
      this.clock.jump(1);
      step = program.next();
    } else {
      this.onOperation(walker, next);
      this.trace.push(
        `${walker.number} ${next.verb} ${"path" in next ? next.path : "pid" in next ? next.pid : next.to}`,
      );
      try {
        const result = perform(walker.adapter, next);
        step = program.next(result);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "AdapterError") throw error;
        step = program.throw(error);
      }
    }
    if (step.done) this.#running.splice(this.#running.indexOf(turn), 1);
    else turn.next = step.value;
  }
}

/** Repeats a section until it is not kept out by somebody else's lock. */
export function* untilUnlocked<T>(section: () => Step<T>): Generator<Operation | "pause", T, unknown> {
  for (;;) {
    const answer = yield* section();
    const locked = typeof answer === "object" && answer !== null && "kind" in answer && answer.kind === "locked";
    if (!locked) return answer;
    yield "pause";
  }
}
