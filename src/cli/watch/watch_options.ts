/**
 * The options of `watch`.
 *
 * @module
 */

import { parseDuration } from "../../duration.ts";
import { checkName } from "../../source_name.ts";
import type { SourceKey } from "../../store.ts";
import type { OptionSpecs, Words } from "../command_spec.ts";
import { checkRoot, ROOT_OPTION } from "../common_options.ts";
import { matcherOf } from "../sources/selection.ts";
import { labelOf } from "../sources/survey.ts";

/** The shortest interval, in milliseconds. */
const LEAST_INTERVAL_MS = 100;

/** The options, by their names. */
export const WATCH_OPTIONS = {
  ...ROOT_OPTION,
  "tier": { value: "tier", help: "only this folder; may be given several times", many: true },
  "interval": { value: "duration", help: "how often to look even if nothing was heard of", byDefault: "1s" },
  "json": { help: "print each event as JSON, one line each" },
} as const satisfies OptionSpecs;

/** What stands on the command line, before anything of it is checked. */
export type WatchWords = Words<typeof WATCH_OPTIONS>;

/** What is to be done, checked. */
export interface WatchRequest {
  /** The cache's folder, an absolute path. */
  readonly root: string;
  /** Whether a source is looked at. */
  readonly isWanted: (key: SourceKey) => boolean;
  /** How often to look at least, in milliseconds. */
  readonly interval: number;
  /** Whether to print JSON. */
  readonly json: boolean;
}

/** Which sources are meant. */
function wantedBy({ options: { tier = [] }, operands }: WatchWords): (key: SourceKey) => boolean {
  const tiers = tier.map((name) => checkName(name, "--tier"));
  const patterns = operands.map(matcherOf);
  return (key) =>
    (tiers.length === 0 || tiers.includes(key.tier)) &&
    (patterns.length === 0 || patterns.some((matches) => matches(labelOf(key))));
}

/**
 * Checks what stands on the command line.
 *
 * @param words What stands there.
 * @throws {InvalidOptionError} If an option cannot be used.
 * @throws {InvalidNameError} If a tier cannot be used.
 * @throws {InvalidDurationError} If the interval cannot be used.
 */
export function checkWatch(words: WatchWords): WatchRequest {
  const { root, interval = WATCH_OPTIONS.interval.byDefault, json } = words.options;
  return {
    root: checkRoot(root),
    isWanted: wantedBy(words),
    interval: parseDuration(interval, "--interval", { min: LEAST_INTERVAL_MS, max: 2 ** 31 - 1 }),
    json: json === true,
  };
}
