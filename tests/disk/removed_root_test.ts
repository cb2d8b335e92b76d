import { assert, assertEquals } from "@std/assert";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import type { Scene } from "../support/cache_children.ts";
import { clauseMaker, here } from "./machine.ts";
import { everyRuntime } from "../support/processes.ts";

const SUITE = "a root that is removed under processes at work";
const clause = clauseMaker(SUITE);

const kinds = (heard: readonly { readonly kind: string }[]) => heard.map(({ kind }) => kind);

/** A root that can be removed without what the scene keeps in its own. */
function rootOf(scene: Scene) {
  const root = join(scene.folder, "cache");
  let removals = 0;
  // In one step, as they see it: whoever notices makes it again at once, and would be in the way of what is removed.
  const remove = () => {
    const gone = `${root}-gone-${removals++}`;
    renameSync(root, gone);
    rmSync(gone, { recursive: true });
  };
  return { root, remove, gate: scene.file("gate") };
}

describe(SUITE, () => {
  clause("who waits for his refresh gets new data, and the root is there again", "nothing", async (scene) => {
    const { root, remove, gate } = rootOf(scene);
    const refreshing = scene.start(here, { root, refresher: { gate } });
    await refreshing.hears("claimed");
    remove();
    scene.open("gate");
    assertEquals(await refreshing.outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
    await refreshing.endsWell();
    assertEquals(kinds(refreshing.heard), ["claimed", "superseded", "claimed", "refreshed"]);
    assertEquals(readdirSync(join(root, "discovery")), ["models.json"]);
  });

  clause("a background refresh comes to nothing, and the next one works", "nothing", async (scene) => {
    const { root, remove, gate } = rootOf(scene);
    const background = scene.start(here, { root, method: "maybeRefresh", refresher: { gate } });
    await background.hears("claimed");
    remove();
    scene.open("gate");
    await background.endsWell();
    assertEquals(kinds(background.heard), ["absent", "claimed", "superseded"]);
    const next = await scene.start(here, { root, method: "get" }).outcome();
    assertEquals(next, { text: `"${here}"`, state: "fresh", origin: "refreshed" });
  });

  for (const other of everyRuntime) {
    clause(`${other} that waits for this runtime's refresh refreshes itself`, "nothing", async (scene) => {
      const { root, remove, gate } = rootOf(scene);
      const refreshing = scene.start(here, { root, refresher: { gate, payload: '"late"' } });
      await refreshing.hears("claimed");
      const waiting = scene.start(other, { root, method: "refreshIfStale", refresher: { payload: '"mine"' } });
      await waiting.hears("waiting");
      remove();
      assertEquals(await waiting.outcome(), { text: '"mine"', state: "fresh", origin: "refreshed" });
      await waiting.endsWell();
      scene.open("gate");
      // What was claimed in the folder that is gone must not come over what has been committed since.
      await refreshing.hears("superseded");
      await refreshing.endsWell();
      assertEquals(readdirSync(join(root, "discovery")), ["models.json"]);
    });
  }

  clause("a file in its place: a typed error, and the file stays as it is", "nothing", async (scene) => {
    const { root, remove, gate } = rootOf(scene);
    const refreshing = scene.start(here, { root, refresher: { gate } });
    await refreshing.hears("claimed");
    remove();
    writeFileSync(root, "a file");
    scene.open("gate");
    const { name, causeCode } = await refreshing.error();
    assertEquals([name, causeCode], ["RefreshFailedError", "ENOTDIR"]);
    await refreshing.endsWell();
    assertEquals(readFileSync(root, "utf8"), "a file");
    remove();
    assertEquals((await scene.start(here, { root }).outcome() as { text: string }).text, `"${here}"`);
  });

  clause("again and again: everybody gets data or a typed error, and nobody hangs", "nothing", async (scene) => {
    const { root } = rootOf(scene);
    mkdirSync(root, { mode: 0o700 });
    const go = scene.file("go");
    const children = everyRuntime.flatMap((runtime) =>
      (["refresh", "refreshIfStale", "maybeRefresh"] as const).map((method) =>
        scene.start(runtime, { root, method, go })
      )
    );
    await Promise.all(children.map((child) => child.ready()));
    let left = children.length;
    for (const child of children) void child.ended.then(() => left--);
    scene.open("go");
    while (left > 0) {
      try {
        rmSync(root, { recursive: true, force: true });
      } catch {
        // Somebody made a file in it meanwhile: the next round removes it.
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    for (const child of children) {
      await child.endsWell();
      for (const { error } of child.heard) assert(error === undefined || error.code !== undefined, error?.message);
    }
    for (const [place, child] of children.entries()) {
      if (place % 3 === 2) continue;
      const outcome = await child.outcome();
      const typed = "error" in outcome ? outcome.error.code : "state" in outcome && outcome.state;
      assert(["fresh", "REFRESH_FAILED", "UNUSABLE_ROOT", "ENOTDIR"].includes(`${typed}`), JSON.stringify(outcome));
    }
    assertEquals((await scene.start(here, { root }).outcome() as { text: string }).text, `"${here}"`);
  });
});
