import { assertEquals } from "@std/assert";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import type { Scene } from "../support/cache_children.ts";
import { tool } from "../support/processes.ts";
import { clauseMaker, here, onSmallDisk, prunedBy } from "./machine.ts";

const SUITE = "a disk that becomes read-only";
const clause = clauseMaker(SUITE);

/** Gives work a root with data, and the means to make its disk read-only and to undo that. */
async function withDisk(
  scene: Scene,
  work: (root: string, remount: (mode: "ro" | "rw") => void) => Promise<void>,
): Promise<void> {
  await onSmallDisk(scene, async (root, disk) => {
    const remount = (mode: "ro" | "rw") => {
      const { ok, says } = tool("mount", "-o", `remount,${mode}`, disk);
      assertEquals(ok, true, says);
    };
    await scene.start(here, { root, refresher: { payload: '"old"' } }).endsWell();
    await work(root, remount);
  });
}

describe(SUITE, () => {
  clause("data is read, a refresh fails with a typed error, and nobody's refresher runs", "mounts", async (scene) => {
    await withDisk(scene, async (root, remount) => {
      remount("ro");
      const runs = scene.runs().length;
      const start = (method: "read" | "get" | "refresh" | "refreshIfStale", ttl: number) =>
        scene.start(here, { root, method, ttl });
      assertEquals(await start("read", 1).outcome(), { text: '"old"', state: "stale" });
      const fresh = { text: '"old"', state: "fresh", origin: "hit" };
      for (const method of ["get", "refreshIfStale"] as const) {
        assertEquals(await start(method, 3_600_000).outcome(), fresh, method);
      }
      for (const method of ["refresh", "refreshIfStale"] as const) {
        const { name, code } = await start(method, 1).error();
        assertEquals([name, code], ["AdapterError", "EROFS"], method);
      }
      const background = start("get", 1);
      assertEquals(await background.outcome(), { text: '"old"', state: "stale", origin: "stale" });
      await background.endsWell();
      assertEquals((await background.hears("error")).error?.code, "EROFS");
      assertEquals(scene.runs().length, runs);
    });
  });

  clause("prune() removes nothing, and says why", "mounts", async (scene) => {
    await withDisk(scene, async (root, remount) => {
      remount("ro");
      const pruned = await prunedBy(scene.start(here, { root, method: "prune" }));
      assertEquals(pruned, { removed: 0, litter: 0, failures: ["EROFS"] });
      assertEquals(readdirSync(join(root, "discovery")), ["models.json"]);
    });
  });

  clause("a root that is not there and cannot be made: typed errors", "mounts", async (scene) => {
    await withDisk(scene, async (root, remount) => {
      remount("ro");
      for (const method of ["get", "refresh", "refreshIfStale"] as const) {
        const { name, code } = await scene.start(here, { root: `${root}/none`, method }).error();
        assertEquals([name, code], ["AdapterError", "EROFS"], method);
      }
    });
  });

  clause(
    "in the middle of a refresh: it fails, typed, and goes on being tidied until the disk can be written",
    "mounts",
    async (scene) => {
      await withDisk(scene, async (root, remount) => {
        const refreshing = scene.start(here, { root, refresher: { gate: scene.file("gate") } });
        await refreshing.hears("claimed");
        remount("ro");
        scene.open("gate");
        const { name, causeCode } = await refreshing.error();
        assertEquals([name, causeCode], ["RefreshFailedError", "EROFS"]);
        assertEquals((await scene.start(here, { root, method: "read" }).outcome() as { text: string }).text, '"old"');
        remount("rw");
        const next = await scene.start(here, { root }).outcome();
        assertEquals(next, { text: `"${here}"`, state: "fresh", origin: "refreshed" });
        await refreshing.endsWell();
        assertEquals(readdirSync(join(root, "discovery")), ["models.json"]);
      });
    },
  );
});
