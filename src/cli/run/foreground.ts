/**
 * A refresh that the caller waits for.
 *
 * @module
 */

import { ByteCache } from "../../cache.ts";
import type { Interrupt } from "../../detached/interrupts.ts";
import type { ObtainedEntry } from "../../entry.ts";
import { currentFlight } from "../../flight.ts";
import type { Refresher } from "../../refresher.ts";
import { checkSource, type Source } from "../../source_options.ts";
import type { Store } from "../../store.ts";
import { Attendance } from "./attendance.ts";
import { Command, type CommandPlan } from "./command.ts";
import { printError, remark } from "../host.ts";
import { recipeOf } from "./recipe_of.ts";
import { openRecords, SourceRecord } from "../record/records.ts";
import { describeError } from "../remarks.ts";
import type { RunRequest } from "./run_options.ts";

/** What came of it. */
export type Foreground =
  | {
    readonly kind: "entry";
    readonly entry: ObtainedEntry;
    /** Whether what CMD wrote to standard error was passed on. */
    readonly passedOn: boolean;
  }
  | { readonly kind: "error"; readonly error: unknown }
  | { readonly kind: "interrupted"; readonly signal: Interrupt };

/** A refresh, and what it runs. */
export interface Attended {
  /** The store. */
  readonly store: Store;
  /** The source. */
  readonly source: Source;
  /** What is run, if nobody refreshes already. */
  readonly plan: CommandPlan;
  /** Asks for the data. */
  readonly obtain: (refresher: Refresher, signal: AbortSignal) => Promise<ObtainedEntry>;
}

/**
 * Waits for one refresh. When that is to end early, the command is ended first, and then the claim given back.
 *
 * @param attendance Whoever waits, for this and perhaps for others.
 * @param attended The refresh.
 */
export async function attend(attendance: Attendance, attended: Attended): Promise<Foreground> {
  const { store, source, plan, obtain } = attended;
  const { program, refresher } = new Command(plan);
  const controller = new AbortController();
  let endedBy: Interrupt | undefined;
  const forget = attendance.onEnd((name) => {
    endedBy = name;
    void program.interrupt(name).then(() => controller.abort(name));
  });
  try {
    const entry = await obtain(refresher, controller.signal);
    await program.gone();
    return { kind: "entry", entry, passedOn: entry.origin === "refreshed" };
  } catch (error) {
    if (endedBy === undefined) {
      await program.gone();
      return { kind: "error", error };
    }
    // The claim is being given back.
    await currentFlight(store, checkSource(source))?.result;
    return { kind: "interrupted", signal: endedBy };
  } finally {
    forget();
  }
}

/**
 * Waits for the data of a run.
 *
 * @param store The store.
 * @param request What is to be done.
 */
export async function waitForData(store: Store, request: RunRequest): Promise<Foreground> {
  const { root, source, mode } = request;
  const cache = new ByteCache({ store });
  const attendance = new Attendance();
  try {
    return await attend(attendance, {
      store,
      source,
      plan: {
        recipe: recipeOf(request),
        record: new SourceRecord(openRecords(root), source),
        onError: (chunk) => void printError(chunk),
        unrecorded: (error) => void remark(`what was run could not be written down: ${describeError(error)}`),
      },
      obtain: (refresher, signal) =>
        mode === "force"
          ? cache.refresh(source, refresher, { signal })
          : cache.refreshIfStale(source, refresher, { signal }),
    });
  } finally {
    attendance.close();
  }
}
