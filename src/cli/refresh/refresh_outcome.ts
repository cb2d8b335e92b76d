/**
 * What became of a source that was to be refreshed: in a line for people, in JSON for scripts, and as an exit code.
 *
 * @module
 */

import { RefreshFailedError } from "../../errors.ts";
import { rough } from "../../explain_words.ts";
import { plain } from "../../plain_text.ts";
import type { SourceKey } from "../../store.ts";
import type { Foreground } from "../run/foreground.ts";
import { tellReason } from "../outcome.ts";
import { describeError } from "../remarks.ts";
import { roughSize } from "../screen/rough.ts";
import { labelOf } from "../sources/survey.ts";
import type { Look } from "../screen/terminal.ts";

/** What became of it. */
export type RefreshOutcome =
  | {
    /** By this process, or by another one. */
    readonly kind: "refreshed" | "joined";
    readonly source: SourceKey;
    /** How many bytes there are. */
    readonly size: number;
    /** When they were captured, milliseconds since the epoch. */
    readonly capturedAt: number;
    /** How long it took, in milliseconds. */
    readonly took: number;
  }
  | {
    readonly kind: "failed";
    readonly source: SourceKey;
    /** Why, in words for people. */
    readonly reason: string;
    /** When it may be tried again without force, milliseconds since the epoch; `undefined` if nobody says. */
    readonly retryAt: number | undefined;
    readonly took: number;
  }
  /** Nothing was run, and why. */
  | { readonly kind: "not-run"; readonly source: SourceKey; readonly reason: string };

/**
 * What became of it.
 *
 * @param source Which source.
 * @param done What came of its refresh.
 * @param took How long it took, in milliseconds.
 * @returns `undefined` if the wait was ended before it was done.
 */
export function outcomeOf(source: SourceKey, done: Foreground, took: number): RefreshOutcome | undefined {
  if (done.kind === "interrupted") return undefined;
  if (done.kind === "error") {
    const { error } = done;
    const failed = error instanceof RefreshFailedError ? error : undefined;
    const reason = failed === undefined ? plain(describeError(error)) : tellReason(failed.reason);
    return { kind: "failed", source, reason, retryAt: failed?.retryAt, took };
  }
  const { data, capturedAt, origin } = done.entry;
  const kind = origin === "refreshed" ? "refreshed" : "joined";
  return { kind, source, size: data.length, capturedAt, took };
}

/** Whether the source has no new data. */
export function isFailure({ kind }: RefreshOutcome): boolean {
  return kind === "failed" || kind === "not-run";
}

/** One line for people. */
export function outcomeLine(outcome: RefreshOutcome, { colors }: Pick<Look, "colors">): string {
  const label = labelOf(outcome.source);
  switch (outcome.kind) {
    case "refreshed":
      return `${colors.green(label)}: refreshed ${roughSize(outcome.size)} in ${rough(outcome.took)}`;
    case "joined":
      return `${colors.green(label)}: joined, ${roughSize(outcome.size)} after ${rough(outcome.took)}`;
    case "failed":
      return `${colors.red(label)}: failed after ${rough(outcome.took)}: ${outcome.reason}`;
    case "not-run":
      return `${colors.red(label)}: not run: ${outcome.reason}`;
  }
}

/** The same as plain data: times as ISO 8601, durations in milliseconds. */
export function outcomeJson(outcome: RefreshOutcome): Readonly<Record<string, unknown>> {
  const { kind, source } = outcome;
  const head = { source: labelOf(source), outcome: kind };
  switch (outcome.kind) {
    case "refreshed":
    case "joined":
      return {
        ...head,
        size: outcome.size,
        capturedAt: new Date(outcome.capturedAt).toISOString(),
        took: Math.round(outcome.took),
      };
    case "failed":
      return {
        ...head,
        reason: outcome.reason,
        ...outcome.retryAt !== undefined && { retryAt: new Date(outcome.retryAt).toISOString() },
        took: Math.round(outcome.took),
      };
    case "not-run":
      return { ...head, reason: outcome.reason };
  }
}
