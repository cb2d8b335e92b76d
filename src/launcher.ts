/**
 * The contract of what starts a refresh in a process of its own.
 *
 * @module
 */

import type { BackoffOptions } from "./backoff.ts";
import type { CheckedSource } from "./source_options.ts";
import type { Claim } from "./store.ts";

/** What refreshes a source in a process of its own. */
export interface DetachedRefresh {
  /** The module whose default export is the refresher. */
  readonly module: URL;
  /** What the process may do on Deno, as on its command line; `undefined` if that was not said. */
  readonly permissions: readonly string[] | undefined;
  /** Whether the module has to export the data's codec. */
  readonly codec: boolean;
  /** Whether the module has to export the data's schema. */
  readonly schema: boolean;
  /** Whether the refresher is given the data from before frozen. */
  readonly freeze: boolean;
  /** What the refresher is given besides its context: the key of a family's source. Only what JSON can hold is handed over. */
  readonly given: readonly unknown[];
}

/** A refresh that is to be handed over. */
export interface LaunchRequest extends DetachedRefresh {
  /** What is refreshed. */
  readonly source: CheckedSource;
  /** The right to do so, which the new process takes over. */
  readonly claim: Claim;
  /** How long a failed source is left alone. */
  readonly backoff: BackoffOptions;
}

/** What came of it. */
export type Launched =
  | { readonly kind: "launched"; readonly pid: number }
  | { readonly kind: "not-launched"; readonly reason: string };

/** Starts refreshes in processes of their own. */
export interface Launcher {
  /** Starts one, in this turn of the event loop. Never throws. */
  launch(request: LaunchRequest): Launched;
}

/** A launcher that starts nothing, and why. */
export function noLauncher(reason: string): Launcher {
  return { launch: () => ({ kind: "not-launched", reason }) };
}
