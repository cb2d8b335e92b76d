import { assert, assertEquals } from "@std/assert";
import { copyFileSync, writeFileSync } from "node:fs";
import type { TestRuntime } from "../../scripts/test/plan.ts";
import type { CacheChild, Scene } from "../support/cache_children.ts";
import type { ClaimJob, ClaimResult } from "../support/crowd_jobs.ts";
import { dataOnDisk, markerOnDisk, seed, tierFile, tierFiles } from "../support/scene_files.ts";
import { here, modelTest } from "./model.ts";
import { everyRuntime } from "../support/processes.ts";

const kinds = (child: CacheChild) => child.heard.map(({ kind }) => kind);

/** Half of these sources have an owner who was killed, and half of those a lock of his, too. */
const ROUNDS = 60;
const isOrphan = (round: number) => round % 2 === 1;

/** Leaves the sources to a process that claimed and was killed; its PID. */
async function orphan(scene: Scene, runtime: TestRuntime): Promise<number> {
  const killed = scene.start(runtime, { refresher: { gate: scene.file("never") } });
  await killed.hears("claimed");
  killed.signal("SIGKILL");
  await killed.ended;
  const { deadline: _, ...lock } = markerOnDisk(scene) ?? {};
  for (let round = 0; round < ROUNDS; round++) {
    if (!isOrphan(round)) continue;
    copyFileSync(tierFile(scene, "models.refreshing"), tierFile(scene, `source-${round}.refreshing`));
    if (round % 4 === 1) continue;
    writeFileSync(tierFile(scene, `source-${round}.lock`), JSON.stringify(lock), { mode: 0o600 });
  }
  return killed.pid;
}

modelTest("ConcurrentClaimTwoProcs", (clause) => {
  for (const other of everyRuntime) {
    clause(`a process here and one on ${other} ask at once: one refreshes, the other gets its data`, async (scene) => {
      const options = {
        method: "refreshIfStale",
        go: scene.file("go"),
        refresher: { gate: scene.file("gate") },
      } as const;
      const both = [scene.start(here, options), scene.start(other, options)];
      await Promise.all(both.map((child) => child.ready()));
      scene.open("go");
      const refreshing = await Promise.any(both.map((child) => child.hears("claimed").then(() => child)));
      const waiting = both.find((child) => child !== refreshing);
      assert(waiting !== undefined);
      assertEquals((await waiting.hears("waiting")).state?.owner.pid, refreshing.pid);
      scene.open("gate");
      const text = `"${refreshing === both[0] ? here : other}"`;
      assertEquals(await refreshing.outcome(), { text, state: "fresh", origin: "refreshed" });
      assertEquals(await waiting.outcome(), { text, state: "fresh", origin: "joined" });
      await Promise.all(both.map((child) => child.endsWell()));
      assertEquals(scene.runs(), [refreshing.pid]);
    });

    clause(`${ROUNDS} claims at once by a process here and one on ${other}: each is granted to one`, async (scene) => {
      const dead = await orphan(scene, other);
      const names = ["one", "two"];
      const both = names.map((name, index) =>
        scene.startCrowd<ClaimJob>(index === 0 ? here : other, { job: "claim", name, names, rounds: ROUNDS })
      );
      const [one = [], two = []] = await Promise.all(both.map((child) => child.result<ClaimResult[]>()));
      assertEquals([one.length, two.length], [ROUNDS, ROUNDS]);
      for (const [round, mine] of one.entries()) {
        const answers = [mine, two[round]];
        const granted = answers.filter((answer) => answer?.kind === "claimed");
        const [claim] = granted;
        assertEquals(answers.map((answer) => answer?.kind).sort(), ["claimed", "refreshing"], `round ${round}`);
        assertEquals(answers.map((answer) => answer?.token), [claim?.token, claim?.token], `round ${round}`);
        assertEquals(claim?.from, isOrphan(round) ? dead : undefined, `round ${round}`);
        assertEquals(markerOnDisk(scene, `source-${round}`)?.token, claim?.token);
      }
      assertEquals(tierFiles(scene).filter((name) => !name.endsWith(".refreshing")), []);
    });
  }
});

/** A process of this runtime that refreshes, forced or not, until the gate is opened. */
async function refreshing(scene: Scene, method: "refresh" | "refreshIfStale" | "maybeRefresh"): Promise<CacheChild> {
  const child = scene.start(here, { method, refresher: { gate: scene.file("gate") } });
  await child.began();
  return child;
}

modelTest("ForceRefreshWaitsAndReadsFresh", (clause) => {
  for (const other of everyRuntime) {
    clause(`forced on ${other} while a process here refreshes: it waits, and gets the new data`, async (scene) => {
      seed(scene, '"old"', 0);
      const owner = await refreshing(scene, "refresh");
      const forced = scene.start(other, { method: "refresh" });
      assertEquals((await forced.hears("waiting")).state?.owner.pid, owner.pid);
      const reader = scene.start(other, { method: "read" });
      assertEquals(await reader.outcome(), { text: '"old"', state: "fresh" });
      scene.open("gate");
      assertEquals(await forced.outcome(), { text: `"${here}"`, state: "fresh", origin: "joined" });
      await Promise.all([owner.endsWell(), forced.endsWell()]);
      assertEquals(kinds(forced), ["waiting", "adopted"]);
      assertEquals(scene.runs(), [owner.pid]);
      assertEquals(dataOnDisk(scene), `"${here}"`);
    });

    clause(`forced on ${other} after a process here has refreshed: fresh data does not stop it`, async (scene) => {
      const first = scene.start(here);
      await first.endsWell();
      const forced = scene.start(other, { method: "refresh" });
      assertEquals(await forced.outcome(), { text: `"${other}"`, state: "fresh", origin: "refreshed" });
      await forced.endsWell();
      assertEquals(scene.runs(), [first.pid, forced.pid]);
    });

    clause(`forced on ${other} while a failure here cools down: it does not wait for that`, async (scene) => {
      seed(scene, '"old"');
      scene.open("gate", "no network");
      const failed = scene.start(here, { refresher: { gate: scene.file("gate") } });
      assertEquals((await failed.error()).attempts, 1);
      const held = scene.start(other, { method: "refreshIfStale" });
      assertEquals(await held.outcome(), { text: '"old"', state: "stale", origin: "stale" });
      const forced = scene.start(other, { method: "refresh" });
      assertEquals(await forced.outcome(), { text: `"${other}"`, state: "fresh", origin: "refreshed" });
      await forced.endsWell();
      assertEquals(scene.runs(), [failed.pid, forced.pid]);
      assertEquals(tierFiles(scene), ["models.json"]);
    });
  }
});

modelTest("ConcurrentNormalAndForce", (clause) => {
  for (const other of everyRuntime) {
    for (const method of ["refreshIfStale", "maybeRefresh"] as const) {
      clause(`forced on ${other} joins a refresh that ${method}() began here`, async (scene) => {
        seed(scene, '"old"');
        const normal = await refreshing(scene, method);
        const forced = scene.start(other, { method: "refresh" });
        await forced.hears("waiting");
        scene.open("gate");
        assertEquals(await forced.outcome(), { text: `"${here}"`, state: "fresh", origin: "joined" });
        await Promise.all([normal.endsWell(), forced.endsWell()]);
        assertEquals(scene.runs(), [normal.pid]);
      });
    }

    clause(`stale data and a forced refresh here: ${other} joins it or goes on, as it asked to`, async (scene) => {
      seed(scene, '"old"');
      const forced = await refreshing(scene, "refresh");
      const background = scene.start(other, { method: "maybeRefresh" });
      await background.endsWell();
      assertEquals(kinds(background), ["stale"]);
      const normal = scene.start(other, { method: "refreshIfStale" });
      await normal.hears("waiting");
      scene.open("gate");
      assertEquals(await normal.outcome(), { text: `"${here}"`, state: "fresh", origin: "joined" });
      await Promise.all([normal.endsWell(), forced.endsWell()]);
      assertEquals(scene.runs(), [forced.pid]);
    });

    clause(`fresh data and a forced refresh here: nobody on ${other} waits for it`, async (scene) => {
      seed(scene, '"old"', 0);
      const forced = await refreshing(scene, "refresh");
      const normal = scene.start(other, { method: "refreshIfStale" });
      assertEquals(await normal.outcome(), { text: '"old"', state: "fresh", origin: "hit" });
      await normal.endsWell();
      scene.open("gate");
      assertEquals(await forced.outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
      assertEquals(scene.runs(), [forced.pid]);
    });

    clause(`both at once, forced here and normal on ${other}: one refresh, and both have its data`, async (scene) => {
      seed(scene, '"old"');
      const options = { go: scene.file("go"), refresher: { gate: scene.file("gate") } };
      const both = [
        scene.start(here, { method: "refresh", ...options }),
        scene.start(other, { method: "refreshIfStale", ...options }),
      ];
      await Promise.all(both.map((child) => child.ready()));
      scene.open("go");
      await Promise.all(both.map((child) => Promise.race([child.hears("claimed"), child.hears("waiting")])));
      scene.open("gate");
      const outcomes = await Promise.all(both.map((child) => child.outcome()));
      await Promise.all(both.map((child) => child.endsWell()));
      assertEquals(outcomes.map((outcome) => "origin" in outcome && outcome.origin).sort(), ["joined", "refreshed"]);
      assertEquals(new Set(outcomes.map((outcome) => "text" in outcome && outcome.text)).size, 1);
      assertEquals(scene.runs().length, 1);
    });
  }
});
