import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import process from "node:process";
import { describe } from "node:test";
import { WaitTimeoutError } from "../../src/errors.ts";
import { parseMarker } from "../../src/file_store/record.ts";
import type { Claim, RefreshState } from "../../src/store.ts";
import {
  claimElsewhere,
  encode,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  rejection,
  seed,
  SOURCE,
  SPAN,
  textOf,
  Transcript,
  until,
} from "../cache/bench.ts";
import { goMarker, goTime } from "../mixed_root/go_files.ts";
import type { Wrap } from "../support/processes.ts";
import { atOnce, fault, here, ownerOf, type Place, sleepy, spied, untilState } from "./bench.ts";

const HOUR = 3_600_000;

/** A forced refresh, while others look on from stores of their own. */
const FORCED = { refreshDeadline: SPAN, newerThan: Infinity, force: true };

/** Starts a child whose parent never asks what became of it. */
const NEGLECTED: Wrap = (argv) => ["sh", "-c", '"$@" & exec sleep 600', "sh", ...argv];

describe("markers", () => {
  fault(7, "a second cache in the process neither claims nor ends what the first one holds", async (place) => {
    const [first, second] = [place.cache(), place.cache({ elsewhere: true })];
    const heard = new Transcript(second);
    const held = new HeldRefresher();
    const refreshing = first.refresh(SOURCE, held.refresh);
    await held.begun();
    const marker = place.text("refreshing");
    assert(marker?.includes(`"pid":${process.pid},`));
    second.maybeRefresh(SOURCE, FORBIDDEN);
    await second.drain();
    const waiting = second.refresh(SOURCE, FORBIDDEN);
    await until(() => heard.events.some(({ kind }) => kind === "waiting"));
    assertEquals((await second.prune([], { all: true })).refreshing, [KEY]);
    assertEquals(place.text("refreshing"), marker);
    place.clock.jump(1);
    held.finish("first's");
    assertEquals(textOf(await refreshing), "first's");
    assertEquals(textOf(await place.clock.advanceUntil(waiting)), "first's");
    assertEquals(place.names(), ["models.json"]);
  });

  fault(7, "a claim that was lost is not ended in the name of the PID that both share", async (place) => {
    const [first, second] = [place.store(), place.store()];
    const lost = await claimElsewhere(first);
    await second.remove(KEY);
    const current = await claimElsewhere(second);
    const marker = place.text("refreshing");
    assertEquals(await first.release(lost), "superseded");
    assertEquals(await first.fail(lost, { message: "late", retryAt: place.clock.now() + HOUR }), "superseded");
    assertEquals(place.text("refreshing"), marker);
    assertEquals(await second.commit(current, encode("current"), place.clock.now()), "committed");
  });

  fault(7, "refresh(), refreshIfStale() and maybeRefresh() of one cache share one run", async (place) => {
    const cache = place.cache();
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    const calls = [cache.refresh(SOURCE, FORBIDDEN), cache.refreshIfStale(SOURCE, FORBIDDEN)];
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    held.finish("one");
    assertEquals((await Promise.all(calls)).map(textOf), ["one", "one"]);
    await cache.drain();
    assertEquals(held.runs.length, 1);
  });

  const changes:
    readonly (readonly [string, (place: Place, claim: Claim, spy: ReturnType<typeof spied>) => unknown])[] = [
      ["report()", (place, claim, adapter) => place.store({ adapter }).report(claim, { done: 1, total: 2 })],
      ["extend()", (place, claim, adapter) => place.store({ adapter }).extend(claim, claim.deadline + HOUR)],
      ["transfer()", (place, claim, adapter) => place.store({ adapter }).transfer(claim)],
      ["fail()", (place, claim, adapter) => {
        return place.store({ adapter }).fail(claim, { message: "no network", retryAt: place.clock.now() + HOUR });
      }],
    ];
  for (const [verb, change] of changes) {
    fault(19, `a reader without the lock always finds the marker while ${verb} rewrites it`, async (place) => {
      const reader = place.store();
      const claim = await claimElsewhere(reader);
      const states: Promise<RefreshState>[] = [];
      const looked: string[] = [];
      const look = (operation: string) => {
        looked.push(operation);
        states.push(reader.state(KEY));
        const marker = parseMarker(encode(place.text("refreshing") ?? ""));
        assertEquals(marker?.token, claim.token, `before ${operation}`);
      };
      await change(place, claim, spied((operation) => look(operation)));
      look("the end");
      assert(looked.includes("replace"), `it looked before ${looked}`);
      const kinds = (await Promise.all(states)).map(({ kind }) => kind);
      assertEquals(kinds.shift(), "refreshing");
      assertEquals(kinds.pop(), verb === "fail()" ? "cooling-down" : "refreshing");
      assert(
        kinds.every((kind) => kind === "refreshing" || (verb === "fail()" && kind === "cooling-down")),
        `${kinds}`,
      );
    });
  }

  fault(20, "a marker with a deadline in 2099 keeps its source for three deadlines of its reader's", async (place) => {
    const { clock } = place;
    const { pid } = await place.living();
    place.plant("refreshing", goMarker(pid, goTime(clock.now()), "2099-01-01T00:00:00Z"));
    const cache = place.cache({ clock: sleepy(clock) });
    const error = await rejection(clock.advanceUntil(cache.refresh(SOURCE, FORBIDDEN), 2 * SPAN, 500));
    assertInstanceOf(error, WaitTimeoutError);
    assertEquals(error.pid, pid);
    await clock.advance(2 * SPAN);
    const heard = new Transcript(cache);
    assertEquals(textOf(await cache.refresh(SOURCE, quick("new").refresh)), "new");
    assertEquals(heard.first("recovered").from.reason, "overdue");
    assertEquals(place.names(), ["models.json"]);
  });

  fault(20, "a marker that was begun in 2099 counts only while its owner is proven to live", async (place) => {
    const { clock } = place;
    const future = Date.parse("2099-01-01T00:00:00Z");
    const living = await place.living();
    const impossible = { startedAt: future, deadline: future + SPAN };
    place.plant("refreshing", place.markerOf(living, impossible));
    assertEquals((await place.store().state(KEY)).kind, "refreshing");
    // A record of another machine's boot: nobody can say whether its owner lives.
    place.plant("refreshing", place.markerOf({ ...living, host: "another" }, impossible));
    assertEquals(textOf(await atOnce(place.cache().refresh(SOURCE, quick("new").refresh))), "new");
    assert(clock.now() < future);
  });

  fault(
    27,
    "a refresher that was killed, and whose parent never noticed, is taken over from at once",
    async (place) => {
      const gate = place.scene.file("never");
      const child = place.scene.start(here, { refresher: { gate }, wrap: NEGLECTED });
      await child.hears("claimed");
      const { pid } = JSON.parse(place.text("refreshing") ?? "") as { pid: number };
      assert(pid !== child.pid, "its parent is somebody else");
      process.kill(pid, "SIGKILL");
      await untilState(pid, "Z");
      assertEquals(place.text("refreshing")?.includes(`"pid":${pid},`), true);
      const cache = place.cache();
      const heard = new Transcript(cache);
      assertEquals(textOf(await atOnce(cache.refreshIfStale(SOURCE, quick("new").refresh))), "new");
      const { from } = heard.first("recovered");
      assertEquals([from.owner.pid, from.reason], [pid, "owner-gone"]);
    },
    "proc",
  );

  fault(28, "a reader in a hurry leaves a refresh its own time", async (place) => {
    const { clock } = place;
    const living = await place.living();
    await seed(place.store(), "old", clock.now() - HOUR);
    place.plant("refreshing", place.markerOf(living, { deadline: clock.now() + 600_000 }));
    const hurried = { ...SOURCE, refreshDeadline: 1_000 };
    for (const passed of [3_001, 590_000, 1_100_000]) {
      await clock.advance(passed);
      assertEquals((await place.cache().refreshState(hurried)).kind, "refreshing");
      assertEquals((await place.store().claim(KEY, { ...FORCED, refreshDeadline: 1_000 })).kind, "refreshing");
    }
    await clock.advance(1_800_001 - 3_001 - 590_000 - 1_100_000);
    assertEquals((await place.store().claim(KEY, { ...FORCED, refreshDeadline: 1_000 })).kind, "claimed");
  });

  fault(28, "a reader with patience takes over when the refresh's own time is up", async (place) => {
    const { clock } = place;
    const patient = { ...FORCED, refreshDeadline: HOUR };
    place.plant("refreshing", place.markerOf(ownerOf(process.ppid), { deadline: clock.now() + 1_000 }));
    await clock.advance(3_000);
    assertEquals((await place.store().claim(KEY, patient)).kind, "refreshing");
    await clock.advance(1);
    const answer = await place.store().claim(KEY, patient);
    assert(answer.kind === "claimed");
    assertEquals(answer.recovered?.reason, "overdue");
  });
});
