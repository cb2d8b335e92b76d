/**
 * Data that is to be printed, and how.
 *
 * @module
 */

import type { PresentEntry } from "../../entry.ts";
import type { KnownFailure } from "../remarks.ts";

/** Data, and what is known of it. */
export interface Given extends Omit<PresentEntry<Uint8Array>, "state"> {
  /** Whether it is fresh; `"unknown"` where nobody has told its TTL. */
  readonly state: PresentEntry<Uint8Array>["state"] | "unknown";
  /** Where it came from: `"hit"`: it was there, and fresh. `"stale"`: it was there. The others: it is new. */
  readonly origin?: "hit" | "stale" | "refreshed" | "joined" | undefined;
  /** Why it is not newer, if a refresh failed. */
  readonly failure?: KnownFailure | undefined;
  /** Whether what CMD wrote to standard error was passed on while it ran. */
  readonly passedOn: boolean;
}

/** How it is to be given. */
export interface GiveRequest {
  /** The cache's folder. */
  readonly root: string;
  /** The source. */
  readonly source: { readonly tier: string; readonly name: string; readonly ttl: number | undefined };
  /** Whether to print an envelope. */
  readonly json: boolean;
  /** Whether to show again what CMD wrote to standard error. */
  readonly stderr: boolean;
}
