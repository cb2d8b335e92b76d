/**
 * The jobs of processes that do one thing again and again while others do theirs, and what comes back.
 *
 * They keep step by files: whoever has done his part for version `n` makes the file `<n>.<his name>` in the folder of
 * {@linkcode CrowdJob.marks}, and whoever has to wait for him looks for it.
 *
 * @module
 */

/** What all of these jobs say. */
interface CrowdWork {
  readonly root: string;
  /** The folder of the marks. */
  readonly marks: string;
}

/** Reads a source, with many readers of their own caches, until each has seen the last version. Fails at what is torn, absent, or old. */
export interface ReadJob extends CrowdWork {
  readonly job: "read";
  /** Its name in the marks: made for each version that every reader has seen. */
  readonly name: string;
  readonly readers: number;
  readonly last: number;
  /** How often a version's payload is repeated. */
  readonly times: number;
}

/** Commits version after version, each when everybody in `waitsFor` has done his part for the one before. Fails unless its own is kept. */
export interface WriteJob extends CrowdWork {
  readonly job: "write";
  /** The sources that get each version, one after the other. */
  readonly sources: readonly string[];
  readonly first: number;
  readonly last: number;
  readonly times: number;
  readonly waitsFor: readonly string[];
}

/** Prunes until it has removed `source` as often as there are versions; makes its mark before that, and each time. Fails if it finds litter. */
export interface PruneJob extends CrowdWork {
  readonly job: "prune";
  readonly name: string;
  readonly active: readonly string[];
  readonly source: string;
  readonly first: number;
  readonly last: number;
}

/** Claims the sources `source-0`, `source-1`, ..., each at the same moment as everybody else. */
export interface ClaimJob extends CrowdWork {
  readonly job: "claim";
  readonly name: string;
  /** Everybody. */
  readonly names: readonly string[];
  readonly rounds: number;
}

/** A job. */
export type CrowdJob = ReadJob | WriteJob | PruneJob | ClaimJob;

/** What came of {@linkcode ReadJob}. */
export interface ReadResult {
  /** How many reads there were. */
  readonly reads: number;
  /** The fewest versions that one reader has seen. */
  readonly fewestVersions: number;
}

/** What came of {@linkcode PruneJob}. */
export interface PruneResult {
  /** How often it pruned. */
  readonly prunes: number;
  /** What was removed, and how often. */
  readonly removed: Readonly<Record<string, number>>;
}

/** What came of {@linkcode ClaimJob}, one for each source. */
export interface ClaimResult {
  /** `"claimed"` if it was granted. */
  readonly kind: string;
  /** The claim's token, whoever has it. */
  readonly token: string | undefined;
  /** The process that it was taken over from. */
  readonly from: number | undefined;
}
