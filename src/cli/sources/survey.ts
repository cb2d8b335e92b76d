/**
 * What is in a cache: every source, what is known of how it was obtained, and how it stands with it.
 *
 * @module
 */

import { listingOf, type SourceListing } from "../../listing.ts";
import type { ListedSource, SourceKey, Store } from "../../store.ts";
import type { Recipe } from "../record/recipe.ts";
import { recordedTier } from "../record/record_tiers.ts";
import { SourceRecord } from "../record/records.ts";

/** A source, and how it was obtained. */
export interface Surveyed extends SourceListing {
  /** How its data was obtained; `undefined` if it was not by `run`. */
  readonly recipe: Recipe | undefined;
}

/** A source as people name it. */
export function labelOf({ tier, name }: SourceKey): string {
  return `${tier}/${name}`;
}

/**
 * A source, and what is known of it besides.
 *
 * @param store The store.
 * @param listed What is there.
 * @param ttl How long data stays fresh, in milliseconds, where nothing is recorded; `undefined` if that is not known.
 */
export async function surveyOne(store: Store, listed: ListedSource, ttl?: number): Promise<Surveyed> {
  const recipe = await new SourceRecord(store, listed.key).recipe();
  return { ...listingOf(listed, Date.now(), recipe?.ttl ?? ttl), recipe };
}

/**
 * Every source, in no order, without the command's own records. What cannot be read, be it of the records, does not keep
 * the rest from coming up: its error is thrown after the last of them, the first if there are several.
 *
 * @param store The store.
 * @param ttl How long data stays fresh, in milliseconds, where nothing is recorded; `undefined` if that is not known.
 */
export async function* survey(store: Store, ttl?: number): AsyncGenerator<Surveyed> {
  let failure: { readonly error: unknown } | undefined;
  for await (const listed of store.list()) {
    if (recordedTier(listed.key.tier) !== undefined) continue;
    try {
      yield await surveyOne(store, listed, ttl);
    } catch (error) {
      failure ??= { error };
      yield { ...listingOf(listed, Date.now(), ttl), recipe: undefined };
    }
  }
  if (failure !== undefined) throw failure.error;
}
