/**
 * What `run` and `show` print: the data as it is, or an envelope around it; and what CMD had to say besides.
 *
 * @module
 */

import type { Given, GiveRequest } from "./given.ts";
import { print, printError } from "../host.ts";

async function keptStderr({ root, source }: GiveRequest): Promise<Uint8Array> {
  const { openRecords, SourceRecord } = await import("../record/records.ts");
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
