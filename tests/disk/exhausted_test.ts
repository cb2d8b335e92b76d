import { assert, assertEquals } from "@std/assert";
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import type { Scene } from "../support/cache_children.ts";
import { outputOf, programCommand, runVerbs } from "../support/processes.ts";
import type { Answer, StarvedReport } from "../support/starved_report.ts";
import { clauseMaker, here, withFiles, WITHOUT_WATCHES } from "./machine.ts";

const SUITE = "a system that has nothing left";
const clause = clauseMaker(SUITE);

const child = { runtime: here, adapter: "native" } as const;

function seed(scene: Scene): void {
  const tier = join(scene.root, "discovery");
  mkdirSync(tier, { mode: 0o700 });
  writeFileSync(join(tier, "models.json"), '"old"', { mode: 0o600 });
  const hourAgo = Date.now() / 1_000 - 3_600;
  utimesSync(join(tier, "models.json"), hourAgo, hourAgo);
}

/** What Deno says of itself when it needs a descriptor for something of its own, at a moment that it chooses. */
const DENO_ITSELF = /Deno has panicked|Ignoring extra certs/;

/** How often a process is started anew after such a moment. */
const MOST_STARTS = 20;

/** What a process says that has so many descriptors left. */
async function starve(scene: Scene, free: number): Promise<StarvedReport> {
  const argv = withFiles(64)([...programCommand(child, "starved_child"), scene.root, `${free}`]);
  for (let starts = 1;; starts++) {
    seed(scene);
    try {
      return JSON.parse(await outputOf(argv)) as StarvedReport;
    } catch (error) {
      if (starts === MOST_STARTS || !DENO_ITSELF.test(String(error))) throw error;
      rmSync(join(scene.root, "discovery"), { recursive: true });
    }
  }
}

function isRefusal({ name, code, causeCode }: Answer): boolean {
  return (name === "AdapterError" && code === "EMFILE") || (name === "RefreshFailedError" && causeCode === "EMFILE");
}

describe(SUITE, () => {
  clause("no descriptor: typed errors, and what is remembered is served", "limits", async (scene) => {
    const { starved, errors, leaked, after } = await starve(scene, 0);
    const { keeping, forgetful } = starved;
    for (const name of ["read", "readSync"]) assertEquals(keeping[name], { text: '"old"' }, name);
    assertEquals(keeping["get"], { text: "old" });
    for (const answers of [keeping, forgetful]) {
      assertEquals(answers["maybeRefresh"], { text: "done" }, "a background call throws nothing");
      const { refreshState = {} } = answers;
      // Deno sees without a descriptor that there is no marker.
      assert(refreshState.text === "idle" || isRefusal(refreshState), JSON.stringify(refreshState));
      for (const name of ["refresh", "refreshIfStale", "prune"]) {
        assert(isRefusal(answers[name] ?? {}), `${name}: ${JSON.stringify(answers[name])}`);
      }
    }
    for (const name of ["read", "readSync", "get"]) assert(isRefusal(forgetful[name] ?? {}), name);
    assert(errors.length > 0 && errors.every(isRefusal), JSON.stringify(errors));
    assertEquals([leaked, after], [0, { text: '"new"' }]);
    assertEquals(readdirSync(join(scene.root, "discovery")), ["models.json"]);
  });

  for (const free of [1, 2, 3]) {
    clause(`${free} free: every call does what it should, or says what is missing`, "limits", async (scene) => {
      const { starved, errors, leaked, after } = await starve(scene, free);
      for (const [name, answer] of Object.entries(starved).flatMap(([, answers]) => Object.entries(answers))) {
        assert(isRefusal(answer) || answer.name === undefined, `${name}: ${JSON.stringify(answer)}`);
      }
      for (const error of errors) assert(isRefusal(error), JSON.stringify(error));
      assertEquals([leaked, after], [0, { text: '"new"' }]);
      assertEquals(readdirSync(join(scene.root, "discovery")), ["models.json"]);
    });
  }

  clause("no watch: a process that waits for another sees its commit all the same", "watches", async (scene) => {
    const [watch] = await runVerbs(child, [{ verb: "watch", args: [scene.root] }], { wrap: WITHOUT_WATCHES });
    assert(watch !== undefined && "error" in watch, `watching should fail, and gives ${JSON.stringify(watch)}`);
    const refreshing = scene.start(here, { refresher: { gate: scene.file("gate") } });
    await refreshing.hears("claimed");
    const waiting = scene.start(here, { method: "refreshIfStale", wrap: WITHOUT_WATCHES });
    const { state } = await waiting.hears("waiting");
    assertEquals(state?.owner.pid, refreshing.pid);
    scene.open("gate");
    assertEquals(await waiting.outcome(), { text: `"${here}"`, state: "fresh", origin: "joined" });
    await Promise.all([waiting.endsWell(), refreshing.endsWell()]);
    assertEquals(scene.runs(), [refreshing.pid]);
  });
});
