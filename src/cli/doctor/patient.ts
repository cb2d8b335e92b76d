/**
 * What is examined, and with what.
 *
 * @module
 */

import type { Adapter } from "../../adapter.ts";
import type { Party } from "../../file_store/party.ts";
import type { ListedSource, Store } from "../../store.ts";
import { ownLine } from "../own_line.ts";

/** A cache that is examined. */
export interface Patient {
  /** The cache's folder, as it was given. */
  readonly root: string;
  /** The runtime's files and processes. */
  readonly adapter: Adapter;
  /** This process, as the protocol sees it. */
  readonly party: Party;
  /** The store on that folder. */
  readonly store: Store;
  /** A command line of ours on this cache. */
  readonly ours: (...words: readonly string[]) => string;
}

/**
 * Makes command lines of ours.
 *
 * @param root What `--root` says; `undefined` if it is left out.
 */
export function commandsFor(root: string | undefined): Patient["ours"] {
  return (...words) => ownLine(words, root);
}

/** A source, and whether the command knows how to refresh it. */
export interface KnownSource extends ListedSource {
  /** Whether `run` has written down how. */
  readonly runnable: boolean;
}
