/**
 * A refresh that the caller waits for.
 *
 * @module
 */

import type { ByteCache } from "../cache.ts";
import { type Interrupt, onInterrupt } from "../detached/interrupts.ts";
import type { ObtainedEntry } from "../entry.ts";
import { currentFlight } from "../flight.ts";
import { checkSource } from "../source_options.ts";
import type { Store } from "../store.ts";
import { Command } from "./command.ts";
import { printError, remark } from "./host.ts";
import { recipeOf } from "./recipe_of.ts";
import { openRecords, SourceRecord } from "./records.ts";
import { describeError } from "./remarks.ts";
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

/**
 * Waits for new data. When a signal asks this process to end, the command is ended first, and the claim given back.
 *
 * @param store The store.
 * @param cache The cache on it.
 * @param request What is to be done.
 */
export async function waitForData(store: Store, cache: ByteCache, request: RunRequest): Promise<Foreground> {
  const { root, source, mode } = request;
  const command = new Command({
    recipe: recipeOf(request),
    record: new SourceRecord(openRecords(root), source),
    onError: (chunk) => void printError(chunk),
    unrecorded: (error) => void remark(`what was run could not be written down: ${describeError(error)}`),
  });
  const controller = new AbortController();
  const { signal } = controller;
  let interruptedBy: Interrupt | undefined;
  const forget = onInterrupt((name) => {
    interruptedBy = name;
    void command.program.interrupt(name).then(() => controller.abort(name));
  });
  try {
    const wanted = mode === "force"
      ? cache.refresh(source, command.refresher, { signal })
      : cache.refreshIfStale(source, command.refresher, { signal });
    const entry = await wanted;
    await command.program.gone();
    return { kind: "entry", entry, passedOn: entry.origin === "refreshed" };
  } catch (error) {
    if (interruptedBy === undefined) {
      await command.program.gone();
      return { kind: "error", error };
    }
    // The claim is being given back.
    await currentFlight(store, checkSource(source))?.result;
    return { kind: "interrupted", signal: interruptedBy };
  } finally {
    forget();
  }
}
