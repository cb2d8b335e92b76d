/**
 * The words of an explanation: times, amounts, and why the data is as it is and who refreshes it.
 *
 * @module
 */

import { isFromTheFuture } from "./data_state.ts";
import { formatDuration } from "./duration.ts";
import type { ExplainedData, Whereabouts } from "./explanation.ts";
import { plain } from "./plain_text.ts";
import type { Progress, RefreshState } from "./store.ts";

/** The most characters of somebody else's text that a sentence shows. The whole of it is in the data. */
const SHOWN_LENGTH = 200;

/** The farthest that a date can lie from the epoch, in milliseconds. */
const LAST_DATE_MS = 8.64e15;

/** From which length on a duration is told in steps of which, both in milliseconds: nobody reads the rest. */
const STEPS = [[86_400_000, 3_600_000], [3_600_000, 60_000], [10_000, 1_000], [1_000, 100]] as const;

/** A duration in milliseconds, told no more exactly than a person needs it, and never longer than it is. */
export function rough(ms: number): string {
  const step = STEPS.find(([from]) => ms >= from)?.[1] ?? 1;
  return formatDuration(Math.floor(ms / step) * step);
}

/** A time as ISO 8601 in UTC; one that no date can hold as the last that can. */
export function iso(time: number): string {
  return new Date(Math.min(Math.max(time, -LAST_DATE_MS), LAST_DATE_MS)).toISOString();
}

/** How far a time is from now. */
function distance(time: number, now: number): string {
  return time > now ? `in ${rough(time - now)}` : `${rough(now - time)} ago`;
}

/** A time, and how far it is from now. */
export function moment(time: number, now: number): string {
  return `${iso(time)} (${distance(time, now)})`;
}

/** Somebody else's text, on one line and not too long. */
function shown(text: string): string {
  const line = plain(text);
  if (line === "") return "no reason was given";
  return line.length > SHOWN_LENGTH ? `${line.slice(0, SHOWN_LENGTH)}...` : line;
}

/** `"3 of 10, "reading pages""`; empty if nothing was said. */
function reported({ done, total, message }: Progress): string {
  const amount = total === undefined ? done?.toString() : `${done ?? 0} of ${total}`;
  const said = message === undefined || plain(message) === "" ? undefined : `"${shown(message)}"`;
  return [amount, said].filter((part) => part !== undefined).join(", ");
}

function failures(attempts: number): string {
  return attempts <= 1 ? "once" : `${attempts} times in a row`;
}

function afterFailures(attempts: number): string {
  if (attempts === 0) return "";
  return attempts === 1 ? " after a failed try" : ` after ${attempts} failed tries`;
}

const PLACES: Record<Whereabouts, string> = {
  "this-process": " (this process)",
  "this-host": " (another process of this machine)",
  "another-host": " (of another boot or container)",
  "unknown": "",
};

/** What became of whoever let go of a refresh: a process cannot itself be gone. */
const GONE: Record<Whereabouts, string> = {
  "this-process": "has given it up",
  "this-host": "is gone",
  "another-host": "is gone",
  "unknown": "is gone or has given it up",
};

/** Why the data is as it is. */
export function whyOf(data: ExplainedData, now: number): string {
  const { capturedAt, ttl, size } = data;
  if (capturedAt === undefined) return "there is no data: nobody has refreshed it yet, or it was removed";
  const ahead = isFromTheFuture(capturedAt, now);
  const ago = data.age === 0 ? "just now" : distance(capturedAt, now);
  if (data.corrupt !== undefined) {
    const bytes = size === 1 ? "the 1 byte" : `the ${size} bytes`;
    const when = ahead ? `with the time ${iso(capturedAt)}, in the future,` : `captured ${ago}`;
    return `${bytes} ${when} cannot be decoded and count as absent: ${shown(data.corrupt)}`;
  }
  if (ahead) {
    const far = rough(capturedAt - now);
    return `its time, ${iso(capturedAt)}, lies ${far} in the future: so its age is not known, and it counts as stale`;
  }
  if (ttl === undefined) return `captured ${ago}; whether that is stale cannot be said without its TTL`;
  if (ttl === 0) return `captured ${ago}, and never fresh: its TTL is 0s`;
  const over = now - capturedAt - ttl;
  if (over < 0) return `captured ${ago}, and fresh for another ${rough(-over)}: its TTL is ${formatDuration(ttl)}`;
  if (Math.round(over) === 0) return `captured ${ago}, and its TTL of ${formatDuration(ttl)} is just over`;
  return `captured ${ago}, ${rough(over)} past its TTL of ${formatDuration(ttl)}`;
}

/** Who refreshes, or what became of the last try. */
export function whoOf(refresh: RefreshState, owner: Whereabouts, now: number): string {
  const { attempts } = refresh;
  if (refresh.kind === "idle") {
    if (refresh.lastError !== undefined) {
      const last = attempts <= 1 ? "" : ", the last time";
      return `nobody; it has failed ${failures(attempts)}${last}: ${shown(refresh.lastError)}`;
    }
    if (attempts === 0) return "nobody";
    return `nobody; ${attempts === 1 ? "the last try" : `the last ${attempts} tries`} came to nothing`;
  }
  const process = `process ${refresh.owner.pid}${PLACES[owner]}`;
  const start = moment(refresh.startedAt, now);
  if (refresh.kind === "cooling-down") {
    const last = attempts <= 1 ? "" : "the last time ";
    const where = `${last}at ${start} in ${process}`;
    return `nobody; it has failed ${failures(attempts)}, ${where}: ${shown(refresh.lastError)}`;
  }
  const tries = afterFailures(attempts);
  if (refresh.kind === "refreshing") {
    const progress = refresh.progress === undefined ? "" : reported(refresh.progress);
    const told = progress === "" ? "" : `; it reports: ${progress}`;
    return `${process} has been refreshing it since ${start}${tries}${told}`;
  }
  switch (refresh.reason) {
    case "owner-gone":
      return `nobody; ${process} began to refresh it at ${start}${tries}, and ${GONE[owner]}`;
    case "overdue":
      return `nobody any more; ${process} began to refresh it at ${start}${tries}, and was to end by ${
        moment(refresh.deadline, now)
      }`;
    case "impossible-times":
      return `nobody; ${process} claims to have begun to refresh it at ${start}${tries}, which cannot be`;
  }
}
