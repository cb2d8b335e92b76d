/**
 * A source as plain data for other programs: times in ISO 8601, durations in milliseconds, no more than is known.
 *
 * @module
 */

import { iso } from "../../explain_words.ts";
import type { Owner, Progress } from "../../store.ts";
import { viewOf } from "./source_view.ts";
import type { SeenState } from "./source_view.ts";
import type { Surveyed } from "./survey.ts";

/** What is known of a source. What is not known, or does not apply, is left out. */
export interface SourceJson {
  /** `tier/name`. */
  readonly source: string;
  /** What is going on with it; if nothing is, what there is. */
  readonly state: SeenState;
  /** What there is, whatever is going on: fresh, stale, absent, or unknown. */
  readonly data: SeenState;
  /** Its age in milliseconds. */
  readonly age?: number | undefined;
  /** How long it stays fresh, in milliseconds. */
  readonly ttl?: number | undefined;
  /** When it was captured. */
  readonly capturedAt?: string | undefined;
  /** Its size in bytes. */
  readonly size?: number | undefined;
  /** Who refreshes, or did last. */
  readonly owner?: Owner | undefined;
  /** Since when he does, or when he failed. */
  readonly startedAt?: string | undefined;
  /** By when he has promised to end. */
  readonly deadline?: string | undefined;
  /** How far he has come. */
  readonly progress?: Progress | undefined;
  /** How many tries have failed since the last success. */
  readonly attempts: number;
  /** Why the last of them failed. */
  readonly lastError?: string | undefined;
  /** When the next may be made. */
  readonly retryAt?: string | undefined;
  /** What `run` started for it. */
  readonly command?: readonly string[] | undefined;
}

function isoOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : iso(time);
}

/**
 * What is known of a source.
 *
 * @param surveyed What was found of it.
 * @param now The time, milliseconds since the epoch.
 */
export function sourceJson(surveyed: Surveyed, now: number): SourceJson {
  const { refresh, capturedAt, recipe } = surveyed;
  const { label: source, state, data, age, ttl, size, progress, deadline, lastError, retryAt } = viewOf(surveyed, now);
  const known = refresh.kind === "idle" ? undefined : refresh;
  return {
    source,
    state,
    data,
    age,
    ttl,
    capturedAt: isoOf(capturedAt),
    size,
    owner: known?.owner,
    startedAt: isoOf(known?.startedAt),
    deadline: isoOf(deadline),
    progress,
    attempts: refresh.attempts,
    lastError,
    retryAt: isoOf(retryAt),
    command: recipe?.command,
  };
}
