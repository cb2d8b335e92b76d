/**
 * Which source somebody means.
 *
 * @module
 */

import { DEFAULT_TIER } from "../../source_options.ts";
import type { ListedSource, SourceKey, Store } from "../../store.ts";
import { NoSuchSourceError, UsageError } from "../command_spec.ts";
import { ownLine } from "../own_line.ts";
import { takeInventory } from "./inventory.ts";
import { labelOf } from "./survey.ts";

/** How many names an error tells at the most. */
const TOLD = 3;

/** What may be meant, the surest way to read it first. */
const READINGS: readonly ((text: string, key: SourceKey) => boolean)[] = [
  (text, key) => labelOf(key) === text,
  (text, { tier, name }) => tier === DEFAULT_TIER && name === text,
  (text, { name }) => name === text,
  (text, key) => key.name.startsWith(text) || labelOf(key).startsWith(text),
];

function listed(labels: readonly string[]): string {
  const more = labels.length - TOLD;
  return labels.slice(0, TOLD).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/**
 * The source that is meant: by its whole label, its name, or as much of its beginning as no other has.
 *
 * @param text What was typed.
 * @param sources What there is.
 * @param root What was given as `--root`, if anything was.
 * @throws {UsageError} If several may be meant.
 * @throws {NoSuchSourceError} If there is none.
 */
export function chooseSource<Found extends { readonly key: SourceKey }>(
  text: string,
  sources: readonly Found[],
  root?: string,
): Found {
  for (const reads of READINGS) {
    const [found, ...others] = sources.filter(({ key }) => reads(text, key));
    if (found === undefined) continue;
    if (others.length === 0) return found;
    const labels = [found, ...others].map(({ key }) => labelOf(key)).sort();
    throw new UsageError(`"${text}" may be ${listed(labels)}: say a little more of the name`);
  }
  const near = sources.map(({ key }) => labelOf(key)).filter((label) => text !== "" && label.includes(text)).sort();
  const hint = near.length === 0 ? "" : ` (${listed(near)}?)`;
  throw new NoSuchSourceError(`there is no source "${text}"${hint}: ${ownLine(["ls"], root)} lists what there is`);
}

/**
 * Finds the sources that are meant. What cannot be read of the others does not matter, unless it may be one of them.
 *
 * @param store The store.
 * @param texts What was typed.
 * @param root What was given as `--root`, if anything was.
 * @throws {UsageError} If several may be meant by one of the texts.
 * @throws {NoSuchSourceError} If there is none.
 * @throws Error What the system says if some of the cache cannot be read, and it is not in the rest.
 */
export async function findSources(
  store: Store,
  texts: readonly string[],
  root: string | undefined,
): Promise<ListedSource[]> {
  const { sources, failure } = await takeInventory(store);
  try {
    return texts.map((text) => chooseSource(text, sources, root));
  } catch (error) {
    throw failure !== undefined && error instanceof NoSuchSourceError ? failure.error : error;
  }
}

/** The same for one text. */
export async function findSource(store: Store, text: string, root: string | undefined): Promise<ListedSource> {
  const [found] = await findSources(store, [text], root);
  if (found === undefined) throw new NoSuchSourceError(text);
  return found;
}
