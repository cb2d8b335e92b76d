import { assertEquals } from "@std/assert";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import type { CacheJob } from "../support/cache_jobs.ts";
import type { Scene } from "../support/cache_children.ts";
import { asNobody, NOBODY, tool } from "../support/processes.ts";
import { clauseMaker, here, prunedBy, seedAs } from "./machine.ts";

const SUITE = "files of another user among one's own";
const clause = clauseMaker(SUITE);

/** Files that a refresh cannot do without, and what prune() fails with because of them. */
const UNREADABLE = { "models.lock": ["EACCES", "EACCES"], "models.refreshing": ["EACCES"] };

const OLD = { text: '"old"', state: "stale", origin: "stale" };

/** A root of somebody's, with data, and in it a file that only its owner, who is somebody else, can read. */
function prepare(scene: Scene, name: string, content: string) {
  seedAs(scene, NOBODY, 0o700);
  const path = join(scene.root, "discovery", name);
  writeFileSync(path, content);
  for (const command of [["chown", "0:0"], ["chmod", "600"], ["touch", "-d", "1 hour ago"]]) {
    const { ok, says } = tool(command[0] ?? "", ...command.slice(1), path);
    assertEquals(ok, true, says);
  }
  const start = (method: CacheJob["method"]) => scene.start(here, { method, wrap: asNobody });
  const assertKept = () => assertEquals([readFileSync(path, "utf8"), statSync(path).uid], [content, 0], name);
  return { path, start, assertKept };
}

describe(SUITE, () => {
  clause("data that cannot be read: typed errors, until a forced refresh replaces it", "users", async (scene) => {
    const { path, start, assertKept } = prepare(scene, "models.json", '"secret"');
    for (const method of ["read", "get", "refreshIfStale"] as const) {
      const { name, code } = await start(method).error();
      assertEquals([name, code], ["AdapterError", "EACCES"], method);
    }
    const background = start("maybeRefresh");
    await background.endsWell();
    assertEquals((await background.hears("error")).error?.code, "EACCES");
    assertKept();
    assertEquals(await start("refresh").outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
    assertEquals([readFileSync(path, "utf8"), statSync(path).uid], [`"${here}"`, NOBODY]);
  });

  for (const [name, failures] of Object.entries(UNREADABLE)) {
    clause(`${name}: typed errors, old data is served, and the file stays as it is`, "users", async (scene) => {
      const { start, assertKept } = prepare(scene, name, "{}");
      for (const method of ["refresh", "refreshIfStale"] as const) {
        const { name, code } = await start(method).error();
        assertEquals([name, code], ["AdapterError", "EACCES"], method);
      }
      assertEquals(await start("read").outcome(), { text: '"old"', state: "stale" });
      const background = start("get");
      assertEquals(await background.outcome(), OLD);
      await background.endsWell();
      assertEquals((await background.hears("error")).error?.code, "EACCES");
      assertEquals(await prunedBy(start("prune")), { removed: 0, litter: 0, failures });
      assertKept();
      assertEquals(readFileSync(scene.file("runs"), "utf8"), "", "no refresher ran");
    });
  }

  clause("a staged file: nobody minds it, and prune takes it for the litter that it is", "users", async (scene) => {
    const { path, start, assertKept } = prepare(scene, `models.json.${"a".repeat(32)}.tmp`, "half");
    assertEquals(await start("refresh").outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
    assertKept();
    assertEquals(await prunedBy(start("prune")), { removed: 1, litter: 1, failures: [] });
    assertEquals(existsSync(path), false);
  });
});
