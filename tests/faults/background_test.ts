import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { RefreshDeadlineError } from "../../src/errors.ts";
import {
  claimElsewhere,
  encode,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  refreshFailure,
  seed,
  SOURCE,
  SPAN,
  textOf,
  Transcript,
  until,
} from "../cache/bench.ts";
import { CommandBench, lives, until as untilSeen } from "../support/command_bench.ts";
import { fault, here } from "./bench.ts";
import { everyRuntime } from "../support/processes.ts";

const HOUR = 3_600_000;

describe("in the background", () => {
  fault(1, "the first refresh makes the root that is not there, and runs", async (place) => {
    rmSync(place.scene.root, { recursive: true });
    const cache = place.cache();
    const heard = new Transcript(cache);
    const { refresh } = quick("new");
    cache.maybeRefresh(SOURCE, refresh);
    await cache.drain();
    assertEquals([heard.kinds(), textOf(cache.readSync(SOURCE))], [["absent", "claimed", "refreshed"], "new"]);
  });

  fault(1, "a process that does nothing else refreshes in a root that is not there", async (place) => {
    const root = join(place.scene.folder, "not/there/yet");
    const child = place.scene.start(here, { root, method: "maybeRefresh" });
    await child.endsWell();
    const reader = place.scene.start(here, { root, method: "read" });
    assertEquals(await reader.outcome(), { text: `"${here}"`, state: "fresh" });
  });

  fault(1, "a refresh that cannot make its folder tells why", (place) => {
    writeFileSync(join(place.scene.root, "discovery"), "a file in the way");
    const cache = place.cache();
    const heard = new Transcript(cache);
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    assertEquals(heard.kinds(), ["error"]);
  });

  for (const method of ["refresh", "refreshIfStale"] as const) {
    fault(
      22,
      `${method}() with a refresher that ignores its signal ends at the deadline, and nothing comes late`,
      async (place) => {
        const { clock } = place;
        await seed(place.store(), "old", clock.now() - HOUR);
        const cache = place.cache();
        const heard = new Transcript(cache);
        const deaf = new HeldRefresher();
        const before = clock.now();
        const failing = refreshFailure(cache[method](SOURCE, deaf.refresh));
        await deaf.begun();
        const error = await clock.advanceUntil(failing, 2 * SPAN, 1_000);
        assertInstanceOf(error.cause, RefreshDeadlineError);
        assert(deaf.signal().aborted);
        assert(clock.now() - before <= SPAN + 1_000, `after ${clock.now() - before} ms`);
        const told = heard.kinds();
        deaf.finish("late");
        await clock.advance(10);
        assertEquals([place.text("json"), told.at(-1), heard.kinds()], ["old", "failed", []]);
        assertEquals(place.names(), ["models.json", "models.refreshing"]);
      },
    );
  }

  fault(
    26,
    "a waiter gets what was committed though its refresher claims again at once, 25 times over",
    async (place) => {
      const { clock } = place;
      const store = place.store();
      const cache = place.cache({ elsewhere: true });
      for (const method of ["refresh", "refreshIfStale"] as const) {
        const heard = new Transcript(cache);
        let claim = await claimElsewhere(store, HOUR);
        const waiting = cache[method]({ ...SOURCE, ttl: 0 }, FORBIDDEN);
        await until(() => heard.events.some(({ kind }) => kind === "waiting"));
        clock.jump(1);
        for (let commit = 1; commit <= 25; commit++) {
          assertEquals(await store.commit(claim, encode(`commit ${commit}`), clock.now()), "committed");
          // In the same turn as far as a waiter can tell: whoever is woken finds the next marker.
          const answer = store.tryClaim(KEY, { refreshDeadline: HOUR, newerThan: Infinity, force: true });
          assert(answer.kind === "claimed", answer.kind);
          claim = answer.claim;
        }
        const entry = await clock.advanceUntil(waiting, 10_000);
        assert(textOf(entry)?.startsWith("commit "), textOf(entry));
        assertEquals(entry.origin, "joined");
        assertEquals((await cache.refreshState(SOURCE)).kind, "refreshing");
        await store.release(claim);
        clock.jump(1_000);
      }
    },
  );
});

describe("short commands", () => {
  let bench: CommandBench;
  beforeEach(() => void (bench = new CommandBench()));
  afterEach(() => bench.close());

  it(
    "ten that find stale data end at once with it, and it is refreshed once behind them (fault 25)",
    { timeout: 120_000 },
    async () => {
      await bench.fill("models", "old");
      const question = bench.question("new", { gate: "gate" });
      for (let command = 0; command < 10; command++) {
        const runtime = everyRuntime[command % everyRuntime.length] ?? "node";
        // It ends although what it started is held back: nothing of the refresh is in it.
        const { code, text, stderr } = await bench.run(["--name", "models"], question, { runtime });
        assertEquals({ code, text, stderr }, { code: 0, text: "old", stderr: "" });
      }
      const owner = bench.marker("models")?.pid ?? -1;
      assertEquals([bench.data("models"), lives(owner)], ["old", true]);
      await untilSeen("the question was asked", () => bench.starts().length > 0);
      bench.open("gate");
      await untilSeen("the data is refreshed", () => bench.data("models") === "new");
      assertEquals((await bench.run(["--name", "models"], question)).text, "new");
      await untilSeen("the refresher has ended", () => !lives(owner));
      assertEquals([bench.starts().length, bench.marker("models")], [1, undefined]);
      assertEquals(existsSync(`${bench.dataPath("models")}.tmp`), false);
    },
  );
});
