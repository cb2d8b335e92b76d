/**
 * Pruning for the command: the sources first, then the command's own records of those that are gone.
 *
 * @module
 */

import { keepOnly } from "../../pruning.ts";
import type { ListedSource, PruneReport, SourceKey, Store } from "../../store.ts";
import { COMMAND_ENDING, recordedTier, STDERR_ENDING } from "../record/record_tiers.ts";
import { type Inventory, takeInventory } from "../sources/inventory.ts";
import { labelOf } from "../sources/survey.ts";
import { checkKeepWords, type KeepWord } from "./keep_words.ts";
import { isOrphan, recordedSource } from "./orphans.ts";
import type { KeepReason, Pruned, Refresher, RemovedSource } from "./pruned.ts";

/** What is to be pruned. */
export interface PruneOrder {
  /** What stays. */
  readonly keep: readonly KeepWord[];
  /** The age in milliseconds up to which everything stays; `undefined` if age is no reason to. */
  readonly olderThan: number | undefined;
  /** The tiers to look at; every tier if `undefined`. */
  readonly tiers: readonly string[] | undefined;
  /** Whether to touch nothing. */
  readonly dryRun: boolean;
}

/** Looks, before anything is removed, whether every `--keep` finds what it is to keep. */
async function look(store: Store, keep: readonly KeepWord[]): Promise<Inventory> {
  const found = await takeInventory(store);
  try {
    checkKeepWords(keep, found.sources.map(({ key }) => key));
  } catch (error) {
    // It may be among what could not be listed.
    throw found.failure === undefined ? error : found.failure.error;
  }
  return found;
}

/** What is known of a source when it was judged last, and why it stays. */
interface Verdict {
  readonly source: ListedSource;
  readonly reason: KeepReason | undefined;
}

/** Judges each source, and remembers why. */
class Judge {
  readonly verdicts: Map<string, Verdict> = new Map();
  readonly #order: PruneOrder;
  readonly #isYoung: (source: ListedSource) => boolean;

  constructor(order: PruneOrder, now: number) {
    this.#order = order;
    this.#isYoung = keepOnly([], order.olderThan, now);
  }

  /** The command's own records are no sources of their own: none goes by itself. */
  readonly keep = (source: ListedSource): boolean => {
    if (recordedTier(source.key.tier) !== undefined) return true;
    const reason = this.#reason(source);
    this.verdicts.set(labelOf(source.key), { source, reason });
    return reason !== undefined;
  };

  #reason(source: ListedSource): KeepReason | undefined {
    const named = this.#order.keep.find((word) => word.matches(source.key));
    if (named !== undefined) return { kind: "named", by: named.word };
    if (!this.#isYoung(source)) return undefined;
    const { capturedAt, state } = source;
    return { kind: "younger", changedAt: capturedAt ?? ("startedAt" in state ? state.startedAt : undefined) };
  }
}

async function refresherOf(store: Store, key: SourceKey, found: ListedSource | undefined) {
  const state = found?.state.kind === "refreshing" ? found.state : await store.state(key);
  const by: Refresher | undefined = state.kind === "refreshing"
    ? { pid: state.owner.pid, since: state.startedAt }
    : undefined;
  return { key, by };
}

/** The second pass: records whose source went in the first, or was gone before. */
async function pruneRecords(
  store: Store,
  { tiers, dryRun }: PruneOrder,
  there: ReadonlySet<string>,
  removed: ReadonlySet<string>,
  now: number,
): Promise<PruneReport> {
  const keep = (record: ListedSource): boolean => {
    const source = recordedSource(record.key);
    if (source === undefined) return true;
    const label = labelOf(source);
    // Whoever asked again since then has written down anew what he ran.
    if (removed.has(label)) {
      return (record.capturedAt ?? 0) > now || (!dryRun && store.readSync?.(source) !== undefined);
    }
    return there.has(label) || !isOrphan(record, now) || store.readSync?.(source) !== undefined;
  };
  const beside = tiers?.flatMap((tier) => [tier + COMMAND_ENDING, tier + STDERR_ENDING]);
  return await store.prune({ keep, tiers: beside, dryRun });
}

/** What two passes tell, each thing once. */
function both<T>(one: readonly T[], other: readonly T[], name: (thing: T) => string): T[] {
  return [...new Map([...one, ...other].map((thing) => [name(thing), thing])).values()];
}

/**
 * Prunes a cache.
 *
 * @param store The store.
 * @param order What is to be pruned.
 * @param now The time, milliseconds since the epoch.
 * @throws {UsageError} If a `--keep` names nothing. Nothing is removed then.
 */
export async function pruneCache(store: Store, order: PruneOrder, now: number): Promise<Pruned> {
  const { tiers, dryRun } = order;
  const before = await look(store, order.keep);
  const judge = new Judge(order, now);
  const first = await store.prune({ keep: judge.keep, tiers, dryRun });

  const removed = new Set(first.removed.map(labelOf));
  // Of what could not be listed nobody knows whether it is there: then no record is an orphan.
  const there = new Set([...before.sources.map(({ key }) => labelOf(key)), ...judge.verdicts.keys()]);
  const partial = before.failure !== undefined || first.failed.length > 0;
  const isThere = partial ? { has: () => true } : there;
  const second = await pruneRecords(store, order, isThere as ReadonlySet<string>, removed, now);

  const reasons = new Map<string, { readonly key: SourceKey; readonly reason: KeepReason }>();
  for (const { key } of before.sources) {
    if (tiers?.includes(key.tier) === false) reasons.set(labelOf(key), { key, reason: { kind: "other-tier" } });
  }
  for (const [label, { source: { key }, reason }] of judge.verdicts) {
    if (reason !== undefined && !removed.has(label)) reasons.set(label, { key, reason });
  }
  const wasThere = (key: SourceKey): RemovedSource => {
    const { size, capturedAt } = judge.verdicts.get(labelOf(key))?.source ?? { size: undefined, capturedAt: undefined };
    return { key, size, capturedAt };
  };
  const refreshing = first.refreshing.map((key) => refresherOf(store, key, judge.verdicts.get(labelOf(key))?.source));
  const wentAlong = (record: SourceKey) => removed.has(labelOf(recordedSource(record) ?? record));
  return {
    dryRun,
    removed: first.removed.map(wasThere),
    kept: [...reasons.values()],
    refreshing: await Promise.all(refreshing),
    records: second.removed.filter(wentAlong),
    orphans: second.removed.filter((record) => !wentAlong(record)),
    litter: both(first.litter, second.litter, (path) => path),
    failed: both(first.failed, second.failed, ({ what }) => what),
  };
}
