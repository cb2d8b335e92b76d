// deno-lint-ignore-file require-await -- refreshers, as users write them
// Compiled, not run: the types of the installed package, with every strictness, as a user's project sees them.
import {
  type Adapter,
  type AdapterError,
  type CacheEventOf,
  type Clock,
  DiscoveryCache,
  type DiscoveryCacheError,
  type RefreshOutcome,
  type SourceEntry,
  systemClock,
} from "@discoverycache/core";
import { type Model, type ModelList, refreshModels, schema } from "./types_refresh.js";

const clock: Clock = systemClock;
export const code = (error: AdapterError): DiscoveryCacheError["code"] => error.code;
export const size = (adapter: Adapter, path: string): number | undefined => adapter.stat(path)?.size;
export const now: number = clock.now();

const cache = new DiscoveryCache({ root: "/somewhere/of/ones/own" });
const times = { ttl: "24h", refreshDeadline: "10s" } as const;

const models = cache.source({ name: "models", ...times, refresh: refreshModels });
export const first = async (): Promise<string | undefined> => (await models.get({ maxWait: "2s" })).models[0]?.id;
export const entry: Promise<SourceEntry<ModelList>> = models.getEntry({ refresh: "if-stale", maxStale: "7d" });

const validated = cache.source({
  name: "validated",
  ...times,
  schema,
  refresh: async () => JSON.parse("[]") as unknown,
});
export const prices: Promise<readonly number[]> = validated.get().then((all) => all.map(({ price }) => price));
export const put = () => validated.put([{ id: "a", price: "1.5" }]);
// @ts-expect-error: put() takes what the schema takes
export const wrongPut = () => validated.put([{ id: "a", price: 1.5 }]);

const own = cache.source<Model[]>({ name: "own", ...times, freeze: false, refresh: async () => [] });
export const pushed = async () => (await own.get()).push({ id: "a", price: 1 });
const shared = cache.source<Model[]>({ name: "shared", ...times, refresh: async () => [] });
// @ts-expect-error: shared data is readonly
export const wrongPush = async () => (await shared.get()).push({ id: "a", price: 1 });

const pulls = cache.family({
  name: "pulls",
  ...times,
  key: ({ repo, number }: { repo: string; number: number }) => `${repo}#${number}`,
  refresh: async ({ number }, { signal }) => ({ title: `#${number}`, open: !signal.aborted }),
});
export const title: Promise<string> = pulls.get({ repo: "owner/repo", number: 12 }).then(({ title }) => title);

export const all: Promise<RefreshOutcome[]> = cache.refreshAll([models, validated, own], { concurrency: 2 });
export const told = (event: CacheEventOf<"progress">): number | undefined => event.progress.done;
