import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { describe, it } from "node:test";
import { systemClock } from "../../src/clock.ts";

describe("systemClock", () => {
  it("now() is the wall clock, in milliseconds since the epoch", () => {
    const before = Date.now();
    const now = systemClock.now();
    assert(before <= now && now <= Date.now(), `${now} is not between ${before} and now`);
  });

  it("monotonic() never goes back", () => {
    let last = systemClock.monotonic();
    for (let round = 0; round < 1_000; round++) {
      const next = systemClock.monotonic();
      assert(next >= last, `${next} came after ${last}`);
      last = next;
    }
  });

  it("random() is in [0, 1) and not always the same", () => {
    const numbers = Array.from({ length: 100 }, () => systemClock.random());
    assert(numbers.every((number) => number >= 0 && number < 1), numbers.join(", "));
    assert(new Set(numbers).size > 1);
  });

  it("randomBytes() are as many as asked for, and others each time", () => {
    assertEquals(systemClock.randomBytes(0).length, 0);
    assertEquals(systemClock.randomBytes(16).length, 16);
    assertNotEquals(systemClock.randomBytes(16), systemClock.randomBytes(16));
  });
});

describe("systemClock.sleep()", () => {
  it("resolves after the time, not before", async () => {
    const before = systemClock.monotonic();
    await systemClock.sleep(30);
    // A timer may fire a little early by another clock, and much later on a busy machine.
    assert(systemClock.monotonic() - before >= 28);
  });

  it("rejects with the signal's reason when the signal is aborted meanwhile", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const sleeping = systemClock.sleep(3_600_000, { signal: controller.signal });
    controller.abort(reason);
    assertEquals(await assertRejects(() => sleeping), reason);
  });

  it("does not end at once when it is longer than a timer can run", async () => {
    const controller = new AbortController();
    let over = false;
    const sleeping = systemClock.sleep(2 ** 31 + 1_000, { signal: controller.signal }).then(() => over = true);
    await systemClock.sleep(20);
    controller.abort();
    await assertRejects(() => sleeping);
    assertEquals(over, false);
  });

  it("rejects at once when the signal was aborted before", async () => {
    const reason = new Error("before");
    const error = await assertRejects(() => systemClock.sleep(3_600_000, { signal: AbortSignal.abort(reason) }));
    assertEquals(error, reason);
  });

  it("leaves no listener on the signal, however it ends", async () => {
    const controller = new AbortController();
    const listening = countListeners(controller.signal);
    await systemClock.sleep(1, { signal: controller.signal });
    assertEquals(listening(), 0);
    const sleeping = systemClock.sleep(3_600_000, { signal: controller.signal });
    assertEquals(listening(), 1);
    controller.abort(new Error("enough"));
    await assertRejects(() => sleeping);
    // The listener was registered for one event, which has come.
    assertEquals(listening(), 1);
  });
});

/** Counts what was added to the signal and not removed. */
function countListeners(signal: AbortSignal): () => number {
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    count++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    count--;
    removeEventListener.apply(signal, args);
  };
  return () => count;
}
