import { assert, assertEquals } from "@std/assert";
import { DiscoveryCache } from "../../mod.ts";
import type { CacheChild, Scene } from "../support/cache_children.ts";
import type { Outcome } from "../support/cache_jobs.ts";
import { dataOnDisk, markerOnDisk, seed, tierFiles } from "../support/scene_files.ts";
import { ABSENT, here, modelTest } from "./model.ts";
import { everyRuntime } from "../support/processes.ts";

const OLD: Outcome = { text: '"old"', state: "stale" };

/** What a process has told, but for what it has read. */
const kinds = (child: CacheChild) => child.heard.map(({ kind }) => kind).filter((kind) => kind !== "stale");

/**
 * Lets processes of this runtime read, in both ways and again and again; they end before anybody is let go who holds
 * something, so they have waited for nobody.
 */
async function readersEnd(scene: Scene, expected: Outcome, times = 1): Promise<void> {
  const readers = (["read", "readSync"] as const).map((method) => scene.start(here, { method, times }));
  for (const reader of readers) {
    assertEquals(await reader.outcome(), expected);
    await reader.endsWell();
    assertEquals(reader.heard.length, times);
  }
}

modelTest("StaleWhileRevalidate", (clause) => {
  for (const other of everyRuntime) {
    clause(`get() here returns stale data while its refresh goes on, and so does get() on ${other}`, async (scene) => {
      seed(scene, '"old"');
      const options = { method: "get", refresher: { gate: scene.file("gate") } } as const;
      const stale: Outcome = { text: '"old"', state: "stale", origin: "stale" };
      const first = scene.start(here, options);
      assertEquals(await first.outcome(), stale);
      await first.began();
      const second = scene.start(other, options);
      assertEquals(await second.outcome(), stale);
      await second.endsWell();
      assertEquals([dataOnDisk(scene), markerOnDisk(scene)?.pid], ['"old"', first.pid]);
      scene.open("gate");
      await first.endsWell();
      assertEquals(kinds(first), ["claimed", "refreshed"]);
      const third = scene.start(other, { method: "get" });
      assertEquals(await third.outcome(), { text: `"${here}"`, state: "fresh", origin: "hit" });
      assertEquals(scene.runs(), [first.pid]);
    });

    clause(
      `maybeRefresh() here returns before its refresh has ended; ${other} reads the old data, then the new`,
      async (scene) => {
        seed(scene, '"old"');
        const background = scene.start(here, { method: "maybeRefresh", refresher: { gate: scene.file("gate") } });
        await background.began();
        const during = scene.start(other, { method: "read" });
        assertEquals(await during.outcome(), OLD);
        scene.open("gate");
        await background.endsWell();
        const after = scene.start(other, { method: "read" });
        assertEquals(await after.outcome(), { text: `"${here}"`, state: "fresh" });
      },
    );

    clause(`a refresh that fails here leaves ${other} the stale data`, async (scene) => {
      seed(scene, '"old"');
      scene.open("gate", "no network");
      const failing = scene.start(here, { method: "get", refresher: { gate: scene.file("gate") } });
      assertEquals(await failing.outcome(), { text: '"old"', state: "stale", origin: "stale" });
      await failing.endsWell();
      assertEquals(kinds(failing), ["claimed", "failed"]);
      const later = scene.start(other, { method: "get" });
      assertEquals(await later.outcome(), { text: '"old"', state: "stale", origin: "stale" });
      await later.endsWell();
      assertEquals(scene.runs(), [failing.pid]);
    });
  }

  clause("in one process, the caller has the stale data before the refresher has returned", async (scene) => {
    seed(scene, '"old"');
    const order: string[] = [];
    let finish = (_payload: unknown) => {};
    const answer = new Promise<unknown>((resolve) => finish = resolve);
    const cache = new DiscoveryCache({ root: scene.root });
    const source = cache.source<unknown>({ name: "models", ttl: "1m", refreshDeadline: "1m", refresh: () => answer });
    cache.on("refreshed", () => order.push("refreshed"));
    order.push(String(await source.get()));
    finish("new");
    await cache.drain();
    order.push(String(await source.get()));
    assertEquals(order, ["old", "refreshed", "new"]);
  });
});

modelTest("ReadIsSubHundredMs", (clause) => {
  for (const other of everyRuntime) {
    clause(`reads return while a refresher on ${other} is held, with data and without`, async (scene) => {
      const refreshing = scene.start(other, { refresher: { gate: scene.file("gate") } });
      await refreshing.began();
      await readersEnd(scene, ABSENT);
      seed(scene, '"old"');
      await readersEnd(scene, OLD);
      assertEquals(markerOnDisk(scene)?.pid, refreshing.pid);
      scene.open("gate");
      assertEquals(await refreshing.outcome(), { text: `"${other}"`, state: "fresh", origin: "refreshed" });
    });

    for (const [what, ending] of [["claims", ".refreshing"], ["commits", "models.json"]] as const) {
      clause(`reads return while ${other} is held in the middle of its lock, as it ${what}`, async (scene) => {
        seed(scene, '"old"');
        const step = { verb: "replace", ending, count: 1, waitsFor: scene.file("go on") } as const;
        const holder = scene.start(other, { step });
        await holder.atStep();
        assert(tierFiles(scene).includes("models.lock"));
        await readersEnd(scene, OLD);
        scene.open("go on");
        assertEquals(await holder.outcome(), { text: `"${other}"`, state: "fresh", origin: "refreshed" });
      });
    }

    clause(
      `reads return while ${other} is stopped in the middle of its lock, and its callers are told why they wait`,
      async (scene) => {
        seed(scene, '"old"');
        const step = { verb: "replace", ending: ".refreshing", count: 1, waitsFor: scene.file("go on") } as const;
        const holder = scene.start(other, { step });
        await holder.atStep();
        holder.signal("SIGSTOP");
        await readersEnd(scene, OLD);
        const blocked = await scene.start(here, { method: "refresh", refreshDeadline: 300 }).error();
        assertEquals(blocked.code, "LOCK_TIMEOUT");
        assert(blocked.message.includes(`${holder.pid}`), blocked.message);
        scene.open("go on");
        holder.signal("SIGCONT");
        assertEquals(await holder.outcome(), { text: `"${other}"`, state: "fresh", origin: "refreshed" });
      },
    );
  }
});

/** How many contend, and how often each reader reads meanwhile. */
const CONTENDERS = 3;
const READS = 200;

modelTest("ReadP99Contention", (clause) => {
  const options = { method: "refreshIfStale", ttl: 1 } as const;

  clause(
    `every one of ${READS} reads returns while ${3 * CONTENDERS} processes wait for one refresh`,
    async (scene) => {
      seed(scene, '"old"');
      const crowd = everyRuntime.flatMap((runtime) =>
        Array.from(
          { length: CONTENDERS },
          () => scene.start(runtime, { method: "refreshIfStale", refresher: { gate: scene.file("gate") } }),
        )
      );
      await Promise.all(crowd.map((child) => Promise.race([child.hears("waiting"), child.began()])));
      await readersEnd(scene, OLD, READS);
      scene.open("gate");
      await Promise.all(crowd.map((child) => child.endsWell()));
      assertEquals(scene.runs().length, 1);
    },
  );

  for (const other of everyRuntime) {
    clause(
      `every one of ${READS} reads returns while ${2 * CONTENDERS} processes try for a lock that ${other} holds`,
      async (scene) => {
        seed(scene, '"old"');
        const step = { verb: "replace", ending: ".refreshing", count: 1, waitsFor: scene.file("go on") } as const;
        const holder = scene.start(other, { ...options, step });
        await holder.atStep();
        const crowd = [here, other].flatMap((runtime) =>
          Array.from({ length: CONTENDERS }, () => scene.start(runtime, { method: "refreshIfStale" }))
        );
        await Promise.all(crowd.map((child) => child.hears("stale")));
        await readersEnd(scene, OLD, READS);
        assertEquals(scene.runs(), [], "nobody has got it meanwhile");
        scene.open("go on");
        await Promise.all([holder, ...crowd].map((child) => child.endsWell()));
        assertEquals(tierFiles(scene), ["models.json"]);
      },
    );
  }
});
