/**
 * A simulated process: its entry in the process table, its clock, its files, and what it is about.
 *
 * @module
 */

import type { Clock } from "../../src/clock.ts";
import { DataReader } from "../../src/file_store/data_file.ts";
import { KeptContents } from "../../src/file_store/kept.ts";
import type { Party } from "../../src/file_store/party.ts";
import type { ClaimRequest } from "../../src/store.ts";
import { MemoryAdapter, type MemoryWorld } from "../support/memory_adapter.ts";
import type { ProcessEntry } from "../support/process_table.ts";

/** How much a process keeps in memory of what it has read. */
const MEMORY_BYTES = 1 << 20;

/** What a process is doing, for whoever judges it. */
export type Intent =
  | "claim"
  | "commit"
  | "fail"
  | "release"
  | "amend"
  | "hand-over"
  | "take-over"
  | "put"
  | "expire"
  | "remove"
  | "prune"
  | "tidy"
  | "look"
  | "nothing";

/** The world's time, which processes see through clocks of their own. */
export interface WorldTime {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** A number that nobody has had yet. */
  takeNumber(): number;
}

/** The clock of one process: the world's time, wherever somebody set it to. */
export class ProcessClock implements Clock {
  /** How far it is off. */
  offset = 0;
  /** The earliest and the latest that it said since {@linkcode ProcessClock.restart}. */
  earliest = Infinity;
  latest = -Infinity;
  readonly #world: WorldTime;

  constructor(world: WorldTime) {
    this.#world = world;
  }

  /** Forgets what it said. */
  restart(): void {
    this.earliest = Infinity;
    this.latest = -Infinity;
  }

  now(): number {
    const now = this.#world.time + this.offset;
    if (now < this.earliest) this.earliest = now;
    if (now > this.latest) this.latest = now;
    return now;
  }

  monotonic(): number {
    return this.#world.time;
  }

  sleep(): Promise<void> {
    throw new Error("a section does not sleep");
  }

  random(): number {
    return 0.5;
  }

  /** Every token is another one, and tells its number. */
  randomBytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    new DataView(bytes.buffer).setUint32(0, this.#world.takeNumber());
    return bytes;
  }
}

/** A simulated process. */
export class SimulatedProcess {
  /** A letter, for messages. */
  readonly name: string;
  readonly entry: ProcessEntry;
  readonly clock: ProcessClock;
  readonly adapter: MemoryAdapter;
  /** It, as its sections see it. */
  readonly party: Party;
  /** Its reads of the data, and what it remembers of them. */
  readonly reader: DataReader;
  alive = true;
  /** The process that started it, until that has noticed its end or asked who it is: so long its PID is nobody else's. */
  parent: SimulatedProcess | undefined;
  /** After how many operations it is killed; never, if below 0. */
  doom = -1;
  intent: Intent = "nothing";
  /** What it asks for, while it claims. */
  request: ClaimRequest | undefined;
  /** What it commits, while it does. */
  commits: "bytes" | "not-modified" = "bytes";
  /** The number of the last commit that it knew of when it allowed data to be pruned. */
  permitted = -1;
  /** Whether the system tells it of others. */
  readonly mayAsk: boolean;

  /**
   * @param name A letter.
   * @param world The time.
   * @param files Its files, and who it is.
   * @param unaware Whether it knows no more than its PID of itself.
   */
  constructor(
    name: string,
    world: WorldTime,
    files: MemoryWorld & { readonly identity: ProcessEntry },
    unaware = false,
  ) {
    this.name = name;
    this.entry = files.identity;
    this.mayAsk = files.mayAsk ?? true;
    this.clock = new ProcessClock(world);
    this.adapter = new MemoryAdapter(files);
    const self = unaware ? { ...files.identity, host: undefined, processStart: undefined } : files.identity;
    this.party = { self, clock: this.clock, orphans: new Map() };
    // Files have the machine's times, whatever this process makes of them.
    const machine = new ProcessClock(world);
    this.reader = new DataReader(this.adapter, new KeptContents(machine, MEMORY_BYTES));
  }
}
