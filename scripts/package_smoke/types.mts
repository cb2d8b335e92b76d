// deno-lint-ignore-file require-await -- refreshers, as users write them
// The installed package as a strict TypeScript project sees it: checked with every strictness, and run.
import {
  type Adapter,
  type AdapterError,
  type CacheEventOf,
  type Clock,
  DiscoveryCache,
  type DiscoveryCacheError,
  MemoryStore,
  type RefreshOutcome,
  type Source,
  type SourceEntry,
  systemClock,
} from "@discoverycache/core";
import { type Presets, presets, type PresetTimes } from "@discoverycache/core/presets";
import { type Model, type ModelList, refreshModels, schema } from "./types_refresh.mts";

const clock: Clock = systemClock;
export const code = (error: AdapterError): DiscoveryCacheError["code"] => error.code;
export const size = (adapter: Adapter, path: string): number | undefined => adapter.stat(path)?.size;
export const now: number = clock.now();
export const source = (spread: PresetTimes): Source => ({ name: "a", ...spread });
export const told = (event: CacheEventOf<"progress">): number | undefined => event.progress.done;

function assertSame(found: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${one} is not ${other}`);
}

const cache = new DiscoveryCache({ store: new MemoryStore() });
const proven: Presets = presets("SMOKE");
const times = proven.discoveryRemote;

const models = cache.source({ name: "models", ...times, refresh: refreshModels });
const first: string | undefined = (await models.get({ maxWait: "1h" })).models[0]?.id;
assertSame(first, "a");
const entry: SourceEntry<ModelList> = await models.getEntry({ refresh: "force", maxStale: "7d" });
assertSame([entry.origin, entry.data.tag], ["refreshed", '"1"']);

const validated = cache.source({
  name: "validated",
  ...times,
  schema,
  refresh: async () => JSON.parse('[{ "id": "a", "price": "2" }]') as unknown,
});
const prices: readonly number[] = (await validated.get()).map(({ price }) => price);
assertSame(prices, [2]);
await validated.put([{ id: "a", price: "1.5" }]);
assertSame(validated.readSync().data, [{ id: "a", price: 1.5 }]);
// @ts-expect-error: put() takes what the schema takes
export const wrongPut = () => validated.put([{ id: "a", price: 1.5 }]);

const own = cache.source<Model[]>({ name: "own", ...times, freeze: false, refresh: async () => [] });
(await own.get()).push({ id: "a", price: 1 });
const shared = cache.source<Model[]>({ name: "shared", ...times, refresh: async () => [] });
// @ts-expect-error: shared data is readonly
export const wrongPush = async () => (await shared.get()).push({ id: "a", price: 1 });

const pulls = cache.family({
  name: "pulls",
  ...times,
  key: ({ repo, number }: { repo: string; number: number }) => `${repo}#${number}`,
  refresh: async ({ number }, { signal }) => ({ title: `#${number}`, open: !signal.aborted }),
});
const { title }: { readonly title: string } = await pulls.get({ repo: "owner/repo", number: 12 });
assertSame(title, "#12");

const all: RefreshOutcome[] = await cache.refreshAll([models, validated, own], { concurrency: 2 });
assertSame(all.map(({ kind }) => kind), ["refreshed", "refreshed", "refreshed"]);
