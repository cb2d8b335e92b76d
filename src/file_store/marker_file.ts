/**
 * The marker's file: read, judged, and replaced in one step (P8).
 *
 * @module
 */

import { AdapterError } from "../errors.ts";
import type { RefreshState } from "../store.ts";
import { inspectOwner } from "./found_lock.ts";
import { type SourcePaths, stagedPath } from "./layout.ts";
import { assertWithinLimit, createOwn, discard, type HeldLock } from "./lock.ts";
import { judgeMarker } from "./marker.ts";
import { read, replace, type Step } from "./operation.ts";
import type { Party } from "./party.ts";
import { RECORD_LIMIT_BYTES } from "./protocol.ts";
import { encodeMarker, type MarkerRecord, parseMarker } from "./record.ts";

/** Reads a marker. One that cannot be parsed counts as none: ours are never torn, so nobody's claim is in it. */
export function* readMarker(path: string): Step<MarkerRecord | undefined> {
  try {
    const content = yield* read(path, RECORD_LIMIT_BYTES);
    return content && parseMarker(content.bytes);
  } catch (error) {
    if (error instanceof AdapterError && error.code === "EFBIG") return undefined;
    throw error;
  }
}

/** What a marker means now. */
export function* inspectMarker(
  party: Party,
  record: MarkerRecord | undefined,
  ownSpan: number | undefined,
): Step<RefreshState> {
  const owner = record === undefined || record.lastError !== undefined ? "unknown" : yield* inspectOwner(party, record);
  return judgeMarker(record, owner, party.clock.now(), ownSpan);
}

/** What is going on with a source, without a lock. */
export function* stateSection(party: Party, { marker }: SourcePaths, ownSpan: number | undefined): Step<RefreshState> {
  return yield* inspectMarker(party, yield* readMarker(marker), ownSpan);
}

/**
 * Replaces the marker. To be called under the source's lock.
 *
 * @throws AdapterError If that fails; the marker that was there then stays.
 */
export function* writeMarker(
  party: Party,
  lock: HeldLock,
  path: string,
  record: MarkerRecord & { readonly token: string },
): Step<"written" | "no-folder"> {
  const staged = stagedPath(path, record.token);
  const bytes = encodeMarker(record);
  if ((yield* createOwn(staged, bytes)) === "absent") return "no-folder";
  try {
    assertWithinLimit(party, lock);
    return (yield* replace(staged, path)) === "replaced" ? "written" : "no-folder";
  } catch (error) {
    yield* discard(staged);
    throw error;
  }
}
