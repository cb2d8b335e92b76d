/**
 * Where the processes of a hand-over kill themselves: a SIGKILL at a chosen step, as none from outside could hit it.
 *
 * @module
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { FaultPlan } from "../faulty_adapter.ts";
import { note } from "./round_log.ts";

/** Steps of whoever hands over. */
export const parentSteps = [
  "before the start",
  "after the start",
  "within the transfer",
  "after the transfer",
  "after all",
] as const;

/** Steps of whoever takes over. */
export const supervisorSteps = [
  "at its beginning",
  "before the worker starts",
  "after the worker started",
  "while the worker works",
  "after all",
] as const;

/** Steps of whoever does the work. */
export const workerSteps = ["at its beginning", "before it answers", "after it answered"] as const;

/** For each process, before which of its operations it ends, the first one being 1, or at which step. */
export interface Strikes {
  readonly parent?: number | (typeof parentSteps)[number];
  readonly supervisor?: number | (typeof supervisorSteps)[number];
  readonly worker?: (typeof workerSteps)[number];
}

/** The file that says it. */
const STRIKES = "strikes.json";

/** Says where the processes of a round end. */
export function writeStrikes(folder: string, strikes: Strikes): void {
  writeFileSync(join(folder, STRIKES), JSON.stringify(strikes));
}

/** In such a process: ends it where it is to end. */
export class Striker<Role extends keyof Strikes> {
  readonly #folder: string;
  readonly #role: Role;
  readonly #when: Strikes[Role];
  #operations = 0;
  #markers = 0;

  /**
   * @param folder The round's folder.
   * @param role Which process this is.
   */
  constructor(folder: string, role: Role) {
    this.#folder = folder;
    this.#role = role;
    const path = join(folder, STRIKES);
    const strikes = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) as Strikes : {};
    this.#when = strikes[role];
    note(folder, "here", role);
  }

  /** Counts the operations of an adapter, and ends the process before the one that was chosen. */
  readonly plan: FaultPlan = (verb, path) => {
    // Asked for once in a process's life, at no certain step.
    if (verb !== "self" && ++this.#operations === this.#when) this.strike();
    // The second marker that it writes is the one that names somebody else. It holds the lock by then.
    const isMarker = verb === "replace" && path.endsWith(".refreshing");
    if (isMarker && ++this.#markers === 2 && this.#when === "within the transfer") this.strike();
    return undefined;
  };

  /** Whether the process is to end at a step. */
  endsAt(step: Strikes[Role] & string): boolean {
    return this.#when === step;
  }

  /** Ends it, if that is the step. */
  reached(step: Strikes[Role] & string): void {
    if (this.endsAt(step)) this.strike();
  }

  /** Says that all is done. A process that should have ended earlier, and had fewer operations this time, ends now. */
  done(): void {
    if (typeof this.#when === "number" || this.#when === "after all") this.strike();
    note(this.#folder, "done", this.#role, { operations: this.#operations });
  }

  /** Ends it. */
  strike(): never {
    note(this.#folder, "struck", this.#role);
    process.kill(process.pid, "SIGKILL");
    throw new Error("it survived SIGKILL");
  }
}
