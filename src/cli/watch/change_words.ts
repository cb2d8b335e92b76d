/**
 * What has happened to a source, in words for people and as data for programs.
 *
 * @module
 */

import { iso, rough } from "../../explain_words.ts";
import { plain } from "../../plain_text.ts";
import type { Progress } from "../../store.ts";
import type { Change } from "./changes.ts";
import { tellReason } from "../outcome.ts";
import { roughSize } from "../screen/rough.ts";
import { labelOf } from "../sources/survey.ts";
import type { Hue } from "../screen/terminal.ts";

/** How what happened is coloured. */
export const CHANGE_HUES: Readonly<Record<Change["kind"], Hue | undefined>> = {
  "appeared": undefined,
  "started": "cyan",
  "taken-over": "magenta",
  "progressed": "dim",
  "committed": "green",
  "failed": "red",
  "given-back": "yellow",
  "abandoned": "magenta",
  "expired": "yellow",
  "removed": "yellow",
};

function progressWords({ done, total, message }: Progress): string {
  const amount = total === undefined ? done?.toString() : `${done ?? 0}/${total}`;
  return [amount, plain(message ?? "")].filter((part) => part !== undefined && part !== "").join(" ") || "at work";
}

function afterFailures(failures: number): string {
  if (failures === 0) return "";
  return failures === 1 ? ", after a failed try" : `, after ${failures} failed tries`;
}

const ABANDONED: Record<Extract<Change, { kind: "abandoned" }>["reason"], string> = {
  "owner-gone": "is gone, and never ended it",
  "overdue": "is long overdue",
  "impossible-times": "has written times that cannot be",
};

/**
 * What happened, without which source it was.
 *
 * @param change What happened.
 * @param now The time, milliseconds since the epoch.
 */
export function changeWords(change: Change, now: number): string {
  switch (change.kind) {
    case "appeared":
    case "expired":
    case "removed":
      return change.kind;
    case "started":
      return `started by process ${change.pid}`;
    case "taken-over":
      return `taken over by process ${change.pid} from process ${change.from}, which never ended it`;
    case "progressed":
      return progressWords(change.progress);
    case "committed": {
      const took = change.took === undefined ? "" : ` after ${rough(change.took)}`;
      return `committed ${roughSize(change.size)}${took}${afterFailures(change.failures)}`;
    }
    case "failed": {
      const wait = (change.retryAt ?? 0) - now;
      return `failed: ${tellReason(change.reason)}${wait > 0 ? `; retry in ${rough(wait)}` : ""}`;
    }
    case "given-back":
      return `given back by process ${change.pid}`;
    case "abandoned":
      return `abandoned: process ${change.pid} ${ABANDONED[change.reason]}`;
  }
}

/** What is known besides, as plain data. */
function factsOf(change: Change): Readonly<Record<string, unknown>> {
  switch (change.kind) {
    case "started":
      return { pid: change.pid, startedAt: iso(change.startedAt), deadline: iso(change.deadline) };
    case "failed": {
      const { reason, attempts, retryAt } = change;
      return { reason, attempts, ...retryAt !== undefined && { retryAt: iso(retryAt) } };
    }
    default: {
      const { kind: _kind, source: _source, ...facts } = change;
      return facts;
    }
  }
}

/**
 * What happened, as plain data: times as ISO 8601, durations in milliseconds.
 *
 * @param change What happened.
 * @param time When it was seen, milliseconds since the epoch.
 */
export function changeJson(change: Change, time: number): Readonly<Record<string, unknown>> {
  return { time: iso(time), source: labelOf(change.source), event: change.kind, ...factsOf(change) };
}
