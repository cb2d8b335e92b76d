/**
 * The jobs that a test gives to a child process with a cache of its own, and what comes back, as lines of JSON.
 *
 * @module
 */

import type { Progress } from "../../src/store.ts";
import type { FaultyVerb } from "./faulty_adapter.ts";

/** Something that the child's refresher does with its context. */
export interface Deed {
  /** A file to wait for before. */
  readonly at?: string | undefined;
  /** What it reports. */
  readonly report?: Progress | undefined;
  /** By how many milliseconds it puts its deadline off. */
  readonly extend?: number | undefined;
}

/** What the child's refresher does. */
export interface RefresherJob {
  /** What it returns. */
  readonly payload: string;
  /** How often that is repeated in what it returns; once if left out. */
  readonly times?: number | undefined;
  /** A file to which every run appends a line. */
  readonly runs: string;
  /** A file to wait for; if it holds a text, the refresher fails with that. */
  readonly gate?: string | undefined;
  /**
   * How it waits there: `"heeds"` its signal, which is what it does if this is left out; `"ignores"` it; or `"blocks"` the
   * whole process.
   */
  readonly waits?: "heeds" | "ignores" | "blocks" | undefined;
  /** What it does instead of returning. */
  readonly mischief?: "throws" | "returns undefined" | "rejects with undefined" | "never settles" | undefined;
  /** What it does with its context, one after the other, before it comes to its gate. */
  readonly deeds?: readonly Deed[] | undefined;
  /** Whether it returns that nothing has changed. */
  readonly unchanged?: boolean | undefined;
  /** For how many milliseconds its source is to be left alone: it fails with that. */
  readonly retryAfter?: number | undefined;
  /** A URL that it fetches first, with its signal. */
  readonly fetches?: string | undefined;
}

/** What happens to the child at a step of the protocol, before one of its adapter's operations. */
export interface StepJob {
  /** The verb; any if left out. */
  readonly verb?: FaultyVerb | undefined;
  /** How the path ends; in any way if left out. */
  readonly ending?: string | undefined;
  /** Which of these operations it is, the first one being 1. */
  readonly count: number;
  /** A file that the whole process waits for there, as if it were stopped; if left out it ends itself by SIGKILL. */
  readonly waitsFor?: string | undefined;
  /** The process ends itself there by `process.exit()` instead. */
  readonly exits?: boolean | undefined;
}

/** A job. */
export interface CacheJob {
  readonly root: string;
  /** `"maybeRefresh"` does not wait for the refresh: the process ends by itself when that has ended. */
  readonly method: "refresh" | "refreshIfStale" | "maybeRefresh" | "read" | "readSync" | "get" | "prune";
  /** The source's name; `"models"` if left out. */
  readonly name?: string | undefined;
  /** How often the call is made; once if left out. The last outcome counts. */
  readonly times?: number | undefined;
  /** The names of the sources that `"prune"` keeps; none if left out. */
  readonly active?: readonly string[] | undefined;
  /** Where something happens to the process. */
  readonly step?: StepJob | undefined;
  readonly refresher: RefresherJob;
  /** Milliseconds. */
  readonly ttl?: number | undefined;
  /** Milliseconds. */
  readonly refreshDeadline?: number | undefined;
  /** A file to wait for before the call, without a pause, so that all who wait start together. */
  readonly go?: string | undefined;
  /** Whether a listener throws at every event. */
  readonly badListener?: boolean | undefined;
  /** A text that the cache's `redact` takes out. */
  readonly redact?: string | undefined;
  /** A file, and by how many milliseconds the process's wall clock goes ahead once it is there. */
  readonly ahead?: { readonly at: string; readonly ms: number } | undefined;
  /** The cache's option. */
  readonly keepAlive?: boolean | undefined;
  /** What the process does when it has told the outcome; if left out, nothing: it ends when nothing is left to do. */
  readonly leaves?: "closes" | "disposes" | "exits" | "exits by Deno" | undefined;
  /** A file to wait for before it leaves. */
  readonly leavesAt?: string | undefined;
}

/** A job for a process that sends itself a signal before an operation of its refresh. */
export interface FaultJob {
  readonly root: string;
  readonly signal: "SIGKILL" | "SIGSTOP";
  /** Which operation: the how many'th of all; or the first of a verb on a path that ends so. */
  readonly before: number | { readonly verb: string; readonly ending: string };
}

/** An error, as far as it can be written down. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly attempts?: unknown;
  readonly retryAt?: unknown;
  readonly problem?: unknown;
  readonly pid?: unknown;
  /** The code of its cause. */
  readonly causeCode?: unknown;
}

/** What pruning did. Names of sources, sorted. */
export interface PruneOutcome {
  readonly removed: readonly string[];
  readonly refreshing: readonly string[];
  readonly kept: number;
  /** How many files. */
  readonly litter: number;
  readonly failed: readonly string[];
}

/** What came of the call. */
export type Outcome =
  | { readonly pruned: PruneOutcome }
  | { readonly text: string | undefined; readonly state: string; readonly origin?: string | undefined }
  | { readonly error: ErrorReport };

/** An event of the child's cache. */
export interface HeardEvent {
  readonly kind: string;
  readonly error?: ErrorReport;
  readonly progress?: Progress;
  readonly modified?: boolean;
  readonly deadline?: number;
  readonly capturedAt?: number;
  readonly state?: { readonly owner: { readonly pid: number }; readonly deadline: number };
  readonly from?: { readonly reason: string; readonly owner: { readonly pid: number } };
}

/** A line of the child's output. */
export type Line =
  | { readonly ready: true }
  | { readonly event: HeardEvent }
  | { readonly outcome: Outcome }
  | { readonly uncaught: string }
  /** Its refresher was called. */
  | { readonly began: { readonly deadline: number; readonly previous?: string | undefined } }
  /** Its refresher's signal was aborted. */
  | { readonly aborted: ErrorReport }
  /** It waits at its step. */
  | { readonly step: true }
  /** What came of another kind of job. */
  | { readonly result: unknown };
