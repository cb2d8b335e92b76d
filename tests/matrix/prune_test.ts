import { assert, assertEquals } from "@std/assert";
import { basename } from "node:path";
import { DiscoveryCache } from "../../mod.ts";
import type { TestRuntime } from "../../scripts/test/plan.ts";
import type { Scene } from "../support/cache_children.ts";
import type { PruneOutcome } from "../support/cache_jobs.ts";
import type { PruneJob, PruneResult, ReadJob, ReadResult, WriteJob } from "../support/crowd_jobs.ts";
import { dataOnDisk, editMarker, markerOnDisk, seed, tierFiles, timestamp } from "../support/scene_files.ts";
import { ABSENT, here, modelTest } from "./model.ts";
import { everyRuntime } from "../support/processes.ts";

const NOTHING: PruneOutcome = { removed: [], refreshing: [], kept: 0, litter: 0, failed: [] };

/** Lets a process prune, to its end. */
async function prune(scene: Scene, runtime: TestRuntime, active: readonly string[]): Promise<PruneOutcome> {
  const child = scene.start(runtime, { method: "prune", active });
  const outcome = await child.outcome();
  await child.endsWell();
  assert("pruned" in outcome, JSON.stringify(outcome));
  return outcome.pruned;
}

/** How often the sources are written, pruned and read side by side. */
const VERSIONS = 20;

modelTest("PruneDoesNotRaceActiveSources", (clause) => {
  for (const other of everyRuntime) {
    clause(
      `${other} prunes again and again while two sources are refreshed here: none loses a commit, the active one no data`,
      async (scene) => {
        seed(scene, "", 0, "active");
        const [first, last] = [1, VERSIONS];
        const prunes = { job: "prune", name: "pruner", active: ["models", "active"], source: "unwanted" } as const;
        const pruner = scene.startCrowd<PruneJob>(other, { ...prunes, first, last });
        const waitsFor = ["pruner"];
        const writes = { job: "write", sources: ["models", "unwanted"], first, last, times: 1, waitsFor } as const;
        const writer = scene.startCrowd<WriteJob>(here, writes);
        // Each refresh of "unwanted" ends with its own data, though it is removed as soon as it may be.
        const [{ prunes: count, removed }] = await Promise.all([pruner.result<PruneResult>(), writer.endsWell()]);
        assert(count >= VERSIONS, `${count} prunes`);
        assertEquals(removed, { unwanted: VERSIONS });
        assertEquals(tierFiles(scene), ["active.json", "models.json"]);
      },
    );

    clause(`${other} prunes while readers here read an active source: it is there at every read`, async (scene) => {
      const [first, last] = [2, 1 + VERSIONS];
      // The first version, written before anybody reads.
      const before = { job: "write", sources: ["models"], first: 1, last: 1, times: 1, waitsFor: [] } as const;
      await scene.startCrowd<WriteJob>(here, before).endsWell();
      const reads = { job: "read", name: "readers", readers: 10, last, times: 1 } as const;
      const reader = scene.startCrowd<ReadJob>(here, reads);
      const prunes = { job: "prune", name: "pruner", active: ["models"], source: "unwanted", first, last } as const;
      const pruner = scene.startCrowd<PruneJob>(other, prunes);
      const waitsFor = ["readers", "pruner"];
      const writes = { job: "write", sources: ["models", "unwanted"], first, last, times: 1, waitsFor } as const;
      const writer = scene.startCrowd<WriteJob>(other, writes);
      const [{ fewestVersions }, { removed }] = await Promise.all([
        reader.result<ReadResult>(),
        pruner.result<PruneResult>(),
        writer.endsWell(),
      ]);
      assertEquals([fewestVersions, removed], [last, { unwanted: VERSIONS }]);
    });

    clause(`${other} has looked and is about to remove, when the source is refreshed here: it stays`, async (scene) => {
      seed(scene, '"old"');
      // It has seen a source that nobody refreshes, and now wants its lock.
      const step = { verb: "createExclusive", count: 1, waitsFor: scene.file("prune on") } as const;
      const pruning = scene.start(other, { method: "prune", step });
      await pruning.atStep();
      const refreshing = scene.start(here, { refresher: { gate: scene.file("gate") } });
      await refreshing.began();
      scene.open("prune on");
      assertEquals(await pruning.outcome(), { pruned: { ...NOTHING, refreshing: ["models"] } });
      assertEquals(dataOnDisk(scene), '"old"');
      scene.open("gate");
      assertEquals(await refreshing.outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
      assertEquals(dataOnDisk(scene), `"${here}"`);
    });
  }
});

modelTest("PruneRemovesInactive", (clause) => {
  for (const other of everyRuntime) {
    clause(`${other} removes what processes here have left and nobody names, and keeps the rest`, async (scene) => {
      const names = ["one", "two", "three"];
      const writers = names.map((name) => scene.start(here, { name }));
      for (const writer of writers) await writer.endsWell();
      assertEquals(tierFiles(scene), ["one.json", "three.json", "two.json"]);
      assertEquals(await prune(scene, other, ["two"]), { ...NOTHING, removed: ["one", "three"], kept: 1 });
      assertEquals(tierFiles(scene), ["two.json"]);
      const reader = scene.start(here, { method: "read", name: "two" });
      assertEquals(await reader.outcome(), { text: `"${here}"`, state: "fresh" });
      const gone = scene.start(here, { method: "read", name: "one" });
      assertEquals(await gone.outcome(), ABSENT);
    });

    clause(`${other} removes the failure of a source here that nobody names, with its data`, async (scene) => {
      seed(scene, '"old"');
      scene.open("bad", "no network");
      await scene.start(here, { refresher: { gate: scene.file("bad") } }).error();
      assertEquals(tierFiles(scene), ["models.json", "models.refreshing"]);
      assertEquals(await prune(scene, other, ["models"]), { ...NOTHING, kept: 1 });
      assertEquals(tierFiles(scene), ["models.json", "models.refreshing"]);
      assertEquals(await prune(scene, other, []), { ...NOTHING, removed: ["models"] });
      assertEquals(tierFiles(scene), []);
    });

    clause(
      `${other} holds a lock: it is no litter while ${other} lives, and it is when it was killed`,
      async (scene) => {
        const cache = new DiscoveryCache({ root: scene.root });
        const litter = async (dryRun: boolean) => {
          const { litter, failed } = await cache.prune([{ name: "models" }], { dryRun });
          assertEquals(failed, []);
          return litter.map((path) => basename(path));
        };
        const step = { verb: "replace", ending: ".refreshing", count: 1, waitsFor: scene.file("never") } as const;
        const holder = scene.start(other, { step });
        await holder.atStep();
        assert(tierFiles(scene).includes("models.lock"));
        assertEquals([await litter(true), await litter(false)], [[], []]);
        holder.signal("SIGKILL");
        await holder.ended;
        assertEquals([await litter(true), await litter(true)], [["models.lock"], ["models.lock"]]);
        assertEquals([await litter(false), await litter(false)], [["models.lock"], []]);
      },
    );
  }
});

modelTest("PruneSkipsActiveMarker", (clause) => {
  for (const other of everyRuntime) {
    clause(`${other} leaves a source that is refreshed here, and says so; afterwards it goes`, async (scene) => {
      seed(scene, '"old"');
      const refreshing = scene.start(here, { refresher: { gate: scene.file("gate") } });
      await refreshing.began();
      const marker = markerOnDisk(scene);
      assertEquals(await prune(scene, other, []), { ...NOTHING, refreshing: ["models"] });
      assertEquals([dataOnDisk(scene), markerOnDisk(scene)], ['"old"', marker]);
      scene.open("gate");
      assertEquals(await refreshing.outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
      await refreshing.endsWell();
      assertEquals(await prune(scene, other, []), { ...NOTHING, removed: ["models"] });
      assertEquals(tierFiles(scene), []);
    });

    clause(`${other} leaves a first refresh here, which has no data yet`, async (scene) => {
      const refreshing = scene.start(here, { refresher: { gate: scene.file("gate") } });
      await refreshing.began();
      assertEquals(await prune(scene, other, []), { ...NOTHING, refreshing: ["models"] });
      scene.open("gate");
      await refreshing.endsWell();
      assertEquals(dataOnDisk(scene), `"${here}"`);
    });

    clause(`${other} leaves a refresh here that is past its deadline and may still come`, async (scene) => {
      seed(scene, '"old"');
      const refreshing = scene.start(here, { refresher: { gate: scene.file("gate") } });
      await refreshing.began();
      editMarker(scene, { started_at: timestamp(-7_200_000), deadline: timestamp(-3_600_000) });
      assertEquals(await prune(scene, other, []), { ...NOTHING, refreshing: ["models"] });
      scene.open("gate");
      assertEquals(await refreshing.outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
    });

    clause(`${other} removes what a process here was refreshing when it was killed`, async (scene) => {
      seed(scene, '"old"');
      const crashing = scene.start(here, { refresher: { gate: scene.file("never") } });
      await crashing.began();
      crashing.signal("SIGKILL");
      await crashing.ended;
      assertEquals(await prune(scene, other, []), { ...NOTHING, removed: ["models"] });
      assertEquals(tierFiles(scene), []);
    });
  }
});
