/**
 * Which sources stay: a judgement of what is named, and of age; and the removal of the others.
 *
 * @module
 */

import type { PruneOptions } from "./cache_options.ts";
import { parseDuration } from "./duration.ts";
import type { Engine } from "./engine.ts";
import { InvalidOptionError } from "./errors.ts";
import { checkName } from "./source_name.ts";
import { DEFAULT_TIER, type Source } from "./source_options.ts";
import type { ListedSource, PruneReport } from "./store.ts";

/** When a source last changed; long ago, if it has neither data nor a record with a time. */
function lastChange({ capturedAt, state }: Pick<ListedSource, "capturedAt" | "state">): number {
  return capturedAt ?? (state.kind === "idle" ? -Infinity : state.startedAt);
}

/**
 * What stays: a source, or all sources of a family, whose tier it is.
 *
 * @example What a program still uses: one source, and all of a family
 * ```ts
 * import { DiscoveryCache, type KeptSource, MemoryStore } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const times = { ttl: "24h", refreshDeadline: "10s" };
 * for (const name of ["openrouter", "closed-down"]) await cache.put({ name, ...times }, "[]");
 * for (const name of ["1", "2"]) await cache.put({ tier: "pulls", name, ...times }, "{}");
 *
 * const used: KeptSource[] = [{ name: "openrouter" }, { tier: "pulls" }];
 * const { removed } = await cache.prune(used);
 * if (removed.map(({ name }) => name).join() !== "closed-down") throw new Error("that one is used no more");
 * ```
 */
export type KeptSource = Pick<Source, "tier" | "name"> | { readonly tier: string };

function pathOf(kept: KeptSource): string {
  const tier = checkName(kept.tier ?? DEFAULT_TIER, "tier");
  return "name" in kept ? `${tier}/${checkName(kept.name, "name")}` : tier;
}

/**
 * Says of each source whether it stays.
 *
 * @param active The sources that stay.
 * @param olderThan The age in milliseconds up to which all others stay, too; `undefined` if age is no reason to.
 * @param now The time, milliseconds since the epoch.
 * @throws {InvalidNameError} If one that should stay has a tier or name that cannot be used.
 */
export function keepOnly(
  active: readonly KeptSource[],
  olderThan: number | undefined,
  now: number,
): (source: ListedSource) => boolean {
  const kept = new Set(active.map(pathOf));
  return ({ key: { tier, name }, ...source }) => {
    if (kept.has(tier) || kept.has(`${tier}/${name}`)) return true;
    return olderThan !== undefined && now - lastChange(source) <= olderThan;
  };
}

/**
 * Removes what is not named, and what crashed programs have left behind.
 *
 * @param engine What it runs on.
 * @param active The sources that stay.
 * @param options `all` to allow an empty list; an age, tiers, or only a report.
 * @throws {InvalidOptionError} If the list is empty and `all` is not set.
 */
export async function pruneSources(
  engine: Engine,
  active: readonly KeptSource[],
  { tiers, dryRun, olderThan, all }: PruneOptions,
): Promise<PruneReport> {
  if (active.length === 0 && all !== true) {
    const expected = "the sources to keep, or { all: true } to keep none";
    throw new InvalidOptionError({ what: "active", value: active, expected });
  }
  const { store, clock } = engine;
  const age = olderThan === undefined ? undefined : parseDuration(olderThan, "olderThan");
  const report = await store.prune({ keep: keepOnly(active, age, clock.now()), tiers, dryRun });
  if (dryRun !== true) { for (const source of report.removed) engine.emit({ kind: "pruned", source }); }
  return report;
}
