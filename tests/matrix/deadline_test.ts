import { assertEquals, assertStringIncludes } from "@std/assert";
import { DiscoveryCache } from "../../mod.ts";
import type { CacheChild, Scene } from "../support/cache_children.ts";
import type { RefresherJob } from "../support/cache_jobs.ts";
import { dataOnDisk, editMarker, markerOnDisk, seed, tierFiles, timestamp } from "../support/scene_files.ts";
import { here, modelTest } from "./model.ts";
import { everyRuntime } from "../support/processes.ts";

/** A deadline that is soon over, in milliseconds. */
const SHORT_MS = 250;

/** Far longer than anything here takes. */
const GUARD_MS = 60_000;

const HOUR = 3_600_000;

const kinds = (child: CacheChild) => child.heard.map(({ kind }) => kind);

/** A process of this runtime whose refresher takes no notice of its signal, and goes on past its deadline. */
async function late(scene: Scene, waits: RefresherJob["waits"]): Promise<CacheChild> {
  const refresher = { payload: '"late"', gate: scene.file("gate"), waits };
  const child = scene.start(here, { refreshDeadline: SHORT_MS, refresher });
  await child.began();
  return child;
}

/** Resolves when everybody may take over from whoever refreshes. */
async function untilAbandoned(scene: Scene): Promise<void> {
  const cache = new DiscoveryCache({ root: scene.root });
  const source = { name: "models", ttl: 1, refreshDeadline: SHORT_MS };
  const begun = performance.now();
  while ((await cache.refreshState(source)).kind !== "abandoned") {
    if (performance.now() - begun > GUARD_MS) throw new Error("it was never abandoned");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

modelTest("RefreshTimeout", (clause) => {
  for (const other of everyRuntime) {
    clause(
      `a refresher here holds up its process past its deadline: ${other} takes over, and its late commit is rejected`,
      async (scene) => {
        seed(scene, '"old"');
        const blocked = await late(scene, "blocks");
        await untilAbandoned(scene);
        const next = scene.start(other, { method: "refreshIfStale", refresher: { payload: '"newer"' } });
        assertEquals(await next.outcome(), { text: '"newer"', state: "fresh", origin: "refreshed" });
        await next.endsWell();
        assertEquals((await next.hears("recovered")).from?.reason, "overdue");
        // It returns now, late, and commits. It is told, and its caller gets what the other one brought.
        scene.open("gate");
        assertEquals(await blocked.outcome(), { text: '"newer"', state: "fresh", origin: "joined" });
        await blocked.endsWell();
        assertEquals(kinds(blocked), ["claimed", "superseded", "adopted"]);
        assertEquals(dataOnDisk(scene), '"newer"');
        assertEquals(scene.runs(), [blocked.pid, next.pid]);
        assertEquals(tierFiles(scene), ["models.json"]);
      },
    );

    clause(
      `its late commit here is rejected while ${other} still refreshes, and does not end that refresh`,
      async (scene) => {
        seed(scene, '"old"');
        const blocked = await late(scene, "blocks");
        await untilAbandoned(scene);
        const next = scene.start(other, { refresher: { payload: '"newer"', gate: scene.file("next gate") } });
        await next.began();
        const marker = markerOnDisk(scene);
        scene.open("gate");
        await blocked.hears("superseded");
        assertEquals((await blocked.hears("waiting")).state?.owner.pid, next.pid);
        assertEquals([dataOnDisk(scene), markerOnDisk(scene)], ['"old"', marker]);
        scene.open("next gate");
        assertEquals(await next.outcome(), { text: '"newer"', state: "fresh", origin: "refreshed" });
        assertEquals(await blocked.outcome(), { text: '"newer"', state: "fresh", origin: "joined" });
        await Promise.all([next.endsWell(), blocked.endsWell()]);
        assertEquals(tierFiles(scene), ["models.json"]);
      },
    );

    clause(
      `a refresher here ignores its signal: it is cut off, ${other} takes over, and what it returns late is dropped`,
      async (scene) => {
        seed(scene, '"old"');
        const deaf = await late(scene, "ignores");
        const error = await deaf.error();
        assertEquals([error.code, error.causeCode, error.attempts], ["REFRESH_FAILED", "REFRESH_DEADLINE", 1]);
        assertStringIncludes(String(error.reason), `${SHORT_MS} ms`);
        assertEquals(markerOnDisk(scene)?.last_error, error.reason);
        const next = scene.start(other, { refresher: { payload: '"newer"' } });
        assertEquals(await next.outcome(), { text: '"newer"', state: "fresh", origin: "refreshed" });
        await next.endsWell();
        scene.open("gate");
        // It ends as soon as its refresher has returned.
        await deaf.endsWell();
        assertEquals(dataOnDisk(scene), '"newer"');
        assertEquals(tierFiles(scene), ["models.json"]);
      },
    );

    clause(
      `whoever waits on ${other} for a refresher here that is late does so to its deadline, and is told`,
      async (scene) => {
        const blocked = await late(scene, "blocks");
        // By the marker it goes on for an hour; then it is promised to be over in a moment.
        editMarker(scene, { deadline: timestamp(3_600_000) });
        const waiting = scene.start(other, { method: "refreshIfStale" });
        await waiting.hears("waiting");
        editMarker(scene, { deadline: timestamp(-1) });
        const error = await waiting.error();
        assertEquals([error.code, error.pid], ["WAIT_TIMEOUT", blocked.pid]);
        await waiting.endsWell();
        assertEquals(scene.runs(), [blocked.pid]);
      },
    );
  }
});

modelTest("RefreshPassesDeadlineContextToRefresher", (clause) => {
  for (const other of everyRuntime) {
    clause(`the refresher here is told the deadline that ${other} finds in the marker`, async (scene) => {
      const child = scene.start(here, { refreshDeadline: 45_000, refresher: { gate: scene.file("gate") } });
      const deadline = await child.began();
      const marker = markerOnDisk(scene);
      assertEquals(deadline, Date.parse(marker?.deadline ?? ""));
      assertEquals(deadline - Date.parse(marker?.started_at ?? ""), 45_000);
      const waiting = scene.start(other, { method: "refreshIfStale" });
      assertEquals((await waiting.hears("waiting")).state?.deadline, deadline);
      scene.open("gate");
      await Promise.all([child.endsWell(), waiting.endsWell()]);
    });
  }

  for (const method of ["refresh", "refreshIfStale", "maybeRefresh", "get"] as const) {
    clause(`${method}() aborts its signal at the deadline, and says why`, async (scene) => {
      const child = scene.start(here, { method, refreshDeadline: SHORT_MS, refresher: { gate: scene.file("never") } });
      const { name, code } = await child.aborted();
      assertEquals([name, code], ["RefreshDeadlineError", "REFRESH_DEADLINE"]);
      const { error } = await child.hears("failed");
      assertEquals([error?.code, error?.causeCode], ["REFRESH_FAILED", "REFRESH_DEADLINE"]);
      await child.endsWell();
    });
  }

  clause("the signal of a refresher that is done in time is not aborted", async (scene) => {
    const child = scene.start(here, { refresher: { gate: scene.file("gate") } });
    await child.began();
    scene.open("gate");
    await child.endsWell();
    assertEquals(child.signalWasAborted, false);
  });
});

modelTest("MaybeRefreshSyncFailedRefreshRetryAfterMarkerStaleness", (clause) => {
  for (const other of everyRuntime) {
    clause(
      `refreshIfStale() on ${other} is held back by a failure here until its time, and tries again then`,
      async (scene) => {
        seed(scene, '"old"');
        scene.open("bad", "no network");
        const failed = scene.start(here, { method: "refreshIfStale", refresher: { gate: scene.file("bad") } });
        const { reason, attempts, retryAt } = await failed.error();
        assertEquals([reason, attempts], ["no network", 1]);
        await failed.endsWell();
        const marker = markerOnDisk(scene);
        assertEquals([marker?.last_error, marker?.retry_at], ["no network", new Date(Number(retryAt)).toISOString()]);

        const held = scene.start(other, { method: "refreshIfStale" });
        assertEquals(await held.outcome(), { text: '"old"', state: "stale", origin: "stale" });
        await held.endsWell();
        assertEquals(scene.runs(), [failed.pid], "runs while it cools down");

        editMarker(scene, { retry_at: timestamp(-1), deadline: timestamp(-1) });
        const again = scene.start(other, { method: "refreshIfStale", refresher: { gate: scene.file("bad") } });
        assertEquals([(await again.error()).attempts, markerOnDisk(scene)?.attempts], [2, 2]);

        editMarker(scene, { retry_at: timestamp(-1), deadline: timestamp(-1) });
        const last = scene.start(here, { method: "refreshIfStale" });
        assertEquals(await last.outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
        await last.endsWell();
        assertEquals(scene.runs(), [failed.pid, again.pid, last.pid]);
        assertEquals(tierFiles(scene), ["models.json"]);
      },
    );

    clause(`refreshIfStale() without data on ${other} is told of a failure here that cools down`, async (scene) => {
      scene.open("bad", "no network");
      const failed = scene.start(here, { method: "refreshIfStale", refresher: { gate: scene.file("bad") } });
      const mine = await failed.error();
      await failed.endsWell();
      const theirs = await scene.start(other, { method: "refreshIfStale" }).error();
      for (const field of ["code", "reason", "attempts", "retryAt"] as const) assertEquals(theirs[field], mine[field]);
      assertEquals(scene.runs(), [failed.pid]);
    });

    clause(`refreshIfStale() on ${other} takes over a stale marker of a process here that lives on`, async (scene) => {
      seed(scene, '"old"');
      const owner = scene.start(here, { refresher: { gate: scene.file("never") } });
      await owner.began();
      const options = { method: "refreshIfStale" } as const;
      // Past its deadline, but by less than twice its span: it may still come.
      editMarker(scene, { started_at: timestamp(-2 * HOUR), deadline: timestamp(-HOUR) });
      const patient = scene.start(other, options);
      assertEquals(await patient.outcome(), { text: '"old"', state: "stale", origin: "stale" });
      editMarker(scene, { started_at: timestamp(-4 * HOUR), deadline: timestamp(-3 * HOUR) });
      const next = scene.start(other, options);
      assertEquals(await next.outcome(), { text: `"${other}"`, state: "fresh", origin: "refreshed" });
      await next.endsWell();
      const { from } = await next.hears("recovered");
      assertEquals([from?.reason, from?.owner.pid], ["overdue", owner.pid]);
      assertEquals(scene.runs(), [owner.pid, next.pid]);
    });
  }
});
