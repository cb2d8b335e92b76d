import { assert, assertEquals } from "@std/assert";
import { statSync } from "node:fs";
import { describe, it } from "node:test";
import type { RuntimeName } from "../../scripts/runtimes.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { DiscoveryCache } from "../../src/discovery_cache.ts";
import { inScene, type Scene } from "../support/cache_children.ts";
import { everyRuntime } from "../support/processes.ts";

/** The runtime of this test: every pair of runtimes is covered once the tests have run on each. */
const here = detectAdapter().name as RuntimeName;

const SOURCE = { name: "models", ttl: "1h", refreshDeadline: "60s" };
const HOUR = 3_600_000;

function clause(name: string, run: (scene: Scene) => Promise<void>): void {
  void it(name, { timeout: 120_000 }, () => inScene(run));
}

const kinds = (heard: readonly { readonly kind: string }[]) => heard.map(({ kind }) => kind);

for (const other of everyRuntime) {
  describe(`what a refresher on this runtime does with its context, seen on ${other}`, () => {
    clause("who waits past the first deadline gets the data when it was put off", async (scene) => {
      const [extend, report, gate, later] = ["extend", "report", "gate", "later"].map((name) => scene.file(name));
      const deeds = [{ at: extend, extend: 600_000 }, { at: report, report: { done: 1 } }];
      const refreshing = scene.start(here, { refresher: { deeds, gate } });
      const first = await refreshing.began();
      const ahead = { at: later ?? "", ms: 70_000 };
      const waiting = scene.start(other, { method: "refreshIfStale", ttl: HOUR, ahead });
      assertEquals((await waiting.hears("waiting")).state?.deadline, first);
      scene.open("extend");
      const { deadline = 0 } = await refreshing.hears("extended");
      assert(deadline > first + 500_000, `${deadline - first}`);
      scene.open("later");
      scene.open("report");
      // It has looked, at a time that is past the first deadline.
      await waiting.hears("progress");
      const state = await new DiscoveryCache({ root: scene.root }).refreshState(SOURCE);
      assertEquals(state.kind === "refreshing" && state.deadline, deadline);
      scene.open("gate");
      assertEquals(await waiting.outcome(), { text: `"${here}"`, state: "fresh", origin: "joined" });
      await Promise.all([refreshing.endsWell(), waiting.endsWell()]);
      assertEquals(kinds(waiting.heard), ["absent", "waiting", "progress", "adopted"]);
      assertEquals(kinds(refreshing.heard), ["claimed", "extended", "progress", "refreshed"]);
    });

    clause("who waits past a deadline that was not put off is told so", async (scene) => {
      const refreshing = scene.start(here, { refresher: { gate: scene.file("gate") } });
      await refreshing.began();
      const ahead = { at: scene.file("later"), ms: 70_000 };
      const waiting = scene.start(other, { method: "refreshIfStale", ttl: HOUR, ahead });
      await waiting.hears("waiting");
      scene.open("later");
      const { code, pid } = await waiting.error();
      assertEquals([code, pid], ["WAIT_TIMEOUT", refreshing.pid]);
      await waiting.endsWell();
      assertEquals(kinds(waiting.heard), ["absent", "waiting", "timeout"]);
    });

    clause("who waits hears of its progress, redacted; in the end of its failure, redacted as well", async (scene) => {
      const deeds = [1, 2].map((done) => ({
        at: scene.file(`report-${done}`),
        report: { done, total: 2, message: `asking with sk-1, ${done}` },
      }));
      const refreshing = scene.start(here, { redact: "sk-1", refresher: { deeds, gate: scene.file("gate") } });
      await refreshing.began();
      const waiting = scene.start(other, { method: "refreshIfStale" });
      await waiting.hears("waiting");
      scene.open("report-1");
      assertEquals((await waiting.hears("progress")).progress, { done: 1, total: 2, message: "asking with ***, 1" });
      scene.open("report-2");
      const { progress } = await waiting.hears("progress", 2);
      assertEquals(progress, { done: 2, total: 2, message: "asking with ***, 2" });
      scene.open("gate", "sk-1 is not valid");
      const [mine, theirs] = await Promise.all([refreshing.error(), waiting.error()]);
      assertEquals([mine.reason, theirs.reason], ["*** is not valid", "*** is not valid"]);
      await Promise.all([refreshing.endsWell(), waiting.endsWell()]);
      assertEquals(kinds(waiting.heard), ["absent", "waiting", "progress", "progress", "failed"]);
    });

    clause("who waits gets the data from before when nothing has changed, at its new age", async (scene) => {
      await scene.putStale('"old"');
      const data = `${scene.root}/discovery/models.json`;
      const before = statSync(data);
      const refreshing = scene.start(here, { refresher: { unchanged: true, gate: scene.file("gate") } });
      await refreshing.began();
      const waiting = scene.start(other, { method: "refreshIfStale" });
      await waiting.hears("waiting");
      scene.open("gate");
      assertEquals(await refreshing.outcome(), { text: '"old"', state: "fresh", origin: "refreshed" });
      assertEquals(await waiting.outcome(), { text: '"old"', state: "fresh", origin: "joined" });
      await Promise.all([refreshing.endsWell(), waiting.endsWell()]);
      assertEquals([refreshing.previous, waiting.previous], [['"old"'], []]);
      const { modified, capturedAt = 0 } = await refreshing.hears("refreshed");
      const after = statSync(data);
      assertEquals([modified, after.ino, after.size], [false, before.ino, before.size]);
      assert(Math.abs(after.mtimeMs - capturedAt) <= 1, `${after.mtimeMs}: ${capturedAt}`);
      assertEquals(kinds(waiting.heard), ["stale", "waiting", "adopted"]);
    });

    clause("who comes later leaves the source alone for as long as was asked for, unless he forces", async (scene) => {
      const refreshing = scene.start(here, { refresher: { retryAfter: 7_200_000 } });
      const { retryAt } = await refreshing.error();
      await refreshing.endsWell();
      const later = scene.start(other, { method: "refreshIfStale" });
      const error = await later.error();
      await later.endsWell();
      assertEquals(kinds(later.heard), ["absent", "cooling-down"]);
      assertEquals([error.code, error.retryAt], ["REFRESH_FAILED", retryAt]);
      const ahead = { at: scene.root, ms: 7_201_000 };
      const muchLater = scene.start(other, { method: "refreshIfStale", ahead, refresher: { retryAfter: 1 } });
      assertEquals((await muchLater.error()).attempts, 2);
      await muchLater.endsWell();
      const forcing = scene.start(other);
      assertEquals(await forcing.outcome(), { text: `"${other}"`, state: "fresh", origin: "refreshed" });
      await forcing.endsWell();
    });
  });
}
