import { assertEquals } from "@std/assert";
import { existsSync, readdirSync, statSync } from "node:fs";
import { DiscoveryCache, systemClock } from "../../mod.ts";
import type { Scene } from "../support/cache_children.ts";
import { age, dataOnDisk, seed, tierFile, tierFiles } from "../support/scene_files.ts";
import { ABSENT, here, modelTest } from "./model.ts";
import { everyRuntime } from "../support/processes.ts";

const METHODS = ["read", "readSync"] as const;

const MINUTE = 60_000;

modelTest("ReadEmpty", (clause) => {
  for (const method of METHODS) {
    clause(`${method}() of an empty root finds nothing, and makes nothing`, async (scene) => {
      const reader = scene.start(here, { method });
      assertEquals(await reader.outcome(), ABSENT);
      await reader.endsWell();
      assertEquals(readdirSync(scene.root), []);
    });

    clause(`${method}() of a root that is not there finds nothing, and does not make it`, async (scene) => {
      const root = `${scene.folder}/not/there`;
      const reader = scene.start(here, { method, root });
      assertEquals(await reader.outcome(), ABSENT);
      await reader.endsWell();
      assertEquals(existsSync(`${scene.folder}/not`), false);
    });

    clause(`${method}() of a tier with other sources finds nothing`, async (scene) => {
      seed(scene, '"another"', 0, "models-2");
      assertEquals(await scene.start(here, { method }).outcome(), ABSENT);
    });
  }

  clause("data of no bytes is data, not nothing", async (scene) => {
    const writer = scene.start(here, { refresher: { payload: "" } });
    assertEquals(await writer.outcome(), { text: "", state: "fresh", origin: "refreshed" });
    await writer.endsWell();
    for (const method of METHODS) {
      assertEquals(await scene.start(here, { method }).outcome(), { text: "", state: "fresh" });
    }
  });
});

modelTest("ReadAfterWrite", (clause) => {
  for (const other of everyRuntime) {
    clause(`what a process here has written is read on ${other}, to the byte`, async (scene) => {
      const payload = '{"text":"\\u0000 < > & \u2028 \u00fc \u65e5\u672c \ud83d\ude80"}\n';
      const writer = scene.start(here, { refresher: { payload, times: 1_000 } });
      await writer.endsWell();
      assertEquals(dataOnDisk(scene), payload.repeat(1_000));
      for (const method of METHODS) {
        const reader = scene.start(other, { method });
        assertEquals(await reader.outcome(), { text: payload.repeat(1_000), state: "fresh" });
      }
    });

    clause(`a reader here that keeps data in memory sees at once what ${other} has written since`, async (scene) => {
      seed(scene, '"old"', MINUTE);
      // By this clock no file has changed just now, so that all of them may be kept.
      const clock = { ...systemClock, now: () => Date.now() + 3_000 };
      const cache = new DiscoveryCache({ root: scene.root, clock });
      const source = { name: "models", ttl: "1h", refreshDeadline: "1m" };
      const text = async () => new TextDecoder().decode((await cache.read(source)).data);
      const before = [await text(), await text()];
      await scene.start(other).endsWell();
      const after = [await text(), await text()];
      assertEquals([...before, ...after], ['"old"', '"old"', `"${other}"`, `"${other}"`]);
    });
  }
});

/** What processes here make of the age of data, in both ways of reading. */
async function judged(scene: Scene, ttl: number): Promise<string[]> {
  const readers = METHODS.map((method) => scene.start(here, { method, ttl }));
  const outcomes = await Promise.all(readers.map((reader) => reader.outcome()));
  return outcomes.map((outcome) => "state" in outcome ? `${outcome.text} is ${outcome.state}` : "an error");
}

modelTest("ReadStaleByMtime", (clause) => {
  for (const other of everyRuntime) {
    clause(
      `data of ${other} is fresh until it is as old as its TTL, by its file's mtime, and then stale`,
      async (scene) => {
        await scene.start(other).endsWell();
        const text = `"${other}"`;
        assertEquals(await judged(scene, 60 * MINUTE), [`${text} is fresh`, `${text} is fresh`]);
        age(scene, 59 * MINUTE);
        assertEquals(await judged(scene, 120 * MINUTE), [`${text} is fresh`, `${text} is fresh`]);
        assertEquals(await judged(scene, 59 * MINUTE), [`${text} is stale`, `${text} is stale`]);
        assertEquals(await judged(scene, 0), [`${text} is stale`, `${text} is stale`]);
      },
    );
  }

  clause("an mtime in the future is stale, not fresh until then", async (scene) => {
    seed(scene, '"old"', -60 * MINUTE);
    assertEquals(await judged(scene, 120 * MINUTE), ['"old" is stale', '"old" is stale']);
  });

  clause(
    "the mtime is when the refresher returned, not when it was called or the data was committed",
    async (scene) => {
      const step = { verb: "stage", count: 1, waitsFor: scene.file("commit") } as const;
      const child = scene.start(here, { step, refresher: { gate: scene.file("gate") } });
      await child.began();
      const called = Date.now();
      // Another process makes the moments differ: it starts and ends between them.
      await scene.start(here, { method: "read" }).endsWell();
      const returns = Date.now();
      scene.open("gate");
      await child.atStep();
      const returned = Date.now();
      await scene.start(here, { method: "read" }).endsWell();
      scene.open("commit");
      await child.endsWell();
      const { mtimeMs } = statSync(tierFile(scene, "models.json"));
      // Whole milliseconds on some runtimes.
      assertEquals([mtimeMs >= returns - 1, mtimeMs <= returned + 1, called < returns], [true, true, true]);
    },
  );
});

modelTest("RefreshIdempotent", (clause) => {
  for (const other of everyRuntime) {
    clause(
      `refreshed here, on ${other} and here again with the same answer: the same bytes, and nothing else`,
      async (scene) => {
        const pids: number[] = [];

        const times: number[] = [];
        for (const runtime of [here, other, here]) {
          const child = scene.start(runtime, { refresher: { payload: '"same"' } });
          assertEquals(await child.outcome(), { text: '"same"', state: "fresh", origin: "refreshed" });
          await child.endsWell();
          pids.push(child.pid);
          assertEquals([dataOnDisk(scene), tierFiles(scene)], ['"same"', ["models.json"]]);
          const { mtimeMs, mode, nlink } = statSync(tierFile(scene, "models.json"));
          assertEquals([mode & 0o777, nlink], [0o600, 1]);

          times.push(mtimeMs);
        }
        assertEquals(scene.runs(), pids);
        const [first = 0, second = 0, third = 0] = times;
        assertEquals([first < second, second < third], [true, true], `its age begins anew each time: ${times}`);
        const state = await new DiscoveryCache({ root: scene.root }).refreshState({
          name: "models",
          ttl: 1,
          refreshDeadline: 1,
        });
        assertEquals(state, { kind: "idle", attempts: 0, lastError: undefined });
      },
    );

    clause(`refreshIfStale() of fresh data does nothing, on ${other} as here`, async (scene) => {
      const first = scene.start(here, { method: "refreshIfStale" });
      await first.endsWell();
      const before = statSync(tierFile(scene, "models.json"));
      for (const runtime of [other, here]) {
        const again = scene.start(runtime, { method: "refreshIfStale" });
        assertEquals(await again.outcome(), { text: `"${here}"`, state: "fresh", origin: "hit" });
        await again.endsWell();
      }
      const { ino, mtimeMs, ctimeMs } = statSync(tierFile(scene, "models.json"));
      assertEquals([ino, mtimeMs, ctimeMs], [before.ino, before.mtimeMs, before.ctimeMs]);
      assertEquals(scene.runs(), [first.pid]);
    });
  }
});
