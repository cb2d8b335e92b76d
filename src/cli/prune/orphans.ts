/**
 * Which of the command's own records have nothing left to tell of: a pure judgement.
 *
 * @module
 */

import type { ListedSource, SourceKey } from "../../store.ts";
import { recordedTier } from "../record/record_tiers.ts";

/**
 * How long a record may be without its source, in milliseconds: `run` writes it before there is data, and one that waits
 * for a slow command has nothing else to show.
 */
export const ORPHAN_AGE_MS: number = 60 * 60 * 1_000;

/** The source that a record tells of; `undefined` if it is no record. */
export function recordedSource({ tier, name }: SourceKey): SourceKey | undefined {
  const recorded = recordedTier(tier);
  return recorded === undefined ? undefined : { tier: recorded, name };
}

/** Whether a record whose source is gone is of no use to anybody any more. */
export function isOrphan({ capturedAt, state }: ListedSource, now: number): boolean {
  return state.kind !== "refreshing" && now - (capturedAt ?? 0) > ORPHAN_AGE_MS;
}
