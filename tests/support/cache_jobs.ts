/**
 * The jobs that a test gives to a child process with a cache of its own, and what comes back, as lines of JSON.
 *
 * @module
 */

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
  /** What it does instead of returning. */
  readonly mischief?: "throws" | "returns undefined" | "rejects with undefined" | undefined;
}

/** A job. */
export interface CacheJob {
  readonly root: string;
  /**
   * `"maybeRefresh"` does not wait for the refresh: the process ends by itself when that has ended. `"prune"` keeps nothing,
   * and its text is what it did.
   */
  readonly method: "refresh" | "refreshIfStale" | "maybeRefresh" | "read" | "get" | "prune";
  readonly refresher: RefresherJob;
  /** Milliseconds. */
  readonly ttl?: number | undefined;
  /** Milliseconds. */
  readonly refreshDeadline?: number | undefined;
  /** A file to wait for before the call, without a pause, so that all who wait start together. */
  readonly go?: string | undefined;
  /** Whether a listener throws at every event. */
  readonly badListener?: boolean | undefined;
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

/** What came of the call. */
export type Outcome =
  | { readonly text: string | undefined; readonly state: string; readonly origin?: string | undefined }
  | { readonly error: ErrorReport };

/** An event of the child's cache. */
export interface HeardEvent {
  readonly kind: string;
  readonly error?: ErrorReport;
  readonly state?: { readonly owner: { readonly pid: number } };
  readonly from?: { readonly reason: string; readonly owner: { readonly pid: number } };
}

/** A line of the child's output. */
export type Line =
  | { readonly ready: true }
  | { readonly event: HeardEvent }
  | { readonly outcome: Outcome }
  | { readonly uncaught: string };
