import { assert, assertEquals } from "@std/assert";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import { clauseMaker, fill, here, onSmallDisk, seedAs } from "./machine.ts";
import { asNobody, NOBODY } from "../support/processes.ts";

const SUITE = "a real file system that refuses";
const clause = clauseMaker(SUITE);

describe(SUITE, () => {
  clause("a root that cannot be written: typed errors, and the old data stays readable", "users", async (scene) => {
    seedAs(scene, NOBODY, 0o500);
    const start = (method: "read" | "get" | "refresh" | "refreshIfStale") =>
      scene.start(here, { method, wrap: asNobody });
    const reading = await start("read").outcome();
    assertEquals(reading, { text: '"old"', state: "stale" });
    for (const method of ["refresh", "refreshIfStale"] as const) {
      const { name, code, message } = await start(method).error();
      assertEquals([name, code], ["AdapterError", "EACCES"]);
      assert(message.includes("discovery/models.lock"), message);
    }
    const background = start("get");
    assertEquals(await background.outcome(), { text: '"old"', state: "stale", origin: "stale" });
    await background.endsWell();
    const { error } = await background.hears("error");
    assertEquals([error?.name, error?.code], ["AdapterError", "EACCES"]);
    assertEquals(readFileSync(scene.file("runs"), "utf8"), "", "no refresher ran");
  });

  clause("a root that cannot be made: typed errors", "users", async (scene) => {
    chmodSync(scene.folder, 0o755);
    const root = join(scene.folder, "not/to/be/made");
    const { name, code } = await scene.start(here, { root, wrap: asNobody }).error();
    assertEquals([name, code], ["AdapterError", "EACCES"]);
    assertEquals(existsSync(join(scene.folder, "not")), false);
  });

  clause("a root that cannot be looked into: typed errors", "users", async (scene) => {
    chmodSync(scene.folder, 0o755);
    chmodSync(scene.root, 0o700);
    const root = join(scene.root, "below");
    for (const method of ["read", "refresh"] as const) {
      const { name, code } = await scene.start(here, { root, method, wrap: asNobody }).error();
      assertEquals([name, code], ["AdapterError", "EACCES"], method);
    }
  });

  clause("a root of another user, though it could be read: refused", "users", async (scene) => {
    seedAs(scene, 0, 0o755);
    for (const method of ["read", "refresh", "get"] as const) {
      const { name, problem } = await scene.start(here, { method, wrap: asNobody }).error();
      assertEquals([name, problem], ["RootError", "foreign-owner"], method);
    }
  });

  clause(
    "a full disk: the failure is recorded, the old data stays, and there is a next time",
    "mounts",
    async (scene) => {
      await onSmallDisk(scene, async (root, disk) => {
        const filler = join(disk, "filler");
        const start = (method: "read" | "refresh" | "refreshIfStale", payload = '"new"', times = 1) =>
          scene.start(here, { root, method, ttl: 1, refresher: { payload, times } });
        assertEquals((await start("refresh", '"old"').outcome() as { text: string }).text, '"old"');

        const failed = await start("refresh", "too large", 100_000).error();
        assertEquals([failed.name, failed.causeCode, failed.attempts], ["RefreshFailedError", "ENOSPC", 1]);
        assertEquals(readdirSync(join(root, "discovery")).sort(), ["models.json", "models.refreshing"]);
        const cooling = await start("refreshIfStale").outcome();
        assertEquals([cooling], [{ text: '"old"', state: "stale", origin: "stale" }]);

        fill(filler);
        const refused = await start("refresh").error();
        assertEquals([refused.name, refused.code], ["AdapterError", "ENOSPC"]);
        assertEquals((await start("read").outcome() as { text: string }).text, '"old"');
        rmSync(filler);
        assertEquals((await start("refresh").outcome() as { text: string }).text, '"new"');
        assertEquals(readdirSync(join(root, "discovery")), ["models.json"]);
      });
    },
  );

  clause("a disk that fills up during a refresh: nothing keeps the next caller waiting", "mounts", async (scene) => {
    await onSmallDisk(scene, async (root, disk) => {
      const filler = join(disk, "filler");
      const gate = scene.file("gate");
      const refreshing = scene.start(here, { root, refresher: { gate } });
      await refreshing.hears("claimed");
      fill(filler);
      scene.open("gate");
      const failed = await refreshing.error();
      assertEquals([failed.name, failed.causeCode], ["RefreshFailedError", "ENOSPC"]);
      await refreshing.hears("error");
      rmSync(filler);
      const next = scene.start(here, { root });
      assertEquals(await next.outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
      assertEquals(readFileSync(join(root, "discovery/models.json"), "utf8"), `"${here}"`);
    });
  });
});
