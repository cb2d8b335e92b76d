import { assert, assertEquals } from "@std/assert";
import { writeFileSync } from "node:fs";
import type { TestRuntime } from "../../scripts/test/plan.ts";
import type { CacheChild, Scene } from "../support/cache_children.ts";
import {
  editMarker,
  markerOnDisk,
  type RecordOnDisk,
  seed,
  tierFile,
  tierFiles,
  timestamp,
} from "../support/scene_files.ts";
import { here, modelTest } from "./model.ts";
import { everyRuntime } from "../support/processes.ts";

/** The marker of a process of this runtime that was killed while it refreshed. */
async function deadMarker(scene: Scene): Promise<RecordOnDisk> {
  const killed = scene.start(here, { refresher: { gate: scene.file("never") } });
  await killed.began();
  killed.signal("SIGKILL");
  await killed.ended;
  const marker = markerOnDisk(scene);
  assert(marker?.process_start !== undefined && marker.host !== undefined, "it says what process it is of");
  return marker;
}

/** A process that lives on, and has to do with none of this. */
async function bystander(scene: Scene, runtime: TestRuntime): Promise<CacheChild> {
  const child = scene.start(runtime, { root: `${scene.folder}/elsewhere`, refresher: { gate: scene.file("never") } });
  await child.began();
  return child;
}

/** What a process here makes of a marker: it takes over, from whom; or it waits, for whom. */
async function takesOver(scene: Scene): Promise<{ readonly from: number | undefined; readonly reason?: string }> {
  const next = scene.start(here, { method: "refreshIfStale" });
  const met = await Promise.race([next.hears("recovered"), next.hears("waiting")]);
  if (met.kind === "waiting") return { from: undefined };
  assertEquals(await next.outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
  await next.endsWell();
  assertEquals(tierFiles(scene), ["models.json"]);
  return { from: met.from?.owner.pid, reason: met.from?.reason ?? "" };
}

modelTest("PidReuseSafety", (clause) => {
  for (const other of everyRuntime) {
    clause(
      `a dead claim's PID belongs to a process on ${other} now: the claim is taken over at once`,
      async (scene) => {
        seed(scene, '"old"');
        await deadMarker(scene);
        const { pid } = await bystander(scene, other);
        editMarker(scene, { pid });
        assertEquals(await takesOver(scene), { from: pid, reason: "owner-gone" });
      },
    );

    clause(`a dead lock's PID belongs to a process on ${other} now: the lock stands in nobody's way`, async (scene) => {
      seed(scene, '"old"');
      const { deadline: _, ...lock } = await deadMarker(scene);
      const { pid } = await bystander(scene, other);
      editMarker(scene, { pid });
      writeFileSync(tierFile(scene, "models.lock"), JSON.stringify({ ...lock, pid }), { mode: 0o600 });
      assertEquals(await takesOver(scene), { from: pid, reason: "owner-gone" });
    });

    for (const [kind, left] of [["ours", {}], ["the Go package's", { token: undefined, host: undefined }]] as const) {
      clause(`a record without process_start (${kind}), older than the process on ${other}: dead`, async (scene) => {
        seed(scene, '"old"');
        await deadMarker(scene);
        const { pid } = await bystander(scene, other);
        const long = { started_at: timestamp(-3_600_000), deadline: timestamp(3_600_000) };
        editMarker(scene, { pid, process_start: undefined, ...long, ...left });
        assertEquals(await takesOver(scene), { from: pid, reason: "owner-gone" });
      });

      clause(`a record without process_start (${kind}), younger than the process on ${other}: alive`, async (scene) => {
        seed(scene, '"old"');
        await deadMarker(scene);
        const { pid } = await bystander(scene, other);
        editMarker(scene, { pid, process_start: undefined, started_at: timestamp(0), ...left });
        assertEquals(await takesOver(scene), { from: undefined });
      });
    }

    clause(`the same PID and the same start, on ${other}: it lives, and nobody takes over`, async (scene) => {
      seed(scene, '"old"');
      const refreshing = scene.start(other, { refresher: { gate: scene.file("gate") } });
      await refreshing.began();
      assertEquals(await takesOver(scene), { from: undefined });
      scene.open("gate");
      await refreshing.endsWell();
    });
  }
});
