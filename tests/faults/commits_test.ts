import { assert, assertEquals } from "@std/assert";
import { appendFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { describe } from "node:test";
import {
  assertTime,
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
} from "../cache/bench.ts";
import type { CreateOutcome, StageOptions } from "../../src/adapter.ts";
import type { StoredData } from "../../src/store.ts";
import { FaultyAdapter } from "../support/faulty_adapter.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { FIRST_VERSION, makePayload, readPayload } from "../support/payload.ts";
import { rounds } from "../support/rounds.ts";
import { startJob } from "../support/processes.ts";
import { fault, here, native, type Place, spied } from "./bench.ts";

const HOUR = 3_600_000;

/** The version that data is, and that its time says; they are the same, or the two do not belong together. */
function versionOf(data: StoredData | undefined): number {
  assert(data !== undefined);
  const { bytes, capturedAt } = data;
  const version = readPayload(bytes);
  assertTime(capturedAt, version, `the time of version ${version}`);
  return version;
}

/** Replaces the data as a commit does, in one step, by a version whose number is its time. */
function publish(place: Place, version: number, bytes: Uint8Array): void {
  const staged = place.path("json.version.tmp");
  writeFileSync(staged, bytes, { mode: 0o600 });
  utimesSync(staged, version / 1_000, version / 1_000);
  renameSync(staged, place.path("json"));
}

/** An adapter that stages the first half of its bytes, and the other half when it is told to. */
class HalfWay extends FaultyAdapter {
  readonly isHalfWay: Promise<void>;
  goOn: () => void = () => {};
  #reached = () => {};

  constructor() {
    super(native, () => undefined);
    this.isHalfWay = new Promise((resolve) => this.#reached = resolve);
  }

  override async stage(path: string, bytes: Uint8Array, options: StageOptions): Promise<CreateOutcome> {
    const half = bytes.length >> 1;
    const outcome = await super.stage(path, bytes.subarray(0, half), options);
    const told = new Promise<void>((resolve) => this.goOn = resolve);
    this.#reached();
    await told;
    appendFileSync(path, bytes.subarray(half));
    return outcome;
  }
}

describe("commits", () => {
  fault(5, "a late owner's bytes are dropped, and he is told", async (place) => {
    const { clock } = place;
    const [late, other] = [place.store(), place.store()];
    const lost = await claimElsewhere(late);
    await clock.advance(3 * SPAN + 1);
    const claim = await claimElsewhere(other);
    for (const committed of [false, true]) {
      const capturedAt = clock.now();
      if (committed) assertEquals(await other.commit(claim, encode("newer"), capturedAt), "committed");
      assertEquals(await late.commit(lost, encode("late"), clock.now() + 1), "superseded");
      assertEquals(await late.commit(lost, "not-modified", clock.now() + HOUR), "superseded");
      assertEquals(place.text("json"), committed ? "newer" : undefined);
      if (committed) assertTime((await late.read(KEY))?.capturedAt, capturedAt);
    }
    assertEquals(place.names(), ["models.json"]);
  });

  fault(5, "a caller whose refresh came too late gets the newer data", async (place) => {
    const stopped = new ManualClock(place.clock.now(), 77);
    const cache = place.cache({ elsewhere: true, clock: stopped });
    const heard = new Transcript(cache);
    const held = new HeldRefresher();
    const refreshing = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    await place.clock.advance(3 * SPAN + 1);
    assertEquals(textOf(await place.cache().refresh(SOURCE, quick("newer").refresh)), "newer");
    // It goes on where it was stopped: the wall clock has gone on, its own timers have not.
    stopped.jump(3 * SPAN + 2);
    held.finish("late");
    const entry = await refreshing;
    assertEquals([textOf(entry), entry.state, entry.origin], ["newer", "fresh", "joined"]);
    assertEquals([heard.kinds(), place.text("json")], [["claimed", "superseded", "adopted"], "newer"]);
  });

  fault(6, "every writer stages under a name of his own", async (place) => {
    const staged: string[] = [];
    const adapter = spied((verb, path) => {
      if (verb === "stage") staged.push(path);
    });
    const store = place.store({ adapter });
    const tokens: string[] = [];
    for (let commit = 0; commit < 3; commit++) {
      const claim = await claimElsewhere(store);
      tokens.push(claim.token);
      await store.commit(claim, encode("bytes"), place.clock.now());
    }
    const paths = tokens.map((token) => place.path(`json.${token}.tmp`));
    assertEquals([staged, new Set(staged).size], [paths, 3]);
  });

  fault(
    6,
    "a writer who is overtaken while he writes publishes whole data, and so does who overtakes him",
    async (place) => {
      const [first, second, third] = [FIRST_VERSION + 1, FIRST_VERSION + 2, FIRST_VERSION + 3];
      const slow = new HalfWay();
      const reader = place.store();
      const writing = place.store({ adapter: slow }).put(KEY, makePayload(first), first);
      await slow.isHalfWay;
      assertEquals(reader.readSync(KEY), undefined);
      for (const version of [second, third]) {
        await place.store().put(KEY, makePayload(version), version);
        assertEquals(versionOf(await reader.read(KEY)), version);
      }
      slow.goOn();
      await writing;
      assertEquals(versionOf(await reader.read(KEY)), first);
      assertEquals(place.names(), ["models.json"]);
    },
  );

  fault(6, "what a killed writer had staged in part is nobody else's", async (place) => {
    const claim = await claimElsewhere(place.store());
    place.plant(`json.${claim.token}.tmp`, "half of wh");
    await place.clock.advance(3 * SPAN + 1);
    assertEquals(textOf(await place.cache().refresh(SOURCE, quick("whole").refresh)), "whole");
    assertEquals([place.text("json"), place.names()], ["whole", ["models.json"]]);
  });

  for (const size of ["small", "large"] as const) {
    const old = FIRST_VERSION + 1;
    const pad = size === "small" ? 0 : 300 * 1_024;
    const bytesOf = (version: number) => encode(`${version}`.padEnd(16 + pad, "."));
    const check = (data: StoredData | undefined) => {
      assert(data !== undefined);
      const version = Number.parseInt(new TextDecoder().decode(data.bytes), 10);
      assertTime(data.capturedAt, version, `the time of version ${version}`);
      return version;
    };

    fault(13, `bytes and age belong together when ${size} data is committed between two operations`, async (place) => {
      await seed(place.store(), "", place.clock.now());
      for (const kept of [false, true]) {
        for (const method of ["read", "readSync"] as const) {
          let operations = 1;
          for (let before = 1; before <= operations; before++) {
            let done = 0;
            const store = place.store({
              adapter: spied(() => {
                if (++done === before) publish(place, old + 1, bytesOf(old + 1));
              }),
            });
            publish(place, old, bytesOf(old));
            place.clock.jump(HOUR);
            done = Number.NEGATIVE_INFINITY;
            // So that it is kept in memory, or else only that the folder is known.
            if (kept) check(await store.read(KEY));
            else await store.state(KEY);
            done = 0;
            check(await store[method](KEY));
            operations = Math.max(operations, done);
            assertEquals(check(store.readSync(KEY)), done >= before ? old + 1 : old);
          }
          assert(operations >= 1);
        }
      }
    });
  }

  fault(13, "bytes and age belong together while another process commits again and again", async (place) => {
    const store = place.store({ clock: new ManualClock(FIRST_VERSION + HOUR, 5) });
    await seed(store, "", FIRST_VERSION);
    publish(place, FIRST_VERSION, makePayload(FIRST_VERSION));
    const stop = place.scene.file("stop");
    const folder = `${place.scene.root}/discovery`;
    const child = startJob({ runtime: here, adapter: "native" }, {
      job: "replace",
      folder,
      target: place.path("json"),
      stop,
    });
    const versions = new Set<number>();
    while (versions.size < 50 * rounds) {
      for (const data of [store.readSync(KEY), await store.read(KEY)]) {
        versions.add(versionOf(data));
      }
    }
    place.scene.open("stop");
    const { versions: written } = await child.result as { versions: number };
    assert(written >= versions.size - 1);
    assertEquals(native.stat(place.path("lock")), undefined);
  });

  const nothings: readonly (readonly [string, unknown])[] = [["undefined", undefined], ["null", null], [
    "an object",
    {},
  ]];
  for (const [what, nothing] of nothings) {
    fault(24, `a refresher that returns ${what} has failed, and the good data stays`, async (place) => {
      const { clock } = place;
      await seed(place.store(), "good", clock.now() - HOUR);
      const cache = place.cache();
      const error = await refreshFailure(cache.refresh(SOURCE, () => Promise.resolve(nothing as string)));
      assertEquals((error.cause as { code?: unknown }).code, "INVALID_PAYLOAD");
      const entry = cache.readSync(SOURCE);
      assertEquals([entry.state, textOf(entry)], ["stale", "good"]);
      assertTime(entry.capturedAt, clock.now() - HOUR);
      assertEquals((await cache.refreshState(SOURCE)).kind, "cooling-down");
      const held = await cache.refreshIfStale(SOURCE, FORBIDDEN);
      assertEquals([textOf(held), held.origin], ["good", "stale"]);
    });
  }
});
