/**
 * What a supervisor is told, on its command line, which every user of the machine can see. None of it is a secret: nobody
 * can do anything with the claim's token who may not write to the cache's folder, and a family's keys are documented not to
 * hold any.
 *
 * @module
 */

import type { BackoffOptions } from "../backoff.ts";
import type { Source } from "../source_options.ts";
import type { Claim } from "../store.ts";
import type { RefresherModule } from "./messages.ts";

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
  /** The module with the refresher. */
  readonly work: RefresherModule;
  /** The command line of the worker. */
  readonly worker: readonly string[];
}
