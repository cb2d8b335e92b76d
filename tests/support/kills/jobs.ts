/**
 * What the processes of a hand-over that is to be killed are told.
 *
 * @module
 */

import type { Claim } from "../../../src/store.ts";

/** The source. Its deadline is so far away that whoever waits for it never comes to an end. */
export const KILLED_SOURCE = { name: "models", ttl: 3_600_000, refreshDeadline: 3_600_000 } as const;

/** What a supervisor is told. */
export interface SupervisorJob {
  readonly root: string;
  readonly claim: Claim;
}

/** What the next caller is asked. */
export interface NextCall {
  /** The round's folder, with the root in it. */
  readonly folder: string;
  /** Whether it refreshes whatever there is; otherwise only stale data. */
  readonly force: boolean;
}

/** What he got. */
export interface NextAnswer {
  readonly text: string;
  readonly origin: string;
}
