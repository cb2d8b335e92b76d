/**
 * What there is, as far as it can be read.
 *
 * @module
 */

import type { ListedSource, Store } from "../../store.ts";
import { recordedTier } from "../record/record_tiers.ts";

/** What there is. */
export interface Inventory {
  /** The sources, without the command's own records. */
  readonly sources: readonly ListedSource[];
  /** Why these are not all of them, if something cannot be read. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** Looks. */
export async function takeInventory(store: Store): Promise<Inventory> {
  const sources: ListedSource[] = [];
  try {
    for await (const source of store.list()) if (recordedTier(source.key.tier) === undefined) sources.push(source);
    return { sources, failure: undefined };
  } catch (error) {
    return { sources, failure: { error } };
  }
}
