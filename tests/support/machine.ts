/**
 * A machine that is not there: one disk in memory, one clock, and processes whose sections a test drives by hand.
 *
 * @module
 */

import type { Party } from "../../src/file_store/party.ts";
import { ManualClock } from "./manual_clock.ts";
import { MemoryAdapter } from "./memory_adapter.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { type ProcessEntry, ProcessTable } from "./process_table.ts";

/** A process of the machine. */
export interface MachineProcess {
  /** Its entry in the process table. */
  readonly process: ProcessEntry;
  /** It, as its sections see it. */
  readonly party: Party;
  /** Its files. */
  readonly adapter: MemoryAdapter;
}

/** A machine. */
export class Machine {
  /** The only clock there is. */
  readonly clock: ManualClock = new ManualClock(1_700_000_000_000);
  /** The disk that all share. */
  readonly disk: MemoryDisk = new MemoryDisk(() => this.clock.now());
  readonly #processes = new ProcessTable(() => this.clock.now());

  /** Starts a process. */
  spawn(): MachineProcess {
    const process = this.#processes.start();
    const adapter = new MemoryAdapter({ disk: this.disk, processes: this.#processes, identity: process });
    return { process, adapter, party: { self: process, clock: this.clock, orphans: new Map() } };
  }

  /** Kills a process. */
  kill({ process }: MachineProcess): void {
    this.#processes.end(process);
  }
}
