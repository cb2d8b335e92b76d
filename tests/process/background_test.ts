import { assertEquals, assertStringIncludes } from "@std/assert";
import { writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { RuntimeName } from "../../scripts/runtimes.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { inScene, type Scene, type StartOptions } from "../support/cache_children.ts";

const here = detectAdapter().name as RuntimeName;

function clause(name: string, run: (scene: Scene) => Promise<void>): void {
  void it(name, { timeout: 120_000 }, () => inScene(run));
}

/** Lets a process of this runtime refresh in the background and end by itself; what it has heard. */
async function inBackground(scene: Scene, options: StartOptions = {}) {
  const child = scene.start(here, { method: "maybeRefresh", ...options });
  await child.endsWell();
  return child.heard;
}

const kinds = (heard: readonly { readonly kind: string }[]) => heard.map(({ kind }) => kind);

describe("maybeRefresh() in a process that has nothing else to do", () => {
  clause("makes the root, refreshes, and lets the process end", async (scene) => {
    const heard = await inBackground(scene, { root: `${scene.root}/made/when/needed` });
    assertEquals(kinds(heard), ["absent", "claimed", "refreshed"]);
    const reader = scene.start(here, { root: `${scene.root}/made/when/needed`, method: "read" });
    assertEquals((await reader.outcome() as { text: string }).text, `"${here}"`);
  });

  clause("keeps the process alive until what the refresher holds open has ended", async (scene) => {
    const child = scene.start(here, { method: "maybeRefresh", refresher: { gate: scene.file("gate") } });
    await child.hears("claimed");
    const reader = scene.start(here, { method: "read" });
    await reader.endsWell();
    scene.open("gate");
    await child.endsWell();
    assertEquals(kinds(child.heard), ["absent", "claimed", "refreshed"]);
  });

  for (const mischief of ["throws", "returns undefined", "rejects with undefined"] as const) {
    clause(
      `survives a refresher that ${mischief}: the failure is recorded and nothing is left unhandled`,
      async (scene) => {
        const heard = await inBackground(scene, { refresher: { mischief } });
        assertEquals(kinds(heard), ["absent", "claimed", "failed"]);
        const reader = scene.start(here, { method: "get" });
        const error = await reader.error();
        assertEquals([error.name, error.attempts], ["RefreshFailedError", 1]);
        assertEquals(error.reason, heard[2]?.error?.reason);
      },
    );
  }

  clause("survives a refresher that never settles, to its deadline and not longer", async (scene) => {
    const heard = await inBackground(scene, { refreshDeadline: 300, refresher: { gate: scene.file("never") } });
    assertEquals(kinds(heard), ["absent", "claimed", "failed"]);
    assertStringIncludes(String(heard[2]?.error?.reason), "300 ms");
  });

  clause("survives a root that is a file: the listeners are told", async (scene) => {
    writeFileSync(scene.file("file"), "a file");
    const heard = await inBackground(scene, { root: scene.file("file") });
    assertEquals(kinds(heard), ["error"]);
    assertEquals([heard[0]?.error?.name, heard[0]?.error?.problem], ["RootError", "not-a-folder"]);
  });

  clause("survives listeners that throw: each mistake is an uncaught error, and the refresh goes on", async (scene) => {
    const child = scene.start(here, { method: "maybeRefresh", badListener: true });
    await child.endsWell();
    assertEquals(kinds(child.heard), ["absent", "claimed", "refreshed"]);
    assertEquals(child.uncaught, ["absent", "claimed", "refreshed"].map((kind) => `a listener's mistake at ${kind}`));
    assertEquals((await scene.start(here, { method: "read" }).outcome() as { state: string }).state, "fresh");
  });

  clause("is held up by a process that is stopped no longer than to that one's deadline", async (scene) => {
    const gate = scene.file("gate");
    const waiting = scene.start(here, { method: "get", go: scene.file("go") });
    await waiting.ready();
    const stopped = scene.start(here, { refreshDeadline: 1_500, refresher: { gate } });
    await stopped.hears("claimed");
    stopped.signal("SIGSTOP");
    scene.open("go");
    const error = await waiting.error();
    assertEquals([error.name, error.pid], ["WaitTimeoutError", stopped.pid]);
    stopped.signal("SIGCONT");
    // Its own deadline has passed meanwhile: whatever it has to say now, nobody is kept waiting by it.
    const late = await stopped.outcome();
    assertEquals("error" in late && late.error.causeCode, "REFRESH_DEADLINE");
    scene.open("gate");
    assertEquals((await scene.start(here).outcome() as { text: string }).text, `"${here}"`);
  });
});
