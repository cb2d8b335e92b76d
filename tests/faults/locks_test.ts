import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { unlinkSync } from "node:fs";
import process from "node:process";
import { describe } from "node:test";
import { perform } from "../../src/file_store/driver.ts";
import { locked } from "../../src/file_store/lock.ts";
import { stat, type Step } from "../../src/file_store/operation.ts";
import type { Party } from "../../src/file_store/party.ts";
import { LockTimeoutError, RefreshFailedError } from "../../src/errors.ts";
import type { Owner } from "../../src/store.ts";
import { FORBIDDEN, HeldRefresher, quick, rejection, seed, SOURCE, SPAN, textOf, Transcript } from "../cache/bench.ts";
import { atOnce, fault, here, native, ownerOf, type Place, sleepy, untilState } from "./bench.ts";

const NEW = quick("new").refresh;

/** Refreshes while time stands still: whoever has to wait for anything never gets an answer. */
async function refreshAtOnce(place: Place): Promise<string | undefined> {
  place.catchUp();
  return textOf(await atOnce(place.cache().refresh(SOURCE, NEW)));
}

/** A section that is driven by hand, one operation on the real disk at a time. */
class Driven {
  /** Whether it is between acquire and release. */
  inside = false;
  /** What came of it; `undefined` while it goes on. */
  answer: unknown;
  readonly #section: Step<unknown>;
  #step: IteratorResult<unknown, unknown>;

  constructor(party: Party, path: string) {
    const enter = () => void (this.inside = true);
    this.#section = locked(party, path, function* () {
      enter();
      yield* stat(path);
      return "was inside";
    });
    this.#step = this.#section.next();
  }

  /** One operation; `false` if there was none left. */
  go(): boolean {
    if (this.#step.done) return false;
    this.inside = false;
    const result = perform(native, this.#step.value as Parameters<typeof perform>[1]);
    this.#step = this.#section.next(result);
    if (this.#step.done) this.answer = this.#step.value;
    return true;
  }
}

/** Two processes of this machine: this one, and one that does nothing by itself. */
function parties({ clock }: Place, other: Owner): readonly [Party, Party] {
  const self = native.self();
  const orphans = () => new Map<string, string>();
  return [{ self, clock, orphans: orphans() }, { self: { ...self, ...other }, clock, orphans: orphans() }];
}

describe("locks", () => {
  const torn: readonly (readonly [string, string])[] = [
    ["an empty one", ""],
    ["a torn one", '{"pid":20442,"started_at":"2026-11-21T10:0'],
    ["a foreign one", "somebody else's lock\n"],
    ["one in JSON that says nothing", '{"holder":"somebody"}'],
    ["one too large to be anybody's", "x".repeat(100_000)],
  ];
  for (const [what, content] of torn) {
    fault(2, `a lock that nobody can read is in the way for a second and no longer: ${what}`, async (place) => {
      place.plant("lock", content, 0);
      const cache = place.cache({ clock: sleepy(place.clock, 100) });
      const refreshing = cache.refresh(SOURCE, NEW);
      await place.clock.advance(900);
      assertEquals(place.text("json"), undefined);
      assertEquals(textOf(await place.clock.advanceUntil(refreshing, 400)), "new");
      assertEquals(place.names(), ["models.json"]);
    });
  }

  fault(2, "a process that is killed before any operation of its refresh keeps nobody waiting", async (place) => {
    let operations = 1;
    for (let before = 1; before <= operations; before++) {
      const child = place.scene.startFault(here, { signal: "SIGKILL", before });
      const how = await child.ended;
      const found = place.text("json");
      assert(found === undefined || found === "new" || found === '"from the child"', `torn: ${found}`);
      assertEquals(await refreshAtOnce(place), "new", `after a kill before operation ${before}`);
      if (how === 0) break;
      operations = before + 1;
    }
    assert(operations > 20, `it was killed before ${operations} operations only`);
    place.clock.jump(20_000);
    await place.cache().prune([SOURCE]);
    assertEquals(place.names(), ["models.json"]);
  });

  const owners: readonly (readonly [string, (place: Place) => Promise<Uint8Array | string>, "proc"?])[] = [
    ["has ended", async (place) => place.lockOf(await place.killed())],
    ["is a zombie", async (place) => place.lockOf(await place.zombie()), "proc"],
    ["can be no process", (place) => Promise.resolve(place.lockOf({ ...ownerOf(process.pid), pid: 0 }))],
    ["is another process by now", async (place) => place.lockOf({ ...await place.living(), processStart: "1" })],
    ["is another process by now, and wrote no start time", async (place) => {
      const { pid } = await place.living();
      return JSON.stringify({ pid, started_at: new Date(place.clock.now() - 3_600_000).toISOString() });
    }],
  ];
  for (const [who, make, need] of owners) {
    fault(3, `a lock whose owner ${who} is recovered at once, however young it is`, async (place) => {
      place.plant("lock", await make(place));
      assertEquals(await refreshAtOnce(place), "new");
      assertEquals(place.names(), ["models.json"]);
    }, need);
  }

  fault(
    3,
    "a process stopped inside its lock blocks claims, never reads, and the error names its PID and state",
    async (place) => {
      const cache = place.cache({ clock: sleepy(place.clock) });
      await seed(place.store(), "old", place.clock.now() - 3_600_000);
      // It holds the lock, and is about to write its marker.
      const child = place.scene.startFault(here, {
        signal: "SIGSTOP",
        before: { verb: "replace", ending: ".refreshing" },
      });
      await untilState(child.pid, "T");
      for (const entry of [cache.readSync(SOURCE), await cache.read(SOURCE)]) {
        assertEquals([entry.state, textOf(entry)], ["stale", "old"]);
      }
      for (const method of ["refresh", "refreshIfStale"] as const) {
        const error = await rejection(place.clock.advanceUntil(cache[method](SOURCE, FORBIDDEN), 2 * SPAN, 500));
        assertInstanceOf(error, LockTimeoutError);
        assertEquals([error.code, error.holder.pid, error.holder.liveness], ["LOCK_TIMEOUT", child.pid, "alive"]);
        assertEquals(error.path, place.path("lock"));
        assertStringIncludes(error.message, `held by process ${child.pid} (alive)`);
        assertStringIncludes(error.message, "a process that is stopped has to go on or end");
      }
      assertEquals(textOf(cache.readSync(SOURCE)), "old");
      child.signal("SIGKILL");
      await child.ended;
      assertEquals(await refreshAtOnce(place), "new");
      place.clock.jump(20_000);
      await cache.prune([SOURCE]);
      assertEquals(place.names(), ["models.json"]);
    },
    "proc",
  );

  fault(3, "a process that was stopped inside its lock goes on, and the next one gets in", async (place) => {
    const child = place.scene.startFault(here, {
      signal: "SIGSTOP",
      before: { verb: "replace", ending: ".refreshing" },
    });
    await untilState(child.pid, "T");
    assert(place.text("lock")?.includes(`"pid":${child.pid}`));
    child.signal("SIGCONT");
    // How it ends depends on how long it was stopped (P6); that it leaves nothing in the way does not.
    await child.ended;
    assertEquals(await refreshAtOnce(place), "new");
  }, "proc");

  fault(4, "two that recover one dead lock are never both inside, wherever one overtakes the other", async (place) => {
    const other = await place.living();
    const dead = await place.killed();
    const path = place.path("lock");
    const seen = { entered: 0, kept: 0 };
    let longest = 1;
    for (let first = 0; first <= longest; first++) {
      for (let second = 0;; second++) {
        place.plant("lock", place.lockOf(dead));
        const [one, two] = parties(place, other).map((party) => new Driven(party, path)) as [Driven, Driven];
        const step = (who: Driven) => {
          const went = who.go();
          assert(!(one.inside && two.inside), `both are inside, after ${first} and ${second} operations`);
          return went;
        };
        let steps = 0;
        while (steps < first && step(one)) steps++;
        let between = 0;
        while (between < second && step(two)) between++;
        // The first one goes on for as long as it can while the other one is where it is, then that one too.
        while (step(one)) steps++;
        while (step(two));
        longest = Math.max(longest, steps);
        for (const { answer } of [one, two]) seen[answer === "was inside" ? "entered" : "kept"]++;
        assert([one, two].some(({ answer }) => answer === "was inside"), "nobody got in");
        assertEquals(place.names(), []);
        if (between < second) break;
      }
    }
    assert(seen.kept > 10 && seen.entered > 100, `it was not contended: ${JSON.stringify(seen)}`);
  });

  fault(
    16,
    "a commit that finds the lock busy is an error to its caller, and its claim does not stay",
    async (place) => {
      const { clock } = place;
      const cache = place.cache({ clock: sleepy(clock) });
      await seed(place.store(), "old", clock.now() - 3_600_000);
      const held = new HeldRefresher();
      const refreshing = rejection(cache.refresh(SOURCE, held.refresh));
      await held.begun();
      place.plant("lock", place.lockOf(await place.living()));
      held.finish("lost");
      const error = await clock.advanceUntil(refreshing, 120_000, 1_000);
      assertInstanceOf(error, RefreshFailedError);
      assertInstanceOf(error.cause, LockTimeoutError);
      assertEquals(place.text("json"), "old");
      // Whoever held it lets go.
      unlinkSync(place.path("lock"));
      assertEquals(textOf(await clock.advanceUntil(cache.refresh(SOURCE, NEW))), "new", "this process goes on");
      assertEquals(place.names(), ["models.json"]);
    },
  );

  fault(
    16,
    "a claim that could not be ended is ended for other processes, too, once the lock is free",
    async (place) => {
      const { clock } = place;
      const cache = place.cache({ clock: sleepy(clock) });
      const held = new HeldRefresher();
      const refreshing = rejection(cache.refresh(SOURCE, held.refresh));
      await held.begun();
      place.plant("lock", place.lockOf(await place.living()));
      held.finish("lost");
      await clock.advanceUntil(refreshing, 120_000, 1_000);
      assert(place.names().includes("models.refreshing"));
      unlinkSync(place.path("lock"));
      await clock.advance(2_500);
      assertEquals(place.names(), []);
      const next = place.scene.start(here, { method: "refreshIfStale" });
      assertEquals(await next.outcome(), { text: `"${here}"`, state: "fresh", origin: "refreshed" });
    },
  );

  fault(23, "maybeRefresh() returns though the lock is held, and refreshes when it is free", async (place) => {
    const cache = place.cache();
    const heard = new Transcript(cache);
    place.plant("lock", place.lockOf(await place.living()));
    const { refresh } = quick("new");
    // Time stands still: had it waited for the lock, it would not have come back.
    cache.maybeRefresh(SOURCE, refresh);
    assertEquals([heard.kinds(), place.text("json")], [["absent"], undefined]);
    unlinkSync(place.path("lock"));
    await place.clock.advanceUntil(cache.drain());
    assertEquals([heard.kinds(), place.text("json")], [["claimed", "refreshed"], "new"]);
  });

  fault(23, "a background refresh that never gets the lock gives up, and says who holds it", async (place) => {
    const cache = place.cache();
    const heard = new Transcript(cache);
    const owner = await place.living();
    place.plant("lock", place.lockOf(owner));
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await place.clock.advanceUntil(cache.drain(), 500);
    const { error } = heard.first("error");
    assertInstanceOf(error, LockTimeoutError);
    assertEquals(error.holder.pid, owner.pid);
  });
});
