import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { chmodSync, mkdirSync, renameSync, statSync, unlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { LockTimeoutError, WaitTimeoutError } from "../../src/errors.ts";
import {
  assertTime,
  FORBIDDEN,
  KEY,
  quick,
  refreshFailure,
  rejection,
  SOURCE,
  SPAN,
  textOf,
  Transcript,
  TTL,
  until,
} from "../cache/bench.ts";
import { atOnce, inPlace, type Place, sleepy, spied } from "../faults/bench.ts";
import { GO_FOLDER_MODE, goFailed, goLock, goMarker, goTime } from "./go_files.ts";

const HOUR = 3_600_000;
const NANOS = 266_889;
const NEW = quick("new").refresh;
const FORCED = { refreshDeadline: SPAN, newerThan: Infinity, force: true };
const UNFORCED = { refreshDeadline: SPAN, newerThan: Infinity, force: false };

/** A clause on a root that the Go package has made. */
function clause(name: string, run: (place: Place) => Promise<void>): void {
  void it(name, { timeout: 120_000 }, () =>
    inPlace(async (place) => {
      chmodSync(place.scene.root, GO_FOLDER_MODE);
      mkdirSync(`${place.scene.root}/discovery`, { mode: GO_FOLDER_MODE });
      chmodSync(`${place.scene.root}/discovery`, GO_FOLDER_MODE);
      await run(place);
    }));
}

/** A commit of the Go package: its one temporary name, then its data, then the marker is taken away. */
function goCommit(place: Place, bytes: string): void {
  place.plant("json.tmp", bytes);
  renameSync(place.path("json.tmp"), place.path("json"));
  unlinkSync(place.path("refreshing"));
}

describe("what the Go package writes", () => {
  it("is what these tests plant, byte for byte", () => {
    const at = (time: string) => Date.parse(time);
    assertEquals(
      goLock(20442, goTime(at("2026-11-21T10:05:43.943Z"), 266_889)),
      '{"pid":20442,"started_at":"2026-11-21T10:05:43.943266889Z"}',
    );
    assertEquals(
      goMarker(
        20451,
        goTime(at("2026-11-21T10:05:43.955Z"), 595_408),
        goTime(at("2026-11-21T10:05:53.955Z"), 595_458),
      ),
      '{"pid":20451,"started_at":"2026-11-21T10:05:43.955595408Z","deadline":"2026-11-21T10:05:53.955595458Z"}',
    );
    assertEquals(
      goFailed(
        20461,
        goTime(at("2026-11-21T10:05:43.969Z"), 753_261),
        goTime(at("2026-11-21T10:05:44.219Z"), 753_261),
        "dial tcp: connection refused",
      ),
      '{"pid":20461,"started_at":"2026-11-21T10:05:43.969753261Z","deadline":"2026-11-21T10:05:44.219753261Z",' +
        '"last_error":"dial tcp: connection refused"}',
    );
    assertEquals([goTime(at("2026-11-21T10:05:44Z")), goTime(at("2026-11-21T10:05:44.5Z"))], [
      "2026-11-21T10:05:44Z",
      "2026-11-21T10:05:44.5Z",
    ]);
    assert(goFailed(1, "", "", "<a> & \u2028").includes("\\u003ca\\u003e \\u0026 \\u2028"));
  });

  clause("in folders of mode 0750: data is read with its age, and refreshed", async (place) => {
    place.plant("json", "go's", TTL - 1_000);
    const cache = place.cache();
    const fresh = cache.readSync(SOURCE);
    assertEquals([fresh.state, textOf(fresh)], ["fresh", "go's"]);
    assertTime(fresh.age, TTL - 1_000, "the age");
    await place.clock.advance(2_000);
    assertEquals(textOf(await cache.refreshIfStale(SOURCE, NEW)), "new");
    for (const folder of [place.scene.root, `${place.scene.root}/discovery`]) {
      assertEquals(statSync(folder).mode & 0o777, GO_FOLDER_MODE);
    }
  });
});

describe("a lock of the Go package", () => {
  clause("of a living process is respected, however old it is, and the error names the process (P3)", async (place) => {
    const { clock } = place;
    const { pid } = await place.living();
    place.plant("lock", goLock(pid, goTime(clock.now(), NANOS)));
    const cache = place.cache({ clock: sleepy(clock) });
    for (const later of [0, HOUR]) {
      clock.jump(later);
      const error = await rejection(clock.advanceUntil(cache.refresh(SOURCE, FORBIDDEN), 2 * SPAN, 500));
      assertInstanceOf(error, LockTimeoutError);
      assertEquals([error.holder.pid, error.holder.liveness], [pid, "alive"]);
    }
    unlinkSync(place.path("lock"));
    assertEquals(textOf(await cache.refresh(SOURCE, NEW)), "new");
  });

  const dead: readonly (readonly [string, (place: Place) => Promise<number> | number, number])[] = [
    ["of a process that has ended", async (place) => (await place.killed()).pid, 0],
    ["of a process that started later than the lock", async (place) => (await place.living()).pid, HOUR],
    ["of PID 0", () => 0, 0],
    ["of PID -1", () => -1, 0],
  ];
  for (const [whose, pidOf, age] of dead) {
    clause(`${whose} is removed, and leaves nothing (P4)`, async (place) => {
      place.plant("lock", goLock(await pidOf(place), goTime(place.clock.now() - age, NANOS)), age);
      assertEquals(textOf(await atOnce(place.cache().refresh(SOURCE, NEW))), "new");
      assertEquals(place.names(), ["models.json"]);
    });
  }

  clause("that is made and not yet written is respected for a second (P1)", async (place) => {
    const { pid } = await place.living();
    place.plant("lock", "");
    const store = place.store();
    assertEquals(store.tryClaim(KEY, FORCED).kind, "locked");
    place.plant("lock", goLock(pid, goTime(place.clock.now())));
    const answer = store.tryClaim(KEY, FORCED);
    assertEquals(answer.kind === "locked" && answer.holder.pid, pid);
    place.plant("lock", "", 1_001);
    assertEquals(store.tryClaim(KEY, FORCED).kind, "claimed");
  });
});

describe("a marker of the Go package", () => {
  /** A marker of a process, made now, that promises to be done within its span. */
  function plantMarker(place: Place, pid: number, nanos = NANOS): void {
    const { clock } = place;
    place.plant("refreshing", goMarker(pid, goTime(clock.now(), nanos), goTime(clock.now() + SPAN, nanos)));
  }

  for (const nanos of [NANOS, 0]) {
    const digits = goTime(0, nanos).length - "1970-01-01T00:00:00Z".length;
    clause(
      `with ${Math.max(0, digits - 1)} digits of a second is read: who refreshes, since when, until when`,
      async (place) => {
        const { pid } = await place.living();
        const startedAt = place.clock.now();
        plantMarker(place, pid, nanos);
        const state = await place.cache().refreshState(SOURCE);
        assert(state.kind === "refreshing");
        assertEquals([state.owner.pid, state.token, state.attempts], [pid, undefined, 0]);
        assertTime(state.startedAt, startedAt);
        assertTime(state.deadline, startedAt + SPAN);
      },
    );
  }

  clause("keeps others from refreshing, and whoever waits gets what it commits", async (place) => {
    const { pid } = await place.living();
    place.plant("json", "old", HOUR);
    plantMarker(place, pid);
    const cache = place.cache();
    const heard = new Transcript(cache);
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await cache.drain();
    const waiting = [cache.refresh(SOURCE, FORBIDDEN), cache.refreshIfStale(SOURCE, FORBIDDEN)];
    await until(() => heard.events.filter(({ kind }) => kind === "waiting").length === 2);
    place.clock.jump(10);
    goCommit(place, "go's");
    for (const entry of await place.clock.advanceUntil(Promise.all(waiting))) {
      assertEquals([textOf(entry), entry.state, entry.origin], ["go's", "fresh", "joined"]);
    }
  });

  clause("that turns into a failure tells whoever waits why", async (place) => {
    const { clock } = place;
    const { pid } = await place.living();
    plantMarker(place, pid);
    const cache = place.cache();
    const heard = new Transcript(cache);
    const waiting = refreshFailure(cache.refresh(SOURCE, FORBIDDEN));
    await until(() => heard.events.some(({ kind }) => kind === "waiting"));
    await clock.advance(20);
    place.plant("refreshing", goFailed(pid, goTime(clock.now()), goTime(clock.now() + 5_000), "dial <tcp>: refused"));
    const error = await clock.advanceUntil(waiting, 4_000);
    assertEquals([error.reason, error.attempts], ["dial <tcp>: refused", 1]);
  });

  clause("counts for two of its own spans after its deadline, and is then taken over (P13)", async (place) => {
    const { clock } = place;
    const { pid } = await place.living();
    plantMarker(place, pid);
    const cache = place.cache();
    await clock.advance(SPAN + 1);
    assertInstanceOf(await rejection(cache.refresh(SOURCE, FORBIDDEN)), WaitTimeoutError);
    await clock.advance(2 * SPAN - 1);
    assertEquals((await place.store().claim(KEY, FORCED)).kind, "refreshing");
    await clock.advance(1);
    const heard = new Transcript(cache);
    assertEquals(textOf(await cache.refresh(SOURCE, NEW)), "new");
    assertEquals(heard.first("recovered").from.reason, "overdue");
  });

  for (const [whose, age] of [["has ended", 0], ["started later than the marker", HOUR]] as const) {
    clause(`whose process ${whose} is taken over at once, and counts as a failed try (P13)`, async (place) => {
      const { pid } = age === 0 ? await place.killed() : await place.living();
      const startedAt = place.clock.now() - age;
      place.plant("refreshing", goMarker(pid, goTime(startedAt, NANOS), goTime(startedAt + 24 * HOUR - 1_000, NANOS)));
      const answer = await place.store().claim(KEY, UNFORCED);
      assert(answer.kind === "claimed");
      assertEquals([answer.recovered?.reason, answer.claim.attempts], ["owner-gone", 1]);
      assertEquals(statSync(place.path("refreshing")).mode & 0o777, 0o600);
    });
  }

  clause("that cannot be parsed is none, and is replaced", async (place) => {
    for (const torn of ["", '{"pid":20451,"started_at":"2026-11-21T10:05:43.95', '{"pid":"20451"}']) {
      place.plant("refreshing", torn);
      assertEquals((await place.cache().refreshState(SOURCE)).kind, "idle");
      assertEquals(textOf(await place.cache().refresh(SOURCE, NEW)), "new");
      assertEquals(place.names(), ["models.json"]);
    }
  });

  clause("that is being rewritten in place lets nobody claim: its writer holds the lock (P8)", async (place) => {
    const { pid } = await place.living();
    place.plant("lock", goLock(pid, goTime(place.clock.now())));
    place.plant("refreshing", "");
    const store = place.store();
    assertEquals((await store.state(KEY)).kind, "idle");
    assertEquals(store.tryClaim(KEY, FORCED).kind, "locked");
    plantMarker(place, pid);
    unlinkSync(place.path("lock"));
    assertEquals(store.tryClaim(KEY, FORCED).kind, "refreshing");
  });

  clause("that was being rewritten when we looked is looked at again under the lock (P9)", async (place) => {
    const { pid } = await place.living();
    place.plant("lock", goLock(pid, goTime(place.clock.now())));
    place.plant("refreshing", "");
    const goEnds = (verb: string, path: string) => {
      if (verb !== "createExclusive" || !path.startsWith(place.path("lock")) || place.text("lock") === undefined) {
        return;
      }
      plantMarker(place, pid);
      unlinkSync(place.path("lock"));
    };
    const answer = place.store({ adapter: spied(goEnds) }).tryClaim(KEY, FORCED);
    assert(answer.kind === "refreshing", answer.kind);
    assertEquals([answer.owner.pid, place.names()], [pid, ["models.refreshing"]]);
  });

  clause("with a failure holds back until its deadline, whether or not its process lives (P12)", async (place) => {
    const { clock } = place;
    for (const { pid } of [await place.living(), await place.killed()]) {
      place.plant("json", "old", HOUR);
      const retryAt = clock.now() + 250;
      place.plant("refreshing", goFailed(pid, goTime(clock.now(), NANOS), goTime(retryAt), "connection refused"));
      const cache = place.cache();
      const state = await cache.refreshState(SOURCE);
      assert(state.kind === "cooling-down");
      assertEquals([state.lastError, state.attempts, state.owner.pid], ["connection refused", 1, pid]);
      assertTime(state.retryAt, retryAt);
      assertEquals(textOf(await cache.refreshIfStale(SOURCE, FORBIDDEN)), "old");
      cache.maybeRefresh(SOURCE, FORBIDDEN);
      await cache.drain();
      await clock.advance(251);
      const counter = quick("new");
      assertEquals(textOf(await cache.refreshIfStale(SOURCE, counter.refresh)), "new");
      assertEquals([counter.runs, place.names()], [1, ["models.json"]]);
    }
  });

  clause("with a failure is no obstacle to a forced refresh, and the next failure counts on from it", async (place) => {
    const { clock } = place;
    const { pid } = await place.living();
    place.plant("refreshing", goFailed(pid, goTime(clock.now()), goTime(clock.now() + HOUR), "connection refused"));
    const error = await refreshFailure(place.cache().refresh(SOURCE, () => Promise.reject(new Error("again"))));
    assertEquals([error.reason, error.attempts], ["again", 2]);
  });
});

describe("prune() on a root of both packages", () => {
  clause("leaves what the Go package refreshes, and removes what it left behind", async (place) => {
    const { clock } = place;
    const [living, dead] = [await place.living(), await place.killed()];
    place.plant("refreshing", goMarker(living.pid, goTime(clock.now(), NANOS), goTime(clock.now() + SPAN, NANOS)));
    place.plant("json.tmp", "half of wh", 9_000);
    const cache = place.cache();
    const first = await cache.prune([], { all: true });
    assertEquals([first.refreshing, place.names()], [[KEY], ["models.json.tmp", "models.refreshing"]]);

    place.plant("refreshing", goMarker(dead.pid, goTime(clock.now(), NANOS), goTime(clock.now() + SPAN, NANOS)));
    place.plant("lock", goLock(dead.pid, goTime(clock.now(), NANOS)));
    place.plant("json.tmp", "half of wh", 11_000);
    assertEquals((await cache.prune([], { all: true })).removed, [KEY]);
    assertEquals(place.names(), []);
  });
});
