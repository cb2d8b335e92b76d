/**
 * The process to which `run` hands its refresh over.
 *
 * @module
 */

import type { Adapter } from "../../adapter.ts";
import { systemClock } from "../../clock.ts";
import { supervise } from "../../detached/supervise.ts";
import { fetcherOf } from "../../fetcher.ts";
import { openStore } from "../../open.ts";
import { checkSource } from "../../source_options.ts";
import { Command } from "./command.ts";
import type { Handover } from "./handover.ts";
import { exit, nodeProcess } from "../host.ts";
import { EXIT, signalNumber } from "../outcome.ts";
import { openRecords, SourceRecord } from "../record/records.ts";

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
 * @param adapter The files and processes of a runtime; those of the one that runs if left out.
 * @returns The exit code, which nobody sees.
 */
export async function refreshHandedOver(adapter?: Adapter): Promise<number> {
  const handover = await hear();
  if (handover === undefined) return EXIT.ownFailure;
  const { root, source, claim, recipe } = handover;
  const store = openStore({ root, adapter, memory: 0 }, systemClock);
  const record = new SourceRecord(openRecords(root, adapter), checkSource(source).key);
  const { program, refresher } = new Command({ recipe, record });
  const fetcher = fetcherOf(refresher, systemClock, checkSource(source).ttl);
  const end = await supervise({ store, source, claim, backoff: {}, fetcher, program });
  return end === "ended" || end === "superseded" ? EXIT.done : EXIT.signalBase + signalNumber(end);
}
