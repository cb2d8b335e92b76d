import { assertEquals, assertRejects } from "@std/assert";
import { InvalidDurationError, InvalidNameError, InvalidOptionError } from "../../../src/errors.ts";
import type { SourceKey, Store } from "../../../src/store.ts";
import {
  type AddClause,
  claimElsewhere,
  failing,
  HeldRefresher,
  refreshFailure,
  seed,
  SOURCE,
  textOf,
} from "../bench.ts";

const HOUR = 3_600_000;

/** `tier/name` of each, sorted. */
function labels(keys: readonly SourceKey[]): string[] {
  return keys.map(({ tier, name }) => `${tier}/${name}`).sort();
}

/** Everything that is there. */
async function everything(store: Store): Promise<string[]> {
  const keys: SourceKey[] = [];
  for await (const { key } of store.list()) keys.push(key);
  return labels(keys);
}

/** Three sources in two tiers: an hour, a minute and no time old. */
async function seedThree(store: Store, now: number): Promise<void> {
  await seed(store, "old", now - HOUR, { tier: "discovery", name: "old" });
  await seed(store, "new", now - 60_000, { tier: "discovery", name: "new" });
  await seed(store, "other", now, { tier: "runtime", name: "old" });
}

/** Pruning. */
export function pruneClauses(clause: AddClause): void {
  clause("prune() removes what is not named, says so, and tells the listeners", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    await seedThree(stranger, clock.now());
    const report = await cache.prune([{ name: "new" }, { tier: "runtime", name: "old" }]);
    assertEquals(report, {
      removed: [{ tier: "discovery", name: "old" }],
      refreshing: [],
      kept: 2,
      litter: [],
      failed: [],
    });
    assertEquals(heard.events, [{ kind: "pruned", source: { tier: "discovery", name: "old" } }]);
    assertEquals(await everything(stranger), ["discovery/new", "runtime/old"]);
  });

  clause("prune() takes sources as they were defined", async ({ cache, stranger, clock }) => {
    await seed(stranger, "one", clock.now());
    assertEquals((await cache.prune([SOURCE])).kept, 1);
    assertEquals(textOf(await cache.read(SOURCE)), "one");
  });

  clause("prune() of nothing named rejects, and removes nothing, without all", async ({ cache, stranger, clock }) => {
    await seedThree(stranger, clock.now());
    await assertRejects(() => cache.prune([]), InvalidOptionError, "{ all: true }");
    await assertRejects(() => cache.prune([], { all: false, olderThan: "1h" }), InvalidOptionError);
    assertEquals((await everything(stranger)).length, 3);
  });

  clause("prune() with all removes everything", async ({ cache, stranger, clock }) => {
    await seedThree(stranger, clock.now());
    const { removed, kept } = await cache.prune([], { all: true });
    assertEquals([labels(removed), kept], [["discovery/new", "discovery/old", "runtime/old"], 0]);
    assertEquals(await everything(stranger), []);
  });

  clause("prune() with olderThan keeps what is younger", async ({ cache, stranger, clock }) => {
    await seedThree(stranger, clock.now());
    const { removed, kept } = await cache.prune([], { all: true, olderThan: "30m" });
    assertEquals([labels(removed), kept], [["discovery/old"], 2]);
    assertEquals((await cache.prune([], { all: true, olderThan: 10_000 })).kept, 1);
  });

  clause("prune() with tiers looks at these only", async ({ cache, stranger, clock }) => {
    await seedThree(stranger, clock.now());
    const { removed, kept } = await cache.prune([{ name: "new" }], { tiers: ["runtime"] });
    assertEquals([labels(removed), kept], [["runtime/old"], 0]);
    assertEquals(await everything(stranger), ["discovery/new", "discovery/old"]);
  });

  clause("prune() with dryRun reports the same, removes nothing and tells nobody", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    await seedThree(stranger, clock.now());
    const held = new HeldRefresher();
    const refreshing = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    heard.kinds();
    const report = await cache.prune([{ name: "new" }], { dryRun: true });
    assertEquals(labels(report.removed), ["discovery/old", "runtime/old"]);
    assertEquals([labels(report.refreshing), report.kept], [["discovery/models"], 1]);
    assertEquals(heard.events, []);
    assertEquals((await everything(stranger)).length, 4);
    held.finish("one");
    await refreshing;
  });

  clause(
    "prune() never removes what is being refreshed, here or elsewhere",
    async ({ cache, other, stranger, clock }) => {
      await seedThree(stranger, clock.now());
      const claim = await claimElsewhere(stranger, HOUR, { tier: "runtime", name: "old" });
      const held = new HeldRefresher();
      const refreshing = cache.refresh(SOURCE, held.refresh);
      await held.begun();
      const { removed, refreshing: busy } = await other.prune([], { all: true });
      assertEquals(labels(removed), ["discovery/new", "discovery/old"]);
      assertEquals(labels(busy), ["discovery/models", "runtime/old"]);
      held.finish("one");
      assertEquals(textOf(await refreshing), "one");
      assertEquals(await stranger.commit(claim, new Uint8Array(1), clock.now()), "committed");
    },
  );

  clause("prune() removes failures that cool down and refreshes that were abandoned", async (bench) => {
    const { cache, stranger, clock } = bench;
    await claimElsewhere(stranger, 1_000);
    await clock.advance(3_001);
    const failed = { ...SOURCE, name: "failed" };
    await refreshFailure(cache.refresh({ ...SOURCE }, failing(new Error("no network"))));
    await cache.refresh(failed, failing(new Error("no network"))).catch(() => {});
    const { removed } = await cache.prune([], { all: true });
    assertEquals(labels(removed), ["discovery/failed", "discovery/models"]);
    assertEquals(await cache.refreshState(failed), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("prune() of an empty cache has nothing to report", async ({ cache }) => {
    const report = await cache.prune([SOURCE]);
    assertEquals(report, { removed: [], refreshing: [], kept: 0, litter: [], failed: [] });
  });

  clause("prune() rejects, and removes nothing, when a name or an age cannot be used", async (bench) => {
    const { cache, stranger, clock } = bench;
    await seedThree(stranger, clock.now());
    await assertRejects(() => cache.prune([{ name: "../old" }]), InvalidNameError);
    await assertRejects(() => cache.prune([{ name: "new" }], { olderThan: "soon" }), InvalidDurationError, "olderThan");
    assertEquals((await everything(stranger)).length, 3);
  });
}
