/**
 * Makes typed sources of their definitions.
 *
 * @module
 */

import { Decoder } from "../data/decoder.ts";
import type { Engine } from "../engine.ts";
import type { RefreshContext } from "../refresher.ts";
import { loadRefresher } from "../refresher_module.ts";
import { checkSource } from "../source_options.ts";
import { type AnyDefinition, checkRefresh, dataKindOf, detachedRefreshOf, versionedName } from "./definition.ts";
import { CachedSource } from "./cached_source.ts";

/** Calls a refresher, whichever way it is given: what belongs before its context, and the context. */
export type CallRefresher = (...given: readonly unknown[]) => unknown;

/** What calls the refresher of a definition. */
export function callerOf({ refresh }: AnyDefinition): CallRefresher {
  checkRefresh(refresh);
  if (typeof refresh === "function") return refresh as CallRefresher;
  const { href } = refresh;
  return async (...given) => await (await loadRefresher(href))(...given);
}

/**
 * Makes a typed source.
 *
 * @param engine What it runs on.
 * @param definition Its definition.
 * @throws {InvalidNameError} If its tier or name cannot be used.
 * @throws {InvalidDurationError} If its TTL or its deadline cannot be used.
 * @throws {InvalidOptionError} If something else cannot be used.
 */
export function makeSource<T, Input>(engine: Engine, definition: AnyDefinition): CachedSource<T, Input> {
  const { version, ...rest } = definition;
  const source = checkSource({ ...rest, name: versionedName(definition.name, version) });
  const kind = dataKindOf<T>(definition);
  const call = callerOf(definition);
  return new CachedSource<T, Input>(engine, {
    source,
    codec: kind.codec,
    decoder: new Decoder<T>(source.label, kind),
    call: (context: RefreshContext<T>) => call(context),
    detached: detachedRefreshOf(definition),
  });
}
