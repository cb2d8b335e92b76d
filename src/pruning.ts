/**
 * Which sources stay: a judgement of what is named, and of age.
 *
 * @module
 */

import { checkName } from "./source_name.ts";
import { DEFAULT_TIER } from "./source_options.ts";
import type { ListedSource } from "./store.ts";

/** When a source last changed; long ago, if it has neither data nor a record with a time. */
function lastChange({ capturedAt, state }: ListedSource): number {
  return capturedAt ?? (state.kind === "idle" ? -Infinity : state.startedAt);
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
  active: readonly { readonly tier?: string | undefined; readonly name: string }[],
  olderThan: number | undefined,
  now: number,
): (source: ListedSource) => boolean {
  const kept = new Set(
    active.map(({ tier, name }) => `${checkName(tier ?? DEFAULT_TIER, "tier")}/${checkName(name, "name")}`),
  );
  return (source) => {
    if (kept.has(`${source.key.tier}/${source.key.name}`)) return true;
    return olderThan !== undefined && now - lastChange(source) <= olderThan;
  };
}
