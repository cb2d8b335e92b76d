/**
 * What `run` and `show` print: the data as it is, or an envelope around it; and what CMD had to say besides.
 *
 * @module
 */

import type { PresentEntry } from "../entry.ts";
import { print, printError } from "./host.ts";
import type { KnownFailure } from "./remarks.ts";

/** Data, and what is known of it. */
export interface Given extends PresentEntry<Uint8Array> {
  /** Where it came from: `"hit"`: it was there, and fresh. `"stale"`: it was there. The others: it is new. */
  readonly origin: "hit" | "stale" | "refreshed" | "joined";
  /** Why it is not newer, if a refresh failed. */
  readonly failure?: KnownFailure | undefined;
  /** Whether what CMD wrote to standard error was passed on while it ran. */
  readonly passedOn: boolean;
}

/** How it is to be given. */
export interface GiveRequest {
  /** The cache's folder. */
  readonly root: string;
  /** The source. */
  readonly source: { readonly tier: string; readonly name: string; readonly ttl: number | undefined };
  /** Whether to print an envelope. */
  readonly json: boolean;
  /** Whether to show again what CMD wrote to standard error. */
  readonly stderr: boolean;
}

async function keptStderr({ root, source }: GiveRequest): Promise<Uint8Array> {
  const { openRecords, SourceRecord } = await import("./records.ts");
  return await new SourceRecord(openRecords(root), source).stderr();
}

/**
 * Prints data.
 *
 * @param request How.
 * @param given The data.
 * @throws What the system says if the output cannot take it, a full disk for example.
 */
export async function give(request: GiveRequest, given: Given): Promise<void> {
  const { json, stderr, source } = request;
  const said = stderr ? await keptStderr(request) : undefined;
  if (json) {
    const { envelope } = await import("./envelope.ts");
    for (const part of envelope(source, given, said)) if (await print(part) === "closed") return;
    return;
  }
  if (said !== undefined && !given.passedOn) await printError(said);
  await print(given.data);
}
