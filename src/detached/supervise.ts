/**
 * A refresh whose work is done by a child, in a process that has nothing else to do. It has no terminal and nobody who
 * reads what it writes: what it has to say goes into the failure's record.
 *
 * @module
 */

import type { BackoffOptions } from "../backoff.ts";
import { systemClock } from "../clock.ts";
import { EventHub } from "../events.ts";
import { Flight } from "../flight.ts";
import { noLauncher } from "../launcher.ts";
import type { Fetcher } from "../refresher.ts";
import { checkSource, type Source } from "../source_options.ts";
import type { Claim, Store } from "../store.ts";
import type { ChildProgram } from "./child_program.ts";
import { type Interrupt, onInterrupt } from "./interrupts.ts";
import { system } from "./system.ts";
import { watchOver } from "./watchdog.ts";

/** The exit code of a process that was not done long after its deadline. */
const OVERDUE = 124;

/** What is to be done, and by whom. */
export interface Supervision {
  /** The store. */
  readonly store: Store;
  /** The source. */
  readonly source: Source;
  /** The claim that was handed over. */
  readonly claim: Claim;
  /** How long a failed source is left alone. */
  readonly backoff: BackoffOptions;
  /** Starts the child, and returns what it answers. */
  readonly fetcher: Fetcher;
  /** The child. */
  readonly program: ChildProgram;
}

/** A failure's reason, with the last words of the child if they are not in it already. */
function withLastWords(reason: string, { lastWords }: ChildProgram): string {
  return lastWords === "" || reason.endsWith(lastWords) ? reason : `${reason}; it last said: ${lastWords}`;
}

/**
 * Takes a claim over and refreshes under it. The deadline is a hard limit: then the child is ended, with all that it
 * started, and this process, should even that fail. A signal that asks this process to end does the same, and gives the
 * claim back.
 *
 * @param supervision What is to be done.
 * @returns How it came to an end: by itself, by a signal, or at once, since the claim was not current any more.
 */
export async function supervise(supervision: Supervision): Promise<"ended" | "superseded" | Interrupt> {
  const { store, source, claim, backoff, fetcher, program } = supervision;
  const interrupted = new AbortController();
  let interruptedBy: Interrupt | undefined;
  const forget = onInterrupt((signal) => {
    interruptedBy = signal;
    void program.interrupt(signal).then(() => interrupted.abort(signal));
  });
  // The claim may have been taken over before the marker named this process: then nothing may be started.
  if (await store.transfer(claim) !== "done") return "superseded";
  const events = new EventHub();
  const overdue = () => {
    program.kill();
    system().exit(OVERDUE);
  };
  const endWatch = watchOver(claim, { clock: systemClock, events, overdue });
  const explain = (reason: string) => withLastWords(reason, program);
  const launcher = noLauncher("this process is itself one of a detached refresh");
  const tools = { store, clock: systemClock, backoff, events, launcher, explain };
  const flight = new Flight(tools, checkSource(source), claim, fetcher);
  await flight.join(interrupted.signal).catch(() => {});
  await flight.result;
  await program.gone();
  endWatch();
  forget();
  return interruptedBy ?? "ended";
}
