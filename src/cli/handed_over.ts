/**
 * The process to which a refresh was handed over. It has no terminal and nobody who reads what it writes: what it has to
 * say goes into the failure's record.
 *
 * @module
 */

import { systemClock } from "../clock.ts";
import { EventHub } from "../events.ts";
import { Flight } from "../flight.ts";
import { openStore } from "../open.ts";
import { checkSource } from "../source_options.ts";
import { Command } from "./command.ts";
import type { Handover } from "./handover.ts";
import { exit, nodeProcess } from "./host.ts";
import { onInterrupt } from "./interrupts.ts";
import { EXIT, signalNumber } from "./outcome.ts";
import { GRACE_MS } from "./process_group.ts";

/** For what comes after the deadline, the end of the command and the failure's record, in milliseconds. */
const AFTERWARDS_MS = GRACE_MS + 13_000;

/** How long it waits to be told, in milliseconds: whoever started it may have been stopped, and nothing depends on it. */
const HEARING_MS = 60_000;

/** What it was told; `undefined` if whoever wanted to tell it is gone. */
async function hear(): Promise<Handover | undefined> {
  const patience = setTimeout(() => exit(EXIT.ownFailure), HEARING_MS);
  const chunks: string[] = [];
  const { stdin } = nodeProcess();
  stdin.setEncoding("utf8");
  for await (const chunk of stdin) chunks.push(String(chunk));
  clearTimeout(patience);
  try {
    // Of an object that was cut off, no beginning is JSON.
    return JSON.parse(chunks.join("")) as Handover;
  } catch {
    return undefined;
  }
}

/**
 * Refreshes what was handed over.
 *
 * @returns The exit code, which nobody sees.
 */
export async function refreshHandedOver(): Promise<number> {
  const handover = await hear();
  if (handover === undefined) return EXIT.ownFailure;
  const { root, source, claim } = handover;
  const store = openStore({ root, memory: 0 }, systemClock);
  const command = new Command(handover.command, () => {});
  let interruptedBy: string | undefined;
  const flights = new AbortController();
  const forget = onInterrupt((signal) => {
    interruptedBy = signal;
    void command.interrupt(signal).then(() => flights.abort(signal));
  });
  // The claim may have been taken over before the marker named this process: then nothing may be started.
  if (await store.transfer(claim) !== "done") return EXIT.done;
  const watchdog = setTimeout(() => {
    command.kill();
    exit(EXIT.deadline);
  }, claim.deadline - claim.startedAt + AFTERWARDS_MS);
  const tools = { store, clock: systemClock, backoff: {}, events: new EventHub() };
  const flight = new Flight(tools, checkSource(source), claim, command.refresher);
  await flight.join(flights.signal).catch(() => {});
  await flight.result;
  await command.gone();
  clearTimeout(watchdog);
  forget();
  return interruptedBy === undefined ? EXIT.done : EXIT.signalBase + signalNumber(interruptedBy);
}
