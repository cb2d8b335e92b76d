import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { formatExplanation } from "../../../src/explanation.ts";
import { InvalidNameError } from "../../../src/errors.ts";
import type { SourceListing } from "../../../src/listing.ts";
import {
  type AddClause,
  assertTime,
  type Bench,
  claimElsewhere,
  failing,
  HeldRefresher,
  KEY,
  seed,
  SOURCE,
  TTL,
} from "../bench.ts";

const never = () => Promise.reject(new Error("nobody should be asked"));

/** What is listed, by names. */
async function listed(listing: AsyncIterable<SourceListing>): Promise<Record<string, SourceListing>> {
  const found: Record<string, SourceListing> = {};
  for await (const one of listing) found[`${one.source.tier}/${one.source.name}`] = one;
  return found;
}

/** Only the states of what is listed. */
async function states(listing: AsyncIterable<SourceListing>): Promise<Record<string, string>> {
  const found = Object.entries(await listed(listing));
  return Object.fromEntries(found.map(([name, { state, refresh }]) => [name, `${state}, ${refresh.kind}`]).sort());
}

/** A fresh, a stale, an absent source, one of a family, and one that nobody here has defined. */
async function furnish({ stranger, clock }: Bench): Promise<void> {
  await seed(stranger, "fresh", clock.now());
  await seed(stranger, "stale", clock.now() - TTL, { ...KEY, name: "stale" });
  await claimElsewhere(stranger, 60_000, { ...KEY, name: "absent" });
  await seed(stranger, "pull", clock.now() - 5_000, { tier: "pulls", name: "one" });
  await seed(stranger, "foreign", clock.now(), { tier: "pulls-of-others", name: "one" });
}

/** What a cache tells of its sources. */
export function toldClauses(clause: AddClause): void {
  clause("list() yields every source, with its state where the TTL is known", async (bench) => {
    await furnish(bench);
    const { cache } = bench;
    const pulls = cache.family({ name: "pulls", ttl: "1s", refreshDeadline: "1s", refresh: never });
    const known = [SOURCE, cache.source({ ...SOURCE, name: "stale", refresh: never }), pulls];
    assertEquals(await states(cache.list(known)), {
      [`${KEY.tier}/${KEY.name}`]: "fresh, idle",
      [`${KEY.tier}/absent`]: "absent, refreshing",
      [`${KEY.tier}/stale`]: "stale, idle",
      "pulls-of-others/one": "unknown, idle",
      "pulls/one": "stale, idle",
    });
    const one = (await listed(cache.list(known)))["pulls/one"];
    assertEquals([one?.size, one?.ttl], [4, 1_000]);
    assertTime(one?.age, 5_000, "the age");
  });

  clause("list() without a TTL says how old data is, and not what that means", async (bench) => {
    await furnish(bench);
    const found = Object.values(await listed(bench.cache.list()));
    assertEquals(found.map(({ state }) => state).sort(), ["absent", "unknown", "unknown", "unknown", "unknown"]);
  });

  clause("list() and explain() tell the listeners nothing, and refresh nothing", async (bench) => {
    await furnish(bench);
    await listed(bench.cache.list([SOURCE]));
    await bench.cache.explain({ ...SOURCE, name: "stale" });
    assertEquals(bench.heard.kinds(), []);
  });

  clause("explain() says of a source that this process refreshes it", async ({ cache, clock, stranger }) => {
    await seed(stranger, '"old"', clock.now() - TTL - 60_000);
    const held = new HeldRefresher();
    const source = cache.source<string>({ ...SOURCE, refresh: async (context) => String(await held.refresh(context)) });
    const refreshing = source.refresh();
    await held.begun();
    const explanation = await cache.explain(source);
    assertEquals([explanation.data.state, explanation.refresh.kind, explanation.owner], [
      "stale",
      "refreshing",
      "this-process",
    ]);
    const text = formatExplanation(explanation);
    assertStringIncludes(text, "1m past its TTL");
    assertStringIncludes(text, "this process");
    held.finish("new");
    await refreshing;
    assertEquals((await source.explain()).data.state, "fresh");
  });

  clause("explain() says why the last refresh failed, and when the next is due", async ({ cache, clock }) => {
    const error = await cache.refresh(SOURCE, failing(new Error("no such host"))).catch((error) => error);
    const { data, who, next } = await cache.explain(SOURCE);
    assertEquals([data.state, next.at], ["absent", error.retryAt > clock.now() ? error.retryAt : undefined]);
    assertStringIncludes(who, "no such host");
  });

  clause("explain() of a typed source knows whether its data can be decoded", async ({ cache, stranger, clock }) => {
    await seed(stranger, "{", clock.now());
    const source = cache.source<string>({ ...SOURCE, refresh: never });
    for (const explanation of [await source.explain(), await cache.explain(source)]) {
      assertEquals(explanation.data.state, "corrupt");
      assert((explanation.data.corrupt ?? "").length > 0);
    }
    assertEquals((await cache.explain(SOURCE)).data.state, "fresh", "nobody knows what bytes should be");
  });

  clause("explain() refuses a name that cannot be one", async ({ cache }) => {
    await assertRejects(() => cache.explain({ ...SOURCE, name: "../x" }), InvalidNameError);
  });

  clause("prune() keeps whole families, and typed sources, that are named", async (bench) => {
    await furnish(bench);
    const { cache } = bench;
    const pulls = cache.family({ name: "pulls", ttl: "1s", refreshDeadline: "1s", refresh: never });
    const { removed, refreshing } = await cache.prune([cache.source({ ...SOURCE, refresh: never }), pulls]);
    assertEquals(removed.map(({ tier, name }) => `${tier}/${name}`).sort(), [
      `${KEY.tier}/stale`,
      "pulls-of-others/one",
    ]);
    assertEquals(refreshing.map(({ name }) => name), ["absent"]);
    await assertRejects(() => cache.prune([{ tier: "../x" }]), InvalidNameError);
  });
}
