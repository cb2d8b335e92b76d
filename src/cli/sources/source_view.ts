/**
 * A source as a person sees it: one word for how it stands with it, and what goes with that. Pure judgements of a listing
 * and of the time.
 *
 * @module
 */

import { type DataState, judgeData } from "../../data_state.ts";
import type { SourceListing } from "../../listing.ts";
import type { Owner, Progress, RefreshState } from "../../store.ts";
import { labelOf } from "./survey.ts";
import type { Hue } from "../screen/terminal.ts";

/** What a person sees, in the order in which it is sorted: what is well comes first. */
export const SEEN_STATES = ["fresh", "unknown", "refreshing", "stale", "absent", "cooling-down", "abandoned"] as const;

/** One of them. */
export type SeenState = (typeof SEEN_STATES)[number];

/** How each of them is coloured. */
export const SEEN_HUES: Readonly<Record<SeenState, Hue>> = {
  "fresh": "green",
  "unknown": "dim",
  "refreshing": "cyan",
  "stale": "yellow",
  "absent": "dim",
  "cooling-down": "red",
  "abandoned": "magenta",
};

/** A state for people. */
export function seenWords(state: SeenState): string {
  return state.replace("-", " ");
}

/** A source at a time. */
export interface SourceView {
  /** `tier/name`. */
  readonly label: string;
  /** What is going on with it; if nothing is, what there is. */
  readonly state: SeenState;
  /** What there is, whatever is going on. */
  readonly data: DataState;
  /** How old that is, in whole milliseconds; `undefined` if there is nothing. */
  readonly age: number | undefined;
  /** How long it stays fresh, in milliseconds; `undefined` if that is not known. */
  readonly ttl: number | undefined;
  /** The share of the TTL that is over, 0 to 1; `undefined` if there is no data, or its TTL is not known. */
  readonly used: number | undefined;
  /** The data's size in bytes; `undefined` if there is none. */
  readonly size: number | undefined;
  /** Who refreshes, or began to. */
  readonly owner: Owner | undefined;
  /** Whether that is the work of a program that knows no hosts, and so of this one's. */
  readonly hostless: boolean;
  /** How far the refresh has come, as far as it says. */
  readonly progress: Progress | undefined;
  /** By when the refresh has promised to end, milliseconds since the epoch. */
  readonly deadline: number | undefined;
  /** Why the last refresh failed, if it did. */
  readonly lastError: string | undefined;
  /** When a refresh is tried again, milliseconds since the epoch; `undefined` if nothing holds it back. */
  readonly retryAt: number | undefined;
}

/** What is going on; `undefined` if nothing is. */
function goingOn(refresh: RefreshState, now: number): Exclude<RefreshState["kind"], "idle"> | undefined {
  if (refresh.kind === "idle") return undefined;
  return refresh.kind === "cooling-down" && refresh.retryAt <= now ? undefined : refresh.kind;
}

/** The share of a TTL that is over. Data that is not fresh, whatever its time says, has used all of it. */
function usedOf(data: DataState, age: number | undefined, ttl: number | undefined): number | undefined {
  if (age === undefined || ttl === undefined) return undefined;
  return data === "fresh" ? age / ttl : 1;
}

/**
 * How a source is seen.
 *
 * @param listing What was found of it.
 * @param now The time, milliseconds since the epoch, which may be later than when it was found.
 */
export function viewOf({ source, size, capturedAt, ttl, refresh }: SourceListing, now: number): SourceView {
  const { state: data, age } = judgeData(capturedAt, ttl, now);
  const state = goingOn(refresh, now) ?? data;
  const held = refresh.kind === "refreshing" || refresh.kind === "abandoned" ? refresh : undefined;
  const failed = refresh.kind === "idle" || refresh.kind === "cooling-down" ? refresh : undefined;
  return {
    label: labelOf(source),
    state,
    data,
    // Some file systems know times better than that.
    age: age === undefined ? undefined : Math.round(age),
    ttl,
    used: usedOf(data, age, ttl),
    size,
    owner: held?.owner,
    hostless: held !== undefined && held.token === undefined,
    progress: refresh.kind === "refreshing" ? refresh.progress : undefined,
    deadline: refresh.kind === "refreshing" ? refresh.deadline : undefined,
    lastError: failed?.lastError,
    retryAt: refresh.kind === "cooling-down" && state === "cooling-down" ? refresh.retryAt : undefined,
  };
}
