import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import type { RuntimeName } from "../../scripts/runtimes.ts";
import { DiscoveryCache } from "../../mod.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { HeldRefresher } from "../cache/bench.ts";
import { CacheChild, inScene } from "../support/cache_children.ts";
import { everyRuntime, programCommand } from "../support/processes.ts";

/** The runtime of this test: every pair of runtimes is covered once the tests have run on each. */
const here = detectAdapter().name as RuntimeName;

/** This process refreshes a source, and a child that refreshes all waits for that; then it goes on as the test says. */
function clause(name: string, run: (held: HeldRefresher, child: CacheChild) => Promise<void>, other: RuntimeName) {
  void it(name, { timeout: 120_000 }, () =>
    inScene(async ({ root }) => {
      const cache = new DiscoveryCache({ root });
      const held = new HeldRefresher();
      const refresh = async (...given: Parameters<typeof held.refresh>) => String(await held.refresh(...given));
      const theirs = cache.source<string>({ name: "theirs", ttl: "1h", refreshDeadline: "100s", refresh });
      const refreshing = theirs.refresh().catch(() => {});
      await held.begun();
      const child = new CacheChild([
        ...programCommand({ runtime: other, adapter: "native" }, "refresh_all_child"),
        root,
      ]);
      try {
        await run(held, child);
        await refreshing;
      } finally {
        child.signal();
        await child.ended;
      }
    }));
}

const kinds = (child: CacheChild) => child.heard.map(({ kind }) => kind);

describe("refreshAll() that waits for another process", () => {
  for (const other of everyRuntime) {
    clause(`on ${other} tells what this runtime's refresher reports, and takes its data`, async (held, child) => {
      await child.hears("waiting for theirs");
      held.runs[0]?.report({ done: 1, total: 2, message: "page one" });
      await child.hears('0/2, 0 failed: theirs {"done":1,"total":2,"message":"page one"}');
      held.runs[0]?.report({ done: 2, total: 2 });
      await child.hears('0/2, 0 failed: theirs {"done":2,"total":2}');
      held.finish("theirs");
      assertEquals(await child.result(), ["theirs, joined", "mine, refreshed"]);
      assertEquals(kinds(child), [
        "0/2, 0 failed: theirs {}",
        "waiting for theirs",
        '0/2, 0 failed: theirs {"done":1,"total":2,"message":"page one"}',
        '0/2, 0 failed: theirs {"done":2,"total":2}',
        "1/2, 0 failed: ",
        "1/2, 0 failed: mine {}",
        "2/2, 0 failed: ",
      ]);
      assertEquals(held.runs.length, 1);
    }, other);

    clause(`on ${other} takes this runtime's failure, and goes on with the next source`, async (held, child) => {
      await child.hears("waiting for theirs");
      held.fail(new Error(`no network on ${here}`));
      assertEquals(await child.result(), [`no network on ${here}`, "mine, refreshed"]);
      assertEquals(kinds(child), [
        "0/2, 0 failed: theirs {}",
        "waiting for theirs",
        "1/2, 1 failed: ",
        "1/2, 1 failed: mine {}",
        "2/2, 1 failed: ",
      ]);
    }, other);
  }
});
