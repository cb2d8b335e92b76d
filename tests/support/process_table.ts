/**
 * The processes of a machine that is not there: who lives, who is a zombie, and in which PID namespace.
 *
 * @module
 */

import type { Identity, Liveness } from "../../src/adapter.ts";

/** A process. */
export interface ProcessEntry extends Identity {
  /** When it started, milliseconds since the epoch. */
  readonly startedAt: number;
  state: "running" | "zombie";
}

/** What is not said of a new process is as usual. */
export interface NewProcess {
  /** Its PID: the next one, if left out. A PID whose process has gone may be given again. */
  readonly pid?: number;
  /** The machine boot and PID namespace; `undefined` if it shall not know. */
  readonly host?: string | undefined;
  /** The user id; `undefined` if it shall not know. */
  readonly user?: number | undefined;
}

/** Where processes are, unless another place is given. */
export const USUAL_HOST = "memory:1";

/** The highest PID that a signed number of 32 bits holds. */
const MAX_PID = 0x7fff_ffff;

const DEAD: Liveness = { state: "dead", processStart: undefined, startedAt: undefined };

/** The processes, by host and PID. */
export class ProcessTable {
  readonly #now: () => number;
  readonly #entries = new Map<string, ProcessEntry>();
  #nextPid = 100;
  #starts = 0;

  /** @param now The clock that start times come from. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Starts a process. */
  start(made: NewProcess = {}): ProcessEntry {
    const { pid = this.#nextPid++, host, user } = { host: USUAL_HOST, user: 0, ...made };
    const processStart = `${++this.#starts}`;
    const entry: ProcessEntry = { pid, host, user, processStart, startedAt: this.#now(), state: "running" };
    this.#entries.set(keyOf(host, pid), entry);
    return entry;
  }

  /** Ends a process, and nothing is left of it. */
  end({ host, pid }: Identity): void {
    this.#entries.delete(keyOf(host, pid));
  }

  /** What a process of that host is told about a PID. */
  liveness(pid: number, host: string | undefined): Liveness {
    if (!Number.isInteger(pid) || pid <= 0 || pid > MAX_PID) return DEAD;
    const entry = this.#entries.get(keyOf(host, pid));
    if (entry === undefined || entry.state === "zombie") return DEAD;
    return { state: "alive", processStart: entry.processStart, startedAt: entry.startedAt };
  }
}

function keyOf(host: string | undefined, pid: number): string {
  return `${host} ${pid}`;
}
