import { assert, assertEquals } from "@std/assert";
import { statSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import {
  assertTime,
  claimElsewhere,
  encode,
  failing,
  HeldRefresher,
  KEY,
  quick,
  refreshFailure,
  SOURCE,
  SPAN,
} from "../cache/bench.ts";
import { type Ending, inPlace, type Place, spied } from "../faults/bench.ts";
import { goTime } from "./go_files.ts";
import { goLives, judgeGoLock, judgeGoMarker, parseGo } from "./go_reader.ts";
import { everyRuntime } from "../support/processes.ts";

const HOUR = 3_600_000;

function clause(name: string, run: (place: Place) => Promise<void>): void {
  void it(name, { timeout: 120_000 }, () => inPlace(run));
}

/** The text of a file of ours, which has to be a file as the Go package makes them. */
function written(place: Place, ending: Ending): string {
  const text = place.text(ending);
  assert(text !== undefined, `models.${ending} is not there`);
  assertEquals(statSync(place.path(ending)).mode & 0o777, 0o600);
  assertEquals(text, text.trim());
  return text;
}

/** What the Go package makes of the marker now. */
function verdict(place: Place, ownDeadline = SPAN, later = 0): string {
  return judgeGoMarker(place.text("refreshing"), place.clock.now() + later, ownDeadline);
}

describe("the Go package's judgement, as these tests have it", () => {
  it("reads its own files and refuses what it would refuse", () => {
    const own = process.pid;
    const now = Date.parse("2026-11-21T10:05:45Z");
    const started = '"started_at":"2026-11-21T10:05:43.943266889Z"';
    const marker = `{"pid":${own},${started},"deadline":"2026-11-21T10:05:53.955595458Z"`;
    assertEquals(judgeGoLock(`{"pid":${own},${started}}`), "held");
    assertEquals(judgeGoLock(`{"pid":0,${started}}`), "dead");
    assertEquals([judgeGoLock(undefined), judgeGoLock(""), judgeGoLock(`{"pid":"1",${started}}`)], [
      "free",
      "held",
      "held",
    ]);
    assertEquals(judgeGoMarker(`${marker}}`, now, SPAN), "refreshing");
    assertEquals(judgeGoMarker(`${marker}}`, now + SPAN + 2 * SPAN, SPAN), "stale");
    assertEquals(judgeGoMarker(`${marker},"last_error":"no"}`, now, SPAN), "cooling-down");
    assertEquals(judgeGoMarker(`${marker.replace(`${own}`, "0")}}`, now, SPAN), "stale");
    for (
      const torn of ["", marker, marker.replace("Z", "+01:00") + "}", `${marker},"last_error":1}`, `${marker},"PID":1}`]
    ) {
      assertEquals(judgeGoMarker(torn, now, SPAN), "none", torn);
    }
  });
});

describe("what we write, as the Go package judges it", () => {
  clause("a lock of ours is held for as long as our section lasts, and names this process", async (place) => {
    const locks: (string | undefined)[] = [];
    const look = (_verb: string, path: string) => {
      if (path === place.path("refreshing") || path === place.path("json")) locks.push(place.text("lock"));
    };
    const store = place.store({ adapter: spied(look) });
    const claim = await claimElsewhere(store);
    await store.commit(claim, encode("new"), place.clock.now());
    const held = locks.filter((text) => text !== undefined);
    assert(held.length >= 4, "it looked inside the sections");
    for (const text of held) {
      assertEquals(judgeGoLock(text), "held");
      const { pid, startedAt } = parseGo(text, "lock");
      assertEquals([pid, startedAt], [process.pid, place.clock.now()]);
    }
    assertEquals(judgeGoLock(place.text("lock")), "free");
  });

  for (const runtime of everyRuntime) {
    clause(
      `a marker of ours on ${runtime} refreshes while its process lives, and is stale when it is killed`,
      async (place) => {
        const child = place.scene.start(runtime, { refresher: { gate: place.scene.file("never") } });
        await child.hears("claimed");
        place.catchUp();
        const { pid, startedAt, deadline, lastError } = parseGo(written(place, "refreshing"), "marker");
        assertEquals([pid, deadline - startedAt, lastError], [child.pid, 60_000, ""]);
        assertEquals(verdict(place), "refreshing");
        child.signal("SIGKILL");
        await child.ended;
        assertEquals([verdict(place), goLives(child.pid)], ["stale", false]);
      },
    );
  }

  clause("a marker is stale two deadlines of the reader after its own", async (place) => {
    await claimElsewhere(place.store());
    for (const ownDeadline of [1_000, SPAN, HOUR]) {
      assertEquals(verdict(place, ownDeadline, SPAN + 2 * ownDeadline), "refreshing");
      assertEquals(verdict(place, ownDeadline, SPAN + 2 * ownDeadline + 1), "stale");
    }
  });

  clause(
    "a marker stays one when progress is reported, the deadline extended, and the owner changed",
    async (place) => {
      const store = place.store();
      const claim = await claimElsewhere(store);
      const { pid } = await place.living();
      await store.report(claim, { done: 1, total: 3, message: "<page> & \u2028 1" });
      await store.extend(claim, claim.deadline + HOUR);
      await store.transfer(claim, pid);
      const record = parseGo(written(place, "refreshing"), "marker");
      assertEquals([record.pid, record.deadline, record.lastError], [pid, claim.deadline + HOUR, ""]);
      assertEquals(verdict(place), "refreshing");
    },
  );

  clause("a marker of a try after a failure is no failure", async (place) => {
    const cache = place.cache();
    await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
    const held = new HeldRefresher();
    const refreshing = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    assert(written(place, "refreshing").includes("no network"), "it remembers the failure for us");
    assertEquals([parseGo(written(place, "refreshing"), "marker").lastError, verdict(place)], ["", "refreshing"]);
    held.finish("new");
    await refreshing;
  });

  const reasons = ["no network", '<a> & "b" \\ \u2028 \n é', "x".repeat(100_000)];
  for (const reason of reasons) {
    clause(
      `a failure cools down to its deadline and beyond, and says ${JSON.stringify(reason.slice(0, 12))}`,
      async (place) => {
        const { retryAt } = await refreshFailure(place.cache().refresh(SOURCE, failing(new Error(reason))));
        const { pid, startedAt, deadline, lastError } = parseGo(written(place, "refreshing"), "marker");
        assertEquals([pid, startedAt, lastError], [process.pid, place.clock.now(), reason.slice(0, 2_000)]);
        assertTime(deadline, retryAt, "the deadline");
        const left = Math.floor(retryAt) - place.clock.now();
        // It lets a failure cool down for two of its own deadlines more.
        for (const later of [0, left, left + 2 * SPAN]) assertEquals(verdict(place, SPAN, later), "cooling-down");
        assertEquals(verdict(place, SPAN, left + 2 * SPAN + 1), "stale");
      },
    );
  }

  clause("data of ours is the bytes alone, as old as what it says", async (place) => {
    const capturedAt = place.clock.now();
    await place.cache().refresh(SOURCE, quick("new\n").refresh);
    assertEquals(place.text("json"), "new\n");
    const { mode, mtimeMs } = statSync(place.path("json"));
    assertEquals(mode & 0o777, 0o600);
    assertTime(mtimeMs, capturedAt);
    assertEquals([judgeGoLock(place.text("lock")), verdict(place)], ["free", "none"]);
  });

  clause("times of ours are in the form that it writes itself", async (place) => {
    await claimElsewhere(place.store());
    await place.store().state(KEY);
    const fields = JSON.parse(written(place, "refreshing")) as Record<string, string>;
    for (const field of ["started_at", "deadline"]) {
      const text = fields[field] ?? "";
      assertEquals(Date.parse(text), Date.parse(goTime(Date.parse(text))));
      assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text), text);
    }
  });
});
