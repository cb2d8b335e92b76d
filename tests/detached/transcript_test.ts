import { assertEquals } from "@std/assert";
import process from "node:process";
import { afterEach, beforeEach, describe, it } from "node:test";
import type * as built from "../../mod.ts";
import { transcriptOf } from "../cache/story.ts";
import { DetachedBench, fixture } from "../support/detached_bench.ts";

describe("the whole transcript of a detached refresh", () => {
  let bench: DetachedBench;
  beforeEach(() => void (bench = new DetachedBench()));
  afterEach(() => bench.close());

  it("ends for its program when it is handed over", { timeout: 120_000 }, async () => {
    const { DiscoveryCache } = await import(new URL("../../dist/mod.js", import.meta.url).href) as typeof built;
    await bench.fill("a", '"old"');
    process.env["DETACHED_ANSWER"] = bench.asking({}, { gate: "gate" }).env["DETACHED_ANSWER"];
    const events: built.CacheEvent[] = [];
    const cache = new DiscoveryCache({ root: bench.root });
    cache.on((event) => events.push(event));
    const definition = { name: "a", ttl: "1h", refreshDeadline: "60s", refresh: new URL(fixture("answer.mjs")) };
    const source = cache.source<string>({ ...definition, detached: { permissions: ["--allow-all"] } });
    assertEquals(await source.get(), "old");
    await cache.drain();
    bench.open("gate");
    await bench.becomes("new");
    const [stale, claimed] = events;
    const age = stale?.kind === "stale" ? stale.age : 0;
    const start = claimed?.kind === "claimed" ? claimed.deadline - 60_000 : 0;
    assertEquals(transcriptOf(events, start), [
      `stale source=discovery/a age=${Math.round(age)}`,
      "claimed source=discovery/a token=T1 deadline=+60000",
      "detached source=discovery/a pid=elsewhere",
    ]);
  });
});
