/**
 * The heartbeat of a long-running program: sources are refreshed as soon as they become stale.
 *
 * @module
 */

import type { Engine } from "../engine.ts";
import { RefreshFailedError } from "../errors.ts";
import { follow } from "../until_aborted.ts";
import type { TypedSource } from "./typed_source.ts";

/** The shortest pause between two looks at a source, in milliseconds: also where its TTL is 0. */
const SHORTEST_PAUSE_MS = 1_000;

/**
 * The longest pause, in milliseconds. A look costs microseconds; it notices what others have expired meanwhile, and that
 * the machine slept.
 */
const LONGEST_PAUSE_MS = 60_000;

/** The pause after something that no refresh can help, in milliseconds: a disk that refuses, for example. */
const ERROR_PAUSE_MS = 10_000;

/**
 * Options of `cache.keepFresh`.
 *
 * @example Until the work is done
 * ```ts
 * import { DiscoveryCache, type KeepFreshOptions, MemoryStore } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const load = cache.source({ name: "load", ttl: "5s", refreshDeadline: "1s", refresh: async () => 0.5 });
 * const work = new AbortController();
 * cache.on("refreshed", () => work.abort()); // in a program: when the last window is closed, for example
 * const options: KeepFreshOptions = { signal: work.signal };
 * await cache.keepFresh([load], options);
 * if ((await load.read()).data !== 0.5) throw new Error("it ended before there was anything");
 * ```
 */
export interface KeepFreshOptions {
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** A source as it is kept fresh. */
type AnySource = Pick<TypedSource<unknown>, "tier" | "name" | "ttl" | "refreshIfStale" | "state">;

/** Refreshes a source if it is stale, and says when to look again, milliseconds since the epoch. */
async function look({ clock }: Engine, source: AnySource, signal: AbortSignal): Promise<number> {
  try {
    const { state, capturedAt } = await source.refreshIfStale({ signal });
    if (state === "fresh") return capturedAt + source.ttl;
  } catch (error) {
    if (!(error instanceof RefreshFailedError)) throw error;
    return error.retryAt;
  }
  const going = await source.state();
  return going.kind === "cooling-down" ? going.retryAt : clock.now();
}

async function keepOneFresh(engine: Engine, source: AnySource, waiting: AbortSignal, over: AbortSignal): Promise<void> {
  const { clock, lifetime: { keepAlive } } = engine;
  while (!over.aborted) {
    let pause: number;
    try {
      const next = await look(engine, source, waiting) - clock.now();
      pause = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, next));
    } catch (error) {
      if (over.aborted) return;
      engine.emit({ kind: "error", source: { tier: source.tier, name: source.name }, error });
      pause = ERROR_PAUSE_MS;
    }
    await clock.sleep(pause, { signal: over, keepAlive }).catch(() => {});
  }
}

/**
 * Keeps sources fresh.
 *
 * @param engine What they run on.
 * @param sources The sources.
 * @param options A signal that ends it.
 * @returns Resolves when it has ended, since the signal was aborted or the cache closed. Never rejects.
 */
export async function keepFresh(
  engine: Engine,
  sources: readonly AnySource[],
  { signal }: KeepFreshOptions,
): Promise<void> {
  // Closing lets a refresh that goes on come to its end; the signal does not wait for it.
  const waiting = new AbortController();
  const over = new AbortController();
  const unfollow = [
    follow(waiting, signal),
    follow(over, signal),
    follow(over, engine.lifetime.closing),
  ];
  await Promise.all(sources.map((source) => keepOneFresh(engine, source, waiting.signal, over.signal)));
  for (const stop of unfollow) stop();
}
