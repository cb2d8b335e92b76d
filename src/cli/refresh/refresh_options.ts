/**
 * The options of `refresh`.
 *
 * @module
 */

import { parseDuration } from "../../duration.ts";
import { InvalidOptionError } from "../../errors.ts";
import { checkName } from "../../source_name.ts";
import { type OptionSpecs, UsageError, type Words } from "../command_spec.ts";
import { checkRoot, ROOT_OPTION } from "../common_options.ts";

/** How many sources are refreshed at a time. */
const DEFAULT_CONCURRENCY = 4;

/** The options, by their names. */
export const REFRESH_OPTIONS = {
  ...ROOT_OPTION,
  "all": { help: "every source that `run` has made" },
  "tier": { value: "tier", help: "with --all: only what is in this folder" },
  "stale": { help: "with --all: only what is not fresh" },
  "concurrency": { value: "number", help: "how many at a time", byDefault: String(DEFAULT_CONCURRENCY) },
  "max-wait": {
    value: "duration",
    help: "how long to wait for all of it; then the rest is given up",
    byDefault: "until all are done",
  },
  "json": { help: "print what became of each source, as JSON, one line each" },
} as const satisfies OptionSpecs;

/** What stands on the command line, before anything of it is checked. */
export type RefreshWords = Words<typeof REFRESH_OPTIONS>;

/** Which sources are meant. */
export type RefreshWhat =
  | { readonly kind: "named"; readonly names: readonly string[] }
  | { readonly kind: "all"; readonly tier: string | undefined; readonly stale: boolean };

/** What is to be done, checked. */
export interface RefreshRequest {
  /** The cache's folder, an absolute path. */
  readonly root: string;
  /** Which sources are meant. */
  readonly what: RefreshWhat;
  /** How many at a time. */
  readonly concurrency: number;
  /** How long to wait for all of it, in milliseconds; `undefined`: until it is done. */
  readonly maxWait: number | undefined;
  /** Whether to print JSON. */
  readonly json: boolean;
}

function checkConcurrency(word: string): number {
  const value = /^\d{1,4}$/.test(word) ? Number(word) : 0;
  if (value > 0) return value;
  throw new InvalidOptionError({ what: "--concurrency", value: word, expected: "a whole number, 1 or more" });
}

function checkWhat({ options, operands: names }: RefreshWords): RefreshWhat {
  const { all, tier, stale } = options;
  if (all === true) {
    if (names.length > 0) throw new UsageError("either name sources, or say --all: not both");
    return { kind: "all", tier: tier === undefined ? undefined : checkName(tier, "--tier"), stale: stale === true };
  }
  if (tier !== undefined || stale === true) {
    throw new UsageError(`--${tier === undefined ? "stale" : "tier"} says which of --all are meant: add --all`);
  }
  if (names.length === 0) throw new UsageError("no source given: name one, or say --all; discoverycache ls lists them");
  return { kind: "named", names };
}

/**
 * Checks what stands on the command line.
 *
 * @param words What stands there.
 * @throws {UsageError} If it is not clear which sources are meant.
 * @throws {InvalidOptionError} If an option cannot be used.
 * @throws {InvalidNameError} If the tier cannot be used.
 * @throws {InvalidDurationError} If a duration cannot be used.
 */
export function checkRefresh(words: RefreshWords): RefreshRequest {
  const { root, concurrency, "max-wait": wait, json } = words.options;
  return {
    root: checkRoot(root),
    what: checkWhat(words),
    concurrency: concurrency === undefined ? DEFAULT_CONCURRENCY : checkConcurrency(concurrency),
    maxWait: wait === undefined ? undefined : parseDuration(wait, "--max-wait", { above: 0 }),
    json: json === true,
  };
}
