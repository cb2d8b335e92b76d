/**
 * What a prune came to, source by source.
 *
 * @module
 */

import type { ListedSource, SourceKey } from "../../store.ts";

/** Why a source stays that could have been removed. */
export type KeepReason =
  /** A `--keep` names it. */
  | { readonly kind: "named"; readonly by: string }
  /** It has changed since `--older-than`. */
  | { readonly kind: "younger"; readonly changedAt: number | undefined }
  /** No `--tier` names its tier. */
  | { readonly kind: "other-tier" };

/** A source that was removed, with what it was. */
export type RemovedSource = Pick<ListedSource, "key" | "size" | "capturedAt">;

/** Who is refreshing a source; `undefined` if that had ended when it was looked at again. */
export interface Refresher {
  /** The process. */
  readonly pid: number;
  /** Since when, milliseconds since the epoch. */
  readonly since: number;
}

/** What was removed, or would be, and why not the rest. */
export interface Pruned {
  /** Whether nothing was touched. */
  readonly dryRun: boolean;
  /** The sources that are gone. */
  readonly removed: readonly RemovedSource[];
  /** Those that stay, and why. */
  readonly kept: readonly { readonly key: SourceKey; readonly reason: KeepReason }[];
  /** Those that were to be removed, but are being refreshed. */
  readonly refreshing: readonly { readonly key: SourceKey; readonly by: Refresher | undefined }[];
  /** The records of what was run that went with their sources. */
  readonly records: readonly SourceKey[];
  /** Those whose sources were gone already. */
  readonly orphans: readonly SourceKey[];
  /** Paths of what crashed programs had left. */
  readonly litter: readonly string[];
  /** What could not be removed, and why. */
  readonly failed: readonly { readonly what: string; readonly error: unknown }[];
}
