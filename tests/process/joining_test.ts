import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import type { RuntimeName } from "../../scripts/runtimes.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { inScene, type Scene } from "../support/cache_children.ts";
import { everyRuntime } from "../support/processes.ts";

/** The runtime of this test: every pair of runtimes is covered once the tests have run on each. */
const here = detectAdapter().name as RuntimeName;

function clause(name: string, run: (scene: Scene) => Promise<void>): void {
  void it(name, { timeout: 120_000 }, () => inScene(run));
}

/** A process of this runtime that refreshes, until the gate is opened, and one of the other that waits for it. */
async function joined(scene: Scene, other: RuntimeName) {
  const refreshing = scene.start(here, { refresher: { gate: scene.file("gate") } });
  await refreshing.hears("claimed");
  const waiting = scene.start(other, { method: "refreshIfStale" });
  const { state } = await waiting.hears("waiting");
  assertEquals(state?.owner.pid, refreshing.pid);
  return { refreshing, waiting };
}

const kinds = (heard: readonly { readonly kind: string }[]) => heard.map(({ kind }) => kind);

describe("a process that joins the refresh of another", () => {
  for (const other of everyRuntime) {
    clause(`refreshIfStale() on ${other} gets the data of this runtime's process`, async (scene) => {
      const { refreshing, waiting } = await joined(scene, other);
      scene.open("gate");
      assertEquals(await waiting.outcome(), { text: `"${here}"`, state: "fresh", origin: "joined" });
      assertEquals(await refreshing.outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
      await Promise.all([refreshing.endsWell(), waiting.endsWell()]);
      assertEquals(kinds(waiting.heard), ["absent", "waiting", "adopted"]);
      assertEquals(scene.runs(), [refreshing.pid]);
    });

    clause(`refreshIfStale() on ${other} takes over when this runtime's process is killed`, async (scene) => {
      const { refreshing, waiting } = await joined(scene, other);
      refreshing.signal("SIGKILL");
      assertEquals(await waiting.outcome(), { text: `"${other}"`, state: "fresh", origin: "refreshed" });
      await waiting.endsWell();
      const { from } = await waiting.hears("recovered");
      assertEquals([from?.reason, from?.owner.pid], ["owner-gone", refreshing.pid]);
      assertEquals(kinds(waiting.heard), ["absent", "waiting", "recovered", "claimed", "refreshed"]);
      assertEquals(scene.runs(), [refreshing.pid, waiting.pid]);
    });

    clause(`refreshIfStale() on ${other} gets the failure of this runtime's process`, async (scene) => {
      const { refreshing, waiting } = await joined(scene, other);
      scene.open("gate", "the provider says 503");
      const [mine, theirs] = await Promise.all([refreshing.error(), waiting.error()]);
      for (const { name, code, attempts, reason, message } of [mine, theirs]) {
        assertEquals([name, code, attempts], ["RefreshFailedError", "REFRESH_FAILED", 1]);
        assertEquals(reason, "the provider says 503");
        assertStringIncludes(message, "the provider says 503");
      }
      // The other may look when it has cooled down already, and then names that moment.
      assert(Number(theirs.retryAt) >= Number(mine.retryAt), `${theirs.retryAt}`);
      await Promise.all([refreshing.endsWell(), waiting.endsWell()]);
      assertEquals(kinds(waiting.heard), ["absent", "waiting", "failed"]);
      assertEquals(scene.runs(), [refreshing.pid]);
    });

    clause(`maybeRefresh() and read() on ${other} wait for nobody`, async (scene) => {
      const refreshing = scene.start(here, { refresher: { gate: scene.file("gate") } });
      await refreshing.hears("claimed");
      const [reading, background] = [
        scene.start(other, { method: "read" }),
        scene.start(other, { method: "maybeRefresh" }),
      ];
      assertEquals((await reading.outcome() as { state: string }).state, "absent");
      await Promise.all([reading.endsWell(), background.endsWell()]);
      assertEquals(kinds(background.heard), ["absent"]);
      scene.open("gate");
      await refreshing.endsWell();
      assertEquals(scene.runs(), [refreshing.pid]);
    });
  }

  clause("every runtime joins one refresh of this runtime's process", async (scene) => {
    const refreshing = scene.start(here, { refresher: { gate: scene.file("gate") } });
    await refreshing.hears("claimed");
    const waiting = everyRuntime.flatMap((other) => [
      scene.start(other, { method: "refresh" }),
      scene.start(other, { method: "get" }),
    ]);
    await Promise.all(waiting.map((child) => child.hears("waiting")));
    scene.open("gate");
    for (const child of waiting) {
      assertEquals(await child.outcome(), { text: `"${here}"`, state: "fresh", origin: "joined" });
    }
    assertEquals(scene.runs(), [refreshing.pid]);
  });
});

describe("processes that race for a refresh", () => {
  const nine = everyRuntime.flatMap((runtime) => Array<RuntimeName>(3).fill(runtime));

  clause("three of each runtime run one refresher that takes its time", async (scene) => {
    const options = {
      method: "refreshIfStale",
      go: scene.file("go"),
      refresher: { gate: scene.file("gate") },
    } as const;
    const racers = nine.map((runtime) => scene.start(runtime, options));
    await Promise.all(racers.map((child) => child.ready()));
    scene.open("go");
    await Promise.all(racers.map((child) => Promise.race([child.hears("waiting"), child.hears("claimed")])));
    scene.open("gate");
    const outcomes = await Promise.all(racers.map((child) => child.outcome()));
    await Promise.all(racers.map((child) => child.endsWell()));
    assertEquals(scene.runs().length, 1, "runs");
    assertEquals(new Set(outcomes.map((outcome) => "text" in outcome && outcome.text)).size, 1);
    const origins = outcomes.map((outcome) => "origin" in outcome ? outcome.origin : "error").sort();
    assertEquals(origins, [...Array<string>(8).fill("joined"), "refreshed"]);
  });

  clause("three of each runtime run one refresher that answers at once", async (scene) => {
    const racers = nine.map((runtime) => scene.start(runtime, { method: "refreshIfStale", go: scene.file("go") }));
    await Promise.all(racers.map((child) => child.ready()));
    scene.open("go");
    const outcomes = await Promise.all(racers.map((child) => child.outcome()));
    await Promise.all(racers.map((child) => child.endsWell()));
    assertEquals(scene.runs().length, 1, "runs");
    assertEquals(new Set(outcomes.map((outcome) => "text" in outcome && outcome.text)).size, 1);
  });

  clause("three of each runtime in the background run one refresher, and every process ends", async (scene) => {
    const options = { method: "maybeRefresh", go: scene.file("go"), refresher: { gate: scene.file("gate") } } as const;
    const racers = nine.map((runtime) => scene.start(runtime, options));
    await Promise.all(racers.map((child) => child.ready()));
    scene.open("go");
    const claimed = await Promise.any(racers.map((child) => child.hears("claimed").then(() => child)));
    await Promise.all(racers.filter((child) => child !== claimed).map((child) => child.endsWell()));
    scene.open("gate");
    await claimed.endsWell();
    assertEquals(scene.runs(), [claimed.pid]);
    const reader = scene.start(here, { method: "read" });
    assertEquals((await reader.outcome() as { state: string }).state, "fresh");
  });
});
