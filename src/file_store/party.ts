/**
 * A party to the protocol: one process as its own sections see it.
 *
 * @module
 */

import type { Identity } from "../adapter.ts";
import type { Clock } from "../clock.ts";

/** What a section needs to know of the process that runs it. */
export interface Party {
  /** Who this process is. */
  readonly self: Identity;
  /** Its clock and randomness. */
  readonly clock: Clock;
  /**
   * Tokens of locks and markers that this process made and could not remove, and their paths (P7), shared by all of its
   * stores. Whatever holds one of them counts as dead.
   */
  readonly orphans: Map<string, string>;
}
