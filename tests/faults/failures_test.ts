import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { describe } from "node:test";
import { WaitTimeoutError } from "../../src/errors.ts";
import {
  claimElsewhere,
  failing,
  FORBIDDEN,
  HeldRefresher,
  quick,
  refreshFailure,
  rejection,
  seed,
  SOURCE,
  SPAN,
  textOf,
  Transcript,
} from "../cache/bench.ts";
import { atOnce, fault, here, sleepy } from "./bench.ts";
import { everyRuntime } from "../support/processes.ts";

const HOUR = 3_600_000;
const COMMANDS = 20;

describe("failures", () => {
  fault(
    8,
    "a forced refresh does not wait for a failure to cool down: it refreshes, and brings new data",
    async (place) => {
      const cache = place.cache();
      await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
      assertEquals((await cache.refreshState(SOURCE)).kind, "cooling-down");
      const again = quick("new");
      assertEquals(textOf(await atOnce(cache.refresh(SOURCE, again.refresh))), "new");
      assertEquals([again.runs, place.names()], [1, ["models.json"]]);
    },
  );

  fault(8, "a cool-down ends when it says, not deadlines later", async (place) => {
    const { clock } = place;
    const cache = place.cache();
    const { retryAt } = await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
    const held = await refreshFailure(atOnce(cache.refreshIfStale(SOURCE, FORBIDDEN)));
    assertEquals([held.reason, held.attempts], ["no network", 1]);
    await clock.advance(Math.ceil(retryAt - clock.now()) + 1);
    assertEquals(textOf(await cache.refreshIfStale(SOURCE, quick("new").refresh)), "new");
  });

  for (const method of ["refresh", "refreshIfStale"] as const) {
    fault(
      9,
      `${method}() rejects when the refresh that it joins fails, here as in the process that ran it`,
      async (place) => {
        await seed(place.store(), "old", place.clock.now() - HOUR);
        const refreshing = place.scene.start(here, { refresher: { gate: place.scene.file("gate") } });
        await refreshing.hears("claimed");
        const joiners = everyRuntime.map((runtime) => place.scene.start(runtime, { method, ttl: 1_000 }));
        for (const joiner of joiners) await joiner.hears("waiting");
        place.scene.open("gate", "no network there");
        for (const child of [refreshing, ...joiners]) {
          const { name, reason, attempts } = await child.error();
          assertEquals([name, reason, attempts], ["RefreshFailedError", "no network there", 1]);
        }
        assertEquals([place.scene.runs(), place.text("json")], [[refreshing.pid], "old"]);
      },
    );
  }

  fault(9, "a joiner of a flight in his own process is told of its failure, too", async (place) => {
    const [one, other] = [place.cache(), place.cache()];
    const held = new HeldRefresher();
    const refreshing = refreshFailure(one.refresh(SOURCE, held.refresh));
    await held.begun();
    const joined = [
      refreshFailure(other.refresh(SOURCE, FORBIDDEN)),
      refreshFailure(one.refreshIfStale(SOURCE, FORBIDDEN)),
    ];
    held.fail(new Error("no network"));
    for (const { reason } of await Promise.all([refreshing, ...joined])) assertEquals(reason, "no network");
  });

  fault(
    9,
    "a joiner of a refresh that outlasts its deadline gets stale data, or an error if there is none",
    async (place) => {
      const { clock } = place;
      const cache = place.cache({ clock: sleepy(clock) });
      for (const old of [undefined, "old"]) {
        if (old !== undefined) await seed(place.store(), old, clock.now() - HOUR);
        const claim = await claimElsewhere(place.store());
        const call = cache.refreshIfStale(SOURCE, FORBIDDEN);
        const limits = [2 * SPAN, 500] as const;
        if (old === undefined) {
          assertInstanceOf(await rejection(clock.advanceUntil(call, ...limits)), WaitTimeoutError);
        } else {
          const entry = await clock.advanceUntil(call, ...limits);
          assertEquals([textOf(entry), entry.state, entry.origin], [old, "stale", "stale"]);
          const forced = await rejection(clock.advanceUntil(cache.refresh(SOURCE, FORBIDDEN), ...limits));
          assertInstanceOf(forced, WaitTimeoutError);
        }
        assertEquals(await place.store().release(claim), "done");
      }
    },
  );

  const panics: readonly (readonly [string, () => never])[] = [
    ["throws at once", () => {
      throw new Error("panic");
    }],
    ["throws something that is no error", () => {
      throw { toString: () => "panic" };
    }],
  ];
  for (const [what, refresher] of panics) {
    fault(12, `a refresher that ${what} has failed at once, and its source is free`, async (place) => {
      const cache = place.cache();
      const error = await refreshFailure(cache.refresh(SOURCE, refresher));
      assertEquals([error.reason, error.attempts], ["panic", 1]);
      assertEquals((await cache.refreshState(SOURCE)).kind, "cooling-down");
      assertEquals(textOf(await atOnce(cache.refresh(SOURCE, quick("new").refresh))), "new");
    });
  }

  fault(
    12,
    "a refresher that throws at once in the background is recorded, and takes nobody with it",
    async (place) => {
      const child = place.scene.start(here, { method: "maybeRefresh", refresher: { mischief: "throws" } });
      await child.endsWell();
      assertEquals(child.heard.map(({ kind }) => kind), ["absent", "claimed", "failed"]);
      place.catchUp();
      const cache = place.cache();
      const heard = new Transcript(cache);
      assertEquals(textOf(await cache.refresh(SOURCE, quick("new").refresh)), "new");
      assertEquals(heard.kinds(), ["claimed", "refreshed"]);
    },
  );

  fault(15, "a failing refresher runs once, however many short processes ask", async (place) => {
    const options = { method: "refreshIfStale", refresher: { mischief: "throws" } } as const;
    const first = place.scene.start(here, options);
    assertEquals((await first.error()).name, "RefreshFailedError");
    await first.ended;
    for (let command = 0; command < COMMANDS; command += 4) {
      const batch = Array.from({ length: 4 }, () => place.scene.start(here, options));
      for (const child of batch) {
        const { name, reason, attempts } = await child.error();
        assertEquals([name, reason, attempts], ["RefreshFailedError", "thrown at once", 1]);
        assertEquals(await child.ended, 0);
      }
    }
    assertEquals(place.scene.runs(), [first.pid]);
    assert(place.text("refreshing")?.includes('"attempts":1'));
  });
});
