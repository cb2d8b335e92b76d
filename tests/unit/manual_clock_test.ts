import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { describe, it } from "node:test";
import { ManualClock } from "../support/manual_clock.ts";

describe("ManualClock", () => {
  it("stands still until it is advanced, and starts near the real present", () => {
    const clock = new ManualClock();
    const now = clock.now();
    assert(Math.abs(now - Date.now()) < 10_000);
    assert(Number.isInteger(now));
    assertEquals([clock.now(), clock.monotonic()], [now, 0]);
  });

  it("advance() wakes sleepers in order, each at his own moment, and who falls asleep again on the way", async () => {
    const clock = new ManualClock(1_000);
    const woken: [string, number][] = [];
    const sleeper = async (name: string, ...naps: number[]) => {
      for (const nap of naps) {
        await clock.sleep(nap);
        woken.push([name, clock.now()]);
      }
    };
    const all = [sleeper("late", 300), sleeper("early", 100, 100), sleeper("asleep", 301)];
    await clock.advance(300);
    assertEquals(woken, [["early", 1_100], ["early", 1_200], ["late", 1_300]]);
    assertEquals([clock.now(), clock.monotonic(), clock.sleeping], [1_300, 300, 1]);
    await clock.advance(1);
    await Promise.all(all);
  });

  it("sleep() rejects with the signal's reason, before and meanwhile", async () => {
    const clock = new ManualClock();
    const reason = new Error("enough");
    assertEquals(await assertRejects(() => clock.sleep(10, { signal: AbortSignal.abort(reason) })), reason);
    const stop = new AbortController();
    const sleeping = assertRejects(() => clock.sleep(10, { signal: stop.signal }));
    stop.abort(reason);
    assertEquals(await sleeping, reason);
    assertEquals(clock.sleeping, 0);
  });

  it("jump() moves the wall clock alone", async () => {
    const clock = new ManualClock(1_000);
    let awake = false;
    const sleeping = clock.sleep(10).then(() => {
      awake = true;
    });
    clock.jump(-500);
    assertEquals([clock.now(), clock.monotonic(), awake], [500, 0, false]);
    await clock.advance(10);
    await sleeping;
    assertEquals(clock.now(), 510);
  });

  it("advanceUntil() gives the result, or says that there is none", async () => {
    const clock = new ManualClock();
    assertEquals(await clock.advanceUntil(clock.sleep(42).then(() => "done")), "done");
    await assertRejects(() => clock.advanceUntil(clock.sleep(100), 50), Error, "still pending after 50 ms");
    await assertRejects(() => clock.advanceUntil(Promise.reject(new Error("no"))), Error, "no");
  });

  it("repeats its randomness for a seed, and not for another", () => {
    const bytes = (seed: number) => new ManualClock(0, seed).randomBytes(16);
    assertEquals(bytes(7), bytes(7));
    assertNotEquals(bytes(7), bytes(8));
    const clock = new ManualClock();
    const numbers = Array.from({ length: 1_000 }, () => clock.random());
    assert(numbers.every((number) => number >= 0 && number < 1));
    assertEquals(new Set(numbers).size, 1_000);
  });
});
