import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { type CacheChild, inScene, type Scene, type StartOptions } from "../support/cache_children.ts";
import { everyRuntime } from "../support/processes.ts";

function clause(name: string, run: (scene: Scene) => Promise<void>): void {
  void it(name, { timeout: 120_000 }, () => inScene(run));
}

/** A Deno process that may read and write below the root, and nothing else. */
function startBare(scene: Scene, options: StartOptions = {}): CacheChild {
  const denoFlags = [`--allow-read=${scene.root}`, `--allow-write=${scene.root}`];
  return scene.start("deno", { ...options, denoFlags });
}

describe("Deno with permission for the root alone", () => {
  for (const method of ["refresh", "refreshIfStale", "get", "maybeRefresh"] as const) {
    clause(`${method}() refreshes, and the process ends without a word`, async (scene) => {
      const child = startBare(scene, { method });
      await child.endsWell();
      assertEquals(scene.runs(), [child.pid]);
      const reader = startBare(scene, { method: "read" });
      const { text, state } = await reader.outcome() as { text: string; state: string };
      assertEquals([text, state], ['"deno"', "fresh"]);
      await reader.endsWell();
    });
  }

  clause("a failure is recorded, and seen with and without permissions", async (scene) => {
    scene.open("gate", "the provider says 503");
    assertEquals((await startBare(scene, { refresher: { gate: scene.file("gate") } }).error()).attempts, 1);
    for (const reader of [startBare(scene, { method: "get" }), scene.start("deno", { method: "get" })]) {
      const error = await reader.error();
      assertEquals([error.reason, error.attempts], ["the provider says 503", 1]);
    }
  });

  for (const other of everyRuntime) {
    clause(`${other} joins its refresh`, async (scene) => {
      const refreshing = startBare(scene, { refresher: { gate: scene.file("gate") } });
      await refreshing.hears("claimed");
      const waiting = scene.start(other);
      await waiting.hears("waiting");
      scene.open("gate");
      assertEquals(await waiting.outcome(), { text: '"deno"', state: "fresh", origin: "joined" });
      await refreshing.endsWell();
    });

    clause(`it joins a refresh of ${other}`, async (scene) => {
      const refreshing = scene.start(other, { refresher: { gate: scene.file("gate") } });
      await refreshing.hears("claimed");
      const waiting = startBare(scene);
      await waiting.hears("waiting");
      scene.open("gate");
      assertEquals(await waiting.outcome(), { text: `"${other}"`, state: "fresh", origin: "joined" });
      await waiting.endsWell();
    });
  }

  clause("when it is killed, nobody waits beyond its deadline, and it is taken over two more later", async (scene) => {
    // It has no host by which others could judge it: time alone does.
    const waiting = scene.start("node", { method: "get", go: scene.file("go") });
    await waiting.ready();
    const killed = startBare(scene, { refreshDeadline: 1_500, refresher: { gate: scene.file("never") } });
    await killed.hears("claimed");
    killed.signal("SIGKILL");
    scene.open("go");
    const error = await waiting.error();
    assertEquals([error.name, error.code, error.pid], ["WaitTimeoutError", "WAIT_TIMEOUT", killed.pid]);
    assertStringIncludes(error.message, "at its deadline");
    for (;;) {
      const next = scene.start("node", { method: "get" });
      const outcome = await next.outcome();
      if ("error" in outcome) {
        assertEquals(outcome.error.name, "WaitTimeoutError");
        continue;
      }
      assertEquals(outcome, { text: '"node"', state: "fresh", origin: "refreshed" });
      assertEquals((await next.hears("recovered")).from?.reason, "overdue");
      return;
    }
  });
});
