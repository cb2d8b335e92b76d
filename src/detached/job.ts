/**
 * What a supervisor is told, on its command line. None of it is a secret: whoever may read the cache's folder finds the
 * claim's token there, and nobody else can do anything with it.
 *
 * @module
 */

import type { BackoffOptions } from "../backoff.ts";
import type { Source } from "../source_options.ts";
import type { Claim } from "../store.ts";

/** The first word of a supervisor's arguments; the job follows. */
export const SUPERVISE = "supervise";

/** The only word of a worker's arguments. */
export const WORK = "work";

/** A refresh that is handed over. */
export interface Job {
  /** The cache's folder. */
  readonly root: string;
  /** Whether data is forced to disk before it is committed. */
  readonly durable: boolean;
  /** The source. */
  readonly source: Source;
  /** The right to refresh it. */
  readonly claim: Claim;
  /** How long a failed source is left alone. */
  readonly backoff: BackoffOptions;
  /** The module whose default export is the refresher. */
  readonly module: string;
  /** The command line of the worker. */
  readonly worker: readonly string[];
}
