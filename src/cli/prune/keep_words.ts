/**
 * What `--keep` names: a judgement of words and of sources' names.
 *
 * @module
 */

import { DEFAULT_TIER } from "../../source_options.ts";
import type { SourceKey } from "../../store.ts";
import { UsageError } from "../command_spec.ts";
import { globPattern, isGlob } from "../sources/glob.ts";

/** A `--keep`, read. */
export interface KeepWord {
  /** As it was typed. */
  readonly word: string;
  /** Whether it names a source. */
  matches(key: SourceKey): boolean;
  /** Whether it names every source there can be: one that finds nothing is no mistake then. */
  readonly everything: boolean;
}

/** Which tier and which name a word stands for. What has neither a tier nor a `*` is of the default tier. */
function partsOf(word: string): readonly [tier: string, name: string] {
  const slash = word.indexOf("/");
  if (slash < 0) return [isGlob(word) ? "*" : DEFAULT_TIER, word];
  const name = word.slice(slash + 1);
  return [word.slice(0, slash), name === "" ? "*" : name];
}

/**
 * Reads a `--keep`: `tier/name`, `name` (of the default tier), `tier/` (all of a tier), or one with `*` in it, which stands
 * for anything within a tier or a name; without a tier that is looked for in all of them.
 */
export function readKeepWord(word: string): KeepWord {
  const parts = partsOf(word);
  const [tier, name] = parts.map(globPattern);
  return {
    word,
    matches: (key) => tier?.test(key.tier) === true && name?.test(key.name) === true,
    everything: parts.every((part) => /^\*+$/.test(part)),
  };
}

/**
 * Refuses a `--keep` that names nothing: what it was to keep would be removed.
 *
 * @throws {UsageError} If there is one.
 */
export function checkKeepWords(words: readonly KeepWord[], sources: readonly SourceKey[]): void {
  const lost = words.filter((word) => !word.everything && !sources.some((key) => word.matches(key)));
  if (lost.length === 0) return;
  const named = lost.map(({ word }) => JSON.stringify(word)).join(", ");
  throw new UsageError(
    `--keep ${named} names no source, so nothing was removed: discoverycache ls lists what there is`,
  );
}
