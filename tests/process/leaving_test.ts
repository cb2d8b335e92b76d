import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import type { RuntimeName } from "../../scripts/runtimes.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { type CacheChild, inScene, type Scene } from "../support/cache_children.ts";
import type { CacheJob } from "../support/cache_jobs.ts";
import { withSilentServer } from "../support/silent_server.ts";

const here = detectAdapter().name as RuntimeName;

function clause(name: string, run: (scene: Scene) => Promise<void>): void {
  void it(name, { timeout: 120_000 }, () => inScene(run));
}

/** A way to leave, with stale data in hand and its refresh pending. */
interface Way extends Pick<CacheJob, "keepAlive" | "leaves"> {
  readonly name: string;
  /** Whether a request of the refresher's would keep the process alive all the same. */
  readonly notByForce?: boolean;
  /** Whether the refresher's signal is aborted. */
  readonly aborts: boolean;
  readonly only?: RuntimeName;
}

const WAYS: readonly Way[] = [
  { name: "close() and keepAlive: false", keepAlive: false, leaves: "closes", aborts: true },
  { name: "[Symbol.asyncDispose]() and keepAlive: false", keepAlive: false, leaves: "disposes", aborts: true },
  { name: "its end and keepAlive: false", keepAlive: false, aborts: false, notByForce: true },
  { name: "process.exit()", leaves: "exits", aborts: false },
  { name: "process.exit() and keepAlive: false", keepAlive: false, leaves: "exits", aborts: false },
  { name: "Deno.exit()", leaves: "exits by Deno", aborts: false, only: "deno" },
];

/** Sees that a process ended well, and that nothing of its refresh is left, nor in the next caller's way. */
async function assertGoneWithoutTrace(scene: Scene, child: CacheChild, { aborts }: Way): Promise<void> {
  const outcome = await child.outcome();
  assertEquals("state" in outcome && [outcome.text, outcome.state], ['"old"', "stale"]);
  await child.endsWell();
  assertEquals(scene.files(), ["models.json"], "no marker, no lock, nothing staged");
  const kinds = child.heard.map(({ kind }) => kind);
  assertEquals(kinds, ["stale", "claimed", ...(aborts ? ["aborted"] : [])]);
  const answer = await scene.claim();
  assert(answer.kind === "claimed", answer.kind);
  assertEquals(answer.recovered, undefined, "it was given back, not taken over");
  assertEquals(answer.claim.attempts, 0);
}

const ways = WAYS.filter(({ only }) => only === undefined || only === here);

describe("a process that leaves with stale data, its refresh pending", () => {
  for (const way of ways) {
    const { name, keepAlive, leaves, aborts } = way;

    clause(`leaves by ${name}, on a promise that never settles`, async (scene) => {
      await scene.putStale('"old"');
      const job = { method: "get", keepAlive, leaves, leavesAt: scene.file("leave") } as const;
      const child = scene.start(here, { ...job, refresher: { mischief: "never settles" } });
      await child.began();
      scene.open("leave");
      await assertGoneWithoutTrace(scene, child, way);
      assertEquals(child.signalWasAborted, aborts);
    });

    way.notByForce !== true &&
      clause(`leaves by ${name}, on a request that is never answered`, async (scene) => {
        await withSilentServer(async (server) => {
          await scene.putStale('"old"');
          const leavesAt = scene.file("leave");
          const refresher = { fetches: server.url };
          const child = scene.start(here, { method: "get", keepAlive, leaves, leavesAt, refresher });
          await server.asked();
          scene.open("leave");
          await assertGoneWithoutTrace(scene, child, way);
          if (aborts) assertEquals((await child.aborted()).code, "CACHE_CLOSED");
        });
      });
  }

  clause("leaves by process.exit() in the middle of a commit, and what was staged goes, too", async (scene) => {
    await scene.putStale('"old"');
    // Its bytes are on the disk, under the name of its own; the lock is not taken yet.
    const step = { verb: "setModified", ending: ".tmp", count: 1, exits: true } as const;
    const child = scene.start(here, { method: "get", step });
    await assertGoneWithoutTrace(scene, child, { name: "", aborts: false });
    assertEquals(scene.runs(), [child.pid]);
  });

  clause("its next run refreshes: one that stays does not wait for one that left", async (scene) => {
    await scene.putStale('"old"');
    const leaving = { method: "get", keepAlive: false, refresher: { mischief: "never settles" } } as const;
    for (let run = 0; run < 3; run++) await scene.start(here, leaving).endsWell();
    const child = scene.start(here, { method: "get" });
    await child.endsWell();
    assertEquals(child.heard.map(({ kind }) => kind), ["stale", "claimed", "refreshed"]);
    assertEquals(scene.runs().length, 4);
  });
});

describe("a process that stays", () => {
  clause("by default close() waits for the refresh in the background", async (scene) => {
    await scene.putStale('"old"');
    const gate = scene.file("gate");
    const child = scene.start(here, { method: "get", leaves: "closes", refresher: { gate } });
    await child.began();
    scene.open("gate");
    await child.endsWell();
    assertEquals(child.heard.map(({ kind }) => kind), ["stale", "claimed", "refreshed"]);
  });

  clause("with keepAlive: false a caller who waits for its refresher does so to the deadline", async (scene) => {
    const job = { method: "get", keepAlive: false, refreshDeadline: 300 } as const;
    const child = scene.start(here, { ...job, refresher: { mischief: "never settles" } });
    assertStringIncludes(String((await child.error()).reason), "300 ms");
    await child.endsWell();
  });
});
