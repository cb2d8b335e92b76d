import { assert, assertEquals } from "@std/assert";
import type { ListedSource, PruneRequest, SourceKey, Store } from "../../../src/store.ts";
import { type AddClause, assertData, assertTime, collect, encode, failOnce, HOUR, KEY, OVERDUE } from "./bench.ts";
import { request, seed, snapshot, stateOf, take } from "./bench.ts";

const OTHER: SourceKey = { tier: KEY.tier, name: "others" };
const RUNTIME: SourceKey = { tier: "runtime", name: "signals" };

function nameOf(source: { readonly key: SourceKey }): string {
  return `${source.key.tier}/${source.key.name}`;
}

function namesOf(keys: readonly SourceKey[]): string[] {
  return keys.map((key) => nameOf({ key })).sort();
}

async function listed(store: Store): Promise<Map<string, ListedSource>> {
  const all = await collect(store.list());
  const byName = new Map(all.map((source) => [nameOf(source), source]));
  assertEquals(byName.size, all.length, "a source is listed twice");
  return byName;
}

/** What is listed. */
export function listClauses(clause: AddClause): void {
  clause("list() has nothing when there is nothing", async ({ store }) => {
    assertEquals(await collect(store.list()), []);
  });

  clause("list() has every source of every tier, with size, time and state", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now() - 1_000);
    await seed(store, "signal", clock.now() - HOUR, RUNTIME);
    await take(store, {}, RUNTIME);
    const sources = await listed(other);
    assertEquals([...sources.keys()].sort(), namesOf([KEY, RUNTIME]));
    const [models, signals] = [sources.get("discovery/models"), sources.get("runtime/signals")];
    assertEquals([models?.size, signals?.size], [6, 6]);
    assertTime(models?.capturedAt, clock.now() - 1_000, "capturedAt");
    assertTime(signals?.capturedAt, clock.now() - HOUR, "capturedAt");
    assertEquals(models?.state, await store.state(KEY));
    assertEquals(signals?.state, await store.state(RUNTIME));
    assertEquals(signals?.state.kind, "refreshing");
  });

  clause("list() has a source that has only ever failed", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + HOUR);
    const source = (await listed(other)).get("discovery/models");
    assert(source, "it is not listed");
    assertEquals([source.size, source.capturedAt, source.state.kind], [undefined, undefined, "cooling-down"]);
    await clock.advance(HOUR);
    assertEquals((await listed(other)).get("discovery/models")?.state.kind, "idle");
  });

  clause("list() has a source that is being refreshed for the first time, or was abandoned", async (bench) => {
    const { store, other, clock } = bench;
    await take(store);
    assertEquals((await listed(other)).get("discovery/models")?.state.kind, "refreshing");
    await clock.advance(OVERDUE);
    const source = (await listed(other)).get("discovery/models");
    assertEquals([source?.size, source?.capturedAt, source?.state.kind], [undefined, undefined, "abandoned"]);
  });

  clause("list() has a hundred sources, each once", async ({ store, other, clock }) => {
    const keys = Array.from({ length: 100 }, (_, index) => ({ tier: `tier-${index % 7}`, name: `source-${index}` }));
    for (const key of keys) await store.put(key, encode(key.name), clock.now());
    assertEquals([...(await listed(other)).keys()].sort(), namesOf(keys));
  });

  clause("list() can be left early, and read again", async ({ store, clock }) => {
    for (const key of [KEY, OTHER, RUNTIME]) await seed(store, key.name, clock.now(), key);
    let seen = 0;
    for await (const _source of store.list()) {
      seen += 1;
      break;
    }
    assertEquals(seen, 1);
    assertEquals((await listed(store)).size, 3);
  });

  clause("list() comes to an end although its reader removes and puts what it is given", async ({ store, clock }) => {
    for (const key of [KEY, OTHER, RUNTIME]) await seed(store, key.name, clock.now(), key);
    let seen = 0;
    for await (const { key } of store.list()) {
      seen += 1;
      assert(seen < 100, "it never ends");
      await store.remove(key);
      await store.put(key, encode(key.name), clock.now());
    }
    assertEquals((await listed(store)).size, 3);
  });
}

/** What is pruned. */
export function pruneClauses(clause: AddClause): void {
  clause("prune() removes what is not kept, and reports it", async ({ store, other, clock }) => {
    for (const key of [KEY, OTHER, RUNTIME]) await seed(store, key.name, clock.now(), key);
    const report = await other.prune({ keep: ({ key }) => key.name === KEY.name });
    assertEquals(namesOf(report.removed), namesOf([OTHER, RUNTIME]));
    assertEquals([report.refreshing, report.kept, report.litter, report.failed], [[], 1, [], []]);
    assertEquals([...(await listed(store)).keys()], namesOf([KEY]));
    assertEquals(await store.read(OTHER), undefined);
    await assertData(store, KEY.name, clock.now());
  });

  clause("prune() keeps everything when all is kept, and finds no litter after everyday work", async (bench) => {
    const { store, other, clock } = bench;
    await seed(store, "models", clock.now());
    await store.release(await take(store));
    const lost = await take(store);
    await other.put(KEY, encode("put"), clock.now());
    await store.commit(lost, encode("late"), clock.now());
    await failOnce(other, clock.now() + HOUR);
    await take(store, {}, OTHER);
    await clock.advance(20_000);
    const before = [await snapshot(store), await snapshot(store, OTHER)];
    const report = await store.prune({ keep: () => true });
    assertEquals(report, { removed: [], refreshing: [], kept: 2, litter: [], failed: [] });
    assertEquals([await snapshot(store), await snapshot(store, OTHER)], before);
  });

  clause("prune() shows keep what list() shows", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now() - 1_000);
    await failOnce(store, clock.now() + 1_000);
    await take(store, {}, OTHER);
    await clock.advance(OVERDUE);
    const shown: ListedSource[] = [];
    await other.prune({
      keep: (source) => {
        shown.push(source);
        return true;
      },
    });
    const byName = (one: ListedSource, two: ListedSource) => nameOf(one) < nameOf(two) ? -1 : 1;
    assertEquals(shown.sort(byName), (await collect(store.list())).sort(byName));
  });

  clause("prune() asks again before it removes, and heeds the answer", async ({ store, other, clock }) => {
    for (const key of [KEY, OTHER]) await seed(store, key.name, clock.now(), key);
    const asked = new Map<string, number>();
    const keep: PruneRequest["keep"] = (source) => {
      const times = (asked.get(source.key.name) ?? 0) + 1;
      asked.set(source.key.name, times);
      assertEquals(source.size, source.key.name.length);
      return source.key.name === KEY.name && times > 1;
    };
    const report = await other.prune({ keep });
    assertEquals([namesOf(report.removed), report.kept], [namesOf([OTHER]), 1]);
    assert((asked.get(KEY.name) ?? 0) >= 2, "asked but once");
    await assertData(store, KEY.name, clock.now());
  });

  clause("prune() never removes what is being refreshed, and reports it", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now());
    const claim = await take(store);
    const report = await other.prune({ keep: () => false });
    assertEquals([report.removed, namesOf(report.refreshing), report.kept], [[], namesOf([KEY]), 0]);
    await assertData(store, "models", clock.now());
    assertEquals(await store.commit(claim, encode("new"), clock.now()), "committed");
  });

  clause("prune() never removes what is past its deadline but not overdue", async ({ store, other, clock }) => {
    await take(store);
    await clock.advance(OVERDUE - 2);
    assertEquals(namesOf((await other.prune({ keep: () => false })).refreshing), namesOf([KEY]));
    await stateOf(store, "refreshing");
  });

  clause("prune() removes what was abandoned, and what only failed", async ({ store, other, clock }) => {
    await take(store, {}, OTHER);
    await clock.advance(OVERDUE);
    await failOnce(store, clock.now() + HOUR);
    const report = await other.prune({ keep: () => false });
    assertEquals(namesOf(report.removed), namesOf([KEY, OTHER]));
    assertEquals(await collect(store.list()), []);
    assertEquals(await store.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("prune() with dryRun removes nothing, and reports what it would", async ({ store, other, clock }) => {
    for (const key of [KEY, OTHER, RUNTIME]) await seed(store, key.name, clock.now(), key);
    await take(store, {}, OTHER);
    const report = await other.prune({ keep: ({ key }) => key.name === RUNTIME.name, dryRun: true });
    assertEquals([namesOf(report.removed), namesOf(report.refreshing), report.kept], [
      namesOf([KEY]),
      namesOf([OTHER]),
      1,
    ]);
    await assertData(store, KEY.name, clock.now());
  });

  clause("prune() looks at the named tiers only, and at none when none is named", async ({ store, other, clock }) => {
    for (const key of [KEY, OTHER, RUNTIME]) await seed(store, key.name, clock.now(), key);
    const none = await other.prune({ keep: () => false, tiers: [] });
    assertEquals([none.removed, none.kept], [[], 0]);
    const report = await other.prune({ keep: () => false, tiers: [RUNTIME.tier, "no-such-tier"] });
    assertEquals([namesOf(report.removed), report.kept], [namesOf([RUNTIME]), 0]);
    assertEquals([...(await listed(store)).keys()].sort(), namesOf([KEY, OTHER]));
  });

  clause("prune() of a source leaves it as if it had never been", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now());
    await failOnce(store, clock.now() + HOUR);
    await other.prune({ keep: () => false });
    assertEquals(await store.remove(KEY), false);
    assertEquals((await take(store)).attempts, 0);
  });
}

/** What `keep` itself may do. */
export function pruneRaceClauses(clause: AddClause): void {
  clause("prune() does not remove what was claimed after keep was first asked", async ({ store, other, clock }) => {
    assert(store.tryClaim, "tryClaim is missing");
    const tryClaim = store.tryClaim.bind(store);
    await seed(store, "models", clock.now());
    const answers: string[] = [];
    const report = await other.prune({
      keep: ({ key }) => {
        if (answers.length === 0) answers.push(tryClaim(key, request()).kind);
        return false;
      },
    });
    assertEquals(answers, ["claimed"]);
    assertEquals([report.removed, namesOf(report.refreshing)], [[], namesOf([KEY])]);
    await assertData(store, "models", clock.now());
  });
}
