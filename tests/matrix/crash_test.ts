import { assert, assertEquals } from "@std/assert";
import { utimesSync } from "node:fs";
import { DiscoveryCache } from "../../mod.ts";
import type { TestRuntime } from "../../scripts/test/plan.ts";
import { inScene, type Scene } from "../support/cache_children.ts";
import { dataOnDisk, seed, tierFile, tierFiles } from "../support/scene_files.ts";
import { here, modelTest } from "./model.ts";
import { everyRuntime } from "../support/processes.ts";

const SOURCE = { name: "models", ttl: "1m", refreshDeadline: "1m" } as const;

/** How many processes are killed side by side. */
const AT_A_TIME = 4;

/** More operations than a refresh can have: then the count is wrong. */
const TOO_MANY = 120;

/** A text of the cache's data. */
async function readText(cache: DiscoveryCache): Promise<string | undefined> {
  const { data } = await cache.read(SOURCE);
  return data && new TextDecoder().decode(data);
}

/**
 * Kills a process before one operation of a refresh, and lets the next caller go on.
 *
 * @returns What the next caller found; `undefined` if the refresh has fewer operations and came to its end.
 */
async function killedAt(scene: Scene, runtime: TestRuntime, count: number): Promise<"old" | "crashed" | undefined> {
  const what = `operation ${count}`;
  seed(scene, "old");
  const crashing = scene.start(runtime, {
    method: "refreshIfStale",
    step: { count },
    refresher: { payload: "crashed" },
  });
  const how = await crashing.ended;
  if (how === 0) return undefined;
  // Deno names the number of a signal, as a shell does.
  assert(how === "SIGKILL" || how === 137, `${what}: ended with ${how}`);

  const cache = new DiscoveryCache({ root: scene.root });
  const found = await readText(cache);
  assert(found === "old" || found === "crashed", `${what}: ${found}`);
  const next = await cache.refresh(SOURCE, () => Promise.resolve("next"));
  assertEquals([next.origin, await readText(cache)], ["refreshed", "next"], what);
  assertEquals(await cache.refreshState(SOURCE), { kind: "idle", attempts: 0, lastError: undefined }, what);

  const left = tierFiles(scene).filter((name) => name !== "models.json");
  assert(left.length <= 1 && left.every((name) => name.endsWith(".tmp")), `${what} left ${left}`);
  const longAgo = Date.now() / 1_000 - 60;
  for (const name of left) utimesSync(tierFile(scene, name), longAgo, longAgo);
  assertEquals((await cache.prune([SOURCE])).litter.length, left.length, what);
  assertEquals(tierFiles(scene), ["models.json"], what);
  return found;
}

modelTest("CrashDuringRefresh", (clause) => {
  for (const other of everyRuntime) {
    clause(
      `killed on ${other} while its refresher works: the data stays, and the next here takes over`,
      async (scene) => {
        seed(scene, '"old"');
        const crashing = scene.start(other, { method: "refreshIfStale", refresher: { gate: scene.file("never") } });
        await crashing.began();
        crashing.signal("SIGKILL");
        await crashing.ended;
        const reader = scene.start(here, { method: "read" });
        assertEquals(await reader.outcome(), { text: '"old"', state: "stale" });
        const state = await new DiscoveryCache({ root: scene.root }).refreshState(SOURCE);
        assertEquals([state.kind, "reason" in state && state.reason], ["abandoned", "owner-gone"]);

        const next = scene.start(here, { method: "refreshIfStale" });
        assertEquals(await next.outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
        await next.endsWell();
        const { from } = await next.hears("recovered");
        assertEquals([from?.reason, from?.owner.pid], ["owner-gone", crashing.pid]);
        assertEquals(scene.runs(), [crashing.pid, next.pid]);
        assertEquals(tierFiles(scene), ["models.json"]);
      },
    );

    clause(
      `killed on ${other} while others here wait for it: one takes over, the others get its data`,
      async (scene) => {
        seed(scene, '"old"');
        const crashing = scene.start(other, { method: "refresh", refresher: { gate: scene.file("never") } });
        await crashing.began();
        const methods = ["refresh", "refreshIfStale", "refresh", "refreshIfStale"] as const;
        const waiting = methods.map((method) =>
          scene.start(here, { method, refresher: { gate: scene.file("gate"), payload: '"next"' } })
        );
        await Promise.all(waiting.map((child) => child.hears("waiting")));
        crashing.signal("SIGKILL");
        const owner = await Promise.any(waiting.map((child) => child.began().then(() => child)));
        scene.open("gate");
        for (const child of waiting) {
          const origin = child === owner ? "refreshed" : "joined";
          assertEquals(await child.outcome(), { text: '"next"', state: "fresh", origin });
          await child.endsWell();
        }
        assertEquals(scene.runs(), [crashing.pid, owner.pid]);
        assertEquals(dataOnDisk(scene), '"next"');
      },
    );

    clause(`killed on ${other} before any operation of a refresh: the next here goes on`, async () => {
      const found: ("old" | "crashed" | undefined)[] = [];
      while (!found.includes(undefined)) {
        assert(found.length < TOO_MANY, "it never came to its end");
        const counts = Array.from({ length: AT_A_TIME }, (_, index) => found.length + index + 1);
        const batch = counts.map((count) => inScene((scene) => killedAt(scene, other, count)));
        found.push(...await Promise.all(batch));
      }
      const ended = found.indexOf(undefined);
      const replaced = found.indexOf("crashed");
      // Every state was met: before the rename, and after it with the lock and the marker still there.
      assert(ended > 30 && replaced > 20 && replaced < ended - 2, `${found}`);
      assertEquals(found.slice(0, ended), [
        ...Array<"old">(replaced).fill("old"),
        ...Array<"crashed">(ended - replaced).fill("crashed"),
      ]);
    });
  }
});
