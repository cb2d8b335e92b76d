import { assert, assertEquals } from "@std/assert";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import type { RuntimeName } from "../../scripts/runtimes.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { inScene, type Scene } from "../support/cache_children.ts";
import { tool, type Wrap } from "../support/processes.ts";

const SUITE = "a real file system that refuses";
const here = detectAdapter().name as RuntimeName;
const isRoot = process.getuid?.() === 0;

const NOBODY = 65_534;
const AS_NOBODY: Wrap = (argv) => ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", ...argv];

function mayBecomeNobody(): true | string {
  if (!isRoot) return "only root may become another user";
  const [file = "", ...args] = AS_NOBODY(["true"]);
  const { ok, says } = tool(file, ...args);
  return ok ? true : `setpriv does not work here: ${says}`;
}

function mayMount(): true | string {
  if (!isRoot) return "only root may mount";
  const folder = `/tmp/discoverycache-mount-${process.pid}`;
  mkdirSync(folder);
  const { ok, says } = tool("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
  if (ok) tool("umount", folder);
  rmSync(folder, { recursive: true });
  return ok ? true : `mount does not work here: ${says}`;
}

const capabilities = { users: mayBecomeNobody(), mounts: mayMount() } as const;

for (const [name, answer] of Object.entries(capabilities)) {
  if (answer !== true) console.log(`capability: ${SUITE}: ${name}: ${answer}`);
}

function clause(name: string, need: keyof typeof capabilities, run: (scene: Scene) => Promise<void>): void {
  if (capabilities[need] !== true) return;
  void it(name, { timeout: 120_000 }, () => inScene(run));
}

/** Old data of somebody's, an hour old, below a root with the given mode. */
function seedAs(scene: Scene, user: number, mode: number): void {
  const tier = join(scene.root, "discovery");
  mkdirSync(tier, { mode: 0o700 });
  writeFileSync(join(tier, "models.json"), '"old"');
  tool("touch", "-d", "1 hour ago", join(tier, "models.json"));
  // The file of the runs, which has to be writable.
  writeFileSync(scene.file("runs"), "");
  for (const path of [join(tier, "models.json"), scene.file("runs"), tier, scene.root]) chownSync(path, user, user);
  chmodSync(tier, mode);
  chmodSync(scene.root, mode);
  chmodSync(scene.folder, 0o755);
}

describe(SUITE, () => {
  clause("a root that cannot be written: typed errors, and the old data stays readable", "users", async (scene) => {
    seedAs(scene, NOBODY, 0o500);
    const start = (method: "read" | "get" | "refresh" | "refreshIfStale") =>
      scene.start(here, { method, wrap: AS_NOBODY });
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
    const { name, code } = await scene.start(here, { root, wrap: AS_NOBODY }).error();
    assertEquals([name, code], ["AdapterError", "EACCES"]);
    assertEquals(existsSync(join(scene.folder, "not")), false);
  });

  clause("a root that cannot be looked into: typed errors", "users", async (scene) => {
    chmodSync(scene.folder, 0o755);
    chmodSync(scene.root, 0o700);
    const root = join(scene.root, "below");
    for (const method of ["read", "refresh"] as const) {
      const { name, code } = await scene.start(here, { root, method, wrap: AS_NOBODY }).error();
      assertEquals([name, code], ["AdapterError", "EACCES"], method);
    }
  });

  clause("a root of another user, though it could be read: refused", "users", async (scene) => {
    seedAs(scene, 0, 0o755);
    for (const method of ["read", "refresh", "get"] as const) {
      const { name, problem } = await scene.start(here, { method, wrap: AS_NOBODY }).error();
      assertEquals([name, problem], ["RootError", "foreign-owner"], method);
    }
  });

  clause(
    "a full disk: the failure is recorded, the old data stays, and there is a next time",
    "mounts",
    async (scene) => {
      await onSmallDisk(scene, async (root, filler) => {
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
    await onSmallDisk(scene, async (root, filler) => {
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

/** Gives work a root on a disk of 256 KiB, and a name for a file that fills it. */
async function onSmallDisk(scene: Scene, work: (root: string, filler: string) => Promise<void>): Promise<void> {
  const disk = join(scene.folder, "disk");
  mkdirSync(disk);
  const { ok, says } = tool("mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", disk);
  assert(ok, says);
  try {
    await work(join(disk, "root"), join(disk, "filler"));
  } finally {
    tool("umount", "-l", disk);
  }
}

/** Writes until the disk is full to the last page. */
function fill(path: string): void {
  const { ok } = tool("dd", "if=/dev/zero", `of=${path}`, "bs=4096");
  assertEquals(ok, false, "the disk should be full");
}
