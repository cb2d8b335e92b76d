/**
 * What a source is made of, and whether it can be used.
 *
 * @module
 */

import { type Duration, type DurationBounds, parseDuration } from "./duration.ts";
import { checkName } from "./source_name.ts";
import type { SourceKey } from "./store.ts";

/** The tier of a source that names none. */
export const DEFAULT_TIER = "discovery";

/** The longest that a refresh may take, in milliseconds: a longer promise is not believed by others. */
export const LONGEST_DEADLINE_MS: number = 24 * 60 * 60 * 1_000;

/** The longest TTL, in milliseconds: 50 years. Data that is to be made stale gets a time that lies so far back. */
const LONGEST_TTL_MS = 50 * 365 * 24 * 60 * 60 * 1_000;

/**
 * A slow question: where its answer is kept, and for how long it is good.
 *
 * @example A source for whatever providers a user has
 * ```ts
 * import { DiscoveryCache, MemoryStore, slug, type Source } from "@discoverycache/core";
 *
 * const times = { ttl: "24h", refreshDeadline: "10s" };
 * const modelsOf = (provider: string): Source => ({ tier: "models", name: slug(provider), ...times });
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * await cache.put(modelsOf("https://one.example"), "[]");
 * if (cache.readSync(modelsOf("https://one.example")).state !== "fresh") throw new Error("it was put");
 * if (cache.readSync(modelsOf("https://two.example")).state !== "absent") throw new Error("another provider's");
 * ```
 */
export interface Source {
  /** The tier, a folder for sources of one kind; `"discovery"` if left out. */
  readonly tier?: string | undefined;
  /** The name, unique in its tier. `slug` makes one of anything. */
  readonly name: string;
  /** How long data stays fresh: milliseconds, or a text such as `"24h"`; at most 50 years. With 0 it is stale at once. */
  readonly ttl: Duration;
  /** How long a refresh may take: milliseconds, or a text such as `"10s"`; more than 0, at most 24 hours. */
  readonly refreshDeadline: Duration;
}

/** A source that has been checked. */
export interface CheckedSource {
  /** Which source. */
  readonly key: SourceKey;
  /** It, as messages call it: `tier/name`. */
  readonly label: string;
  /** How long data stays fresh, in milliseconds. */
  readonly ttl: number;
  /** How long a refresh may take, in milliseconds. */
  readonly refreshDeadline: number;
}

/** What a TTL may be. */
export const TTL_BOUNDS: DurationBounds = { max: LONGEST_TTL_MS };

/** What a deadline may be. */
export const DEADLINE_BOUNDS: DurationBounds = { above: 0, max: LONGEST_DEADLINE_MS };

const checked = new WeakMap<object, CheckedSource>();

/**
 * Checks a source. Done once for each object: changing it afterwards has no effect.
 *
 * @param source The source.
 * @throws {InvalidNameError} If its tier or name cannot be used.
 * @throws {InvalidDurationError} If its TTL or its deadline cannot be used.
 */
export function checkSource(source: Source): CheckedSource {
  const known = checked.get(source);
  if (known !== undefined) return known;
  const tier = checkName(source.tier ?? DEFAULT_TIER, "tier");
  const name = checkName(source.name, "name");
  const result: CheckedSource = {
    key: { tier, name },
    label: `${tier}/${name}`,
    ttl: parseDuration(source.ttl, "ttl", TTL_BOUNDS),
    refreshDeadline: parseDuration(source.refreshDeadline, "refreshDeadline", DEADLINE_BOUNDS),
  };
  checked.set(source, result);
  return result;
}
