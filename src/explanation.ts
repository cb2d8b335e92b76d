/**
 * How it stands with a source, as an answer to "why?": what is there, who refreshes, what comes next, and what to do.
 *
 * Everything is plain data, fit for JSON: times in milliseconds since the epoch, durations in milliseconds. The sentences
 * say the same for people; each is one line without a capital letter and a full stop, as the messages of errors are.
 *
 * @module
 */

import type { DataState } from "./data_state.ts";
import type { RefreshState, SourceKey } from "./store.ts";

/** How it stands with a source's data. */
export interface ExplainedData {
  /**
   * Whether there is data and it is fresh. `"unknown"`: there is, and its TTL is not known. `"corrupt"`: there is, it cannot
   * be decoded, and counts as absent.
   */
  readonly state: DataState | "corrupt";
  /** Its size in bytes; `undefined` if there is none. */
  readonly size: number | undefined;
  /** When it was captured, milliseconds since the epoch; `undefined` if there is none. */
  readonly capturedAt: number | undefined;
  /** Milliseconds since then; 0 if that lies in the future, `undefined` if there is no data. */
  readonly age: number | undefined;
  /** How long it stays fresh, in milliseconds; `undefined` if that is not known. */
  readonly ttl: number | undefined;
  /**
   * When it goes stale, or went stale, milliseconds since the epoch; `undefined` if there is no data that can be used, its
   * TTL is not known, or its time cannot be true.
   */
  readonly freshUntil: number | undefined;
  /** Why it cannot be decoded; `undefined` if it is not corrupt. */
  readonly corrupt: string | undefined;
}

/**
 * Where a process is, seen from the one that asks. `"this-host"`: another process of the same machine, boot and PID
 * namespace. `"another-host"`: of another boot or container. `"unknown"`: one of the two does not know where it is.
 */
export type Whereabouts = "this-process" | "this-host" | "another-host" | "unknown";

/** What happens next. */
export interface NextStep {
  /**
   * - `"end"`: the refresh ends, by its deadline.
   * - `"take-over"`: the refresh is taken over, by whoever asks after `at`, or at once.
   * - `"stale"`: the data goes stale.
   * - `"retry"`: a failure has cooled down, and whoever asks tries again.
   * - `"refresh"`: whoever asks next refreshes.
   * - `"unknown"`: it depends on a TTL that is not known.
   */
  readonly kind: "end" | "take-over" | "stale" | "retry" | "refresh" | "unknown";
  /** When, milliseconds since the epoch; `undefined` if it waits for nothing but that somebody asks. */
  readonly at: number | undefined;
  /** The same in words, and what those get who ask meanwhile. */
  readonly what: string;
}

/** What a person can do. */
export interface Hint {
  /**
   * - `"none"`: nothing needs to be done.
   * - `"wait"`: for the refresh that goes on.
   * - `"ask"`: for the data; that refreshes it.
   * - `"force"`: a refresh, which shows the whole error if it fails.
   * - `"check-process"`: the one that holds the claim.
   * - `"check-clock"`: a time lies in the future.
   * - `"say-ttl"`: without it nobody knows whether the data is fresh.
   */
  readonly action: "none" | "wait" | "ask" | "force" | "check-process" | "check-clock" | "say-ttl";
  /** The same in words. */
  readonly text: string;
}

/** How it stands with a source, and why. */
export interface Explanation {
  /** Which source. */
  readonly source: SourceKey;
  /** How it stands with its data. */
  readonly data: ExplainedData;
  /** What is going on with it. */
  readonly refresh: RefreshState;
  /** Where the process is that {@linkcode refresh} names; `undefined` if it names none. */
  readonly owner: Whereabouts | undefined;
  /** Why the data is fresh, stale, absent or corrupt, in words. */
  readonly why: string;
  /** Who refreshes it, since when, how far that is, or what became of the last try, in words. */
  readonly who: string;
  /** What happens next, and when. */
  readonly next: NextStep;
  /** The one thing to do. */
  readonly hint: Hint;
}

/** What is going on, for people. */
const REFRESH_WORDS: Record<RefreshState["kind"], string> = {
  "idle": "idle",
  "refreshing": "refreshing",
  "cooling-down": "cooling down",
  "abandoned": "abandoned",
};

/**
 * Writes an explanation for a terminal or a log: five lines, without colours, and without a line break at the end.
 *
 * @param explanation The explanation.
 */
export function formatExplanation({ source, data, refresh, why, who, next, hint }: Explanation): string {
  const size = data.size === undefined ? "" : ` (${data.size} ${data.size === 1 ? "byte" : "bytes"})`;
  return [
    `${source.tier}/${source.name}: ${data.state}${size}, ${REFRESH_WORDS[refresh.kind]}`,
    `  why:  ${why}`,
    `  who:  ${who}`,
    `  next: ${next.what}`,
    `  hint: ${hint.text}`,
  ].join("\n");
}
