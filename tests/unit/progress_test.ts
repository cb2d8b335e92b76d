import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { InvalidOptionError } from "../../src/errors.ts";
import { ProgressReporter } from "../../src/progress.ts";
import type { Progress } from "../../src/store.ts";
import { ManualClock, turn } from "../support/manual_clock.ts";

const options = { timeout: 120_000 };

/** A reporter on a manual clock, and what it has told so far. */
function listen(after: () => void | Promise<unknown> = () => {}) {
  const clock = new ManualClock();
  const told: Progress[] = [];
  const reporter = new ProgressReporter(clock, (progress) => {
    told.push(progress);
    return after();
  });
  return { clock, told, reporter };
}

/** What is no progress, and the word of its message that names what is wrong. */
const WRONG: readonly (readonly [unknown, string])[] = [
  [undefined, "progress cannot be undefined"],
  [null, "progress cannot be null"],
  ["half", 'progress cannot be "half"'],
  [[1, 2], "progress cannot be an array"],
  [{ done: -1 }, "progress.done cannot be -1"],
  [{ done: NaN }, "progress.done cannot be NaN"],
  [{ done: "1" }, 'progress.done cannot be "1"'],
  [{ total: Infinity }, "progress.total cannot be Infinity"],
  [{ done: null }, "progress.done cannot be null"],
  [{ message: 7 }, "progress.message cannot be 7"],
];

describe("ProgressReporter", () => {
  it("tells the first report at once, within the call", options, () => {
    const { told, reporter } = listen();
    reporter.report({ done: 1, total: 10, message: "one" });
    assertEquals(told, [{ done: 1, total: 10, message: "one" }]);
  });

  it("tells of many reports only the latest, 250 ms after the one before", options, async () => {
    const { clock, told, reporter } = listen();
    for (let done = 0; done <= 5; done++) reporter.report({ done });
    await clock.advance(249);
    assertEquals(told, [{ done: 0 }]);
    await clock.advance(1);
    assertEquals(told, [{ done: 0 }, { done: 5 }]);
  });

  it("tells at most four in a second, however many there are", options, async () => {
    const { clock, told, reporter } = listen();
    for (let ms = 0; ms < 1_000; ms += 10) {
      reporter.report({ done: ms });
      await clock.advance(10);
    }
    // Those of the millisecond 0, and the latest before 250, 500, 750 and 1,000; the fifth begins the next second.
    assertEquals(told, [{ done: 0 }, { done: 240 }, { done: 490 }, { done: 740 }, { done: 990 }]);
  });

  it("tells the next one at once when the pause is over, and not before", options, async () => {
    const { clock, told, reporter } = listen();
    reporter.report({ done: 1 });
    await clock.advance(1_000);
    assertEquals(clock.sleeping, 0);
    reporter.report({ done: 2 });
    assertEquals(told, [{ done: 1 }, { done: 2 }]);
  });

  it("never tells two at a time, however long the first one takes", options, async () => {
    let told1 = () => {};
    const { clock, told, reporter } = listen(() => new Promise<void>((resolve) => told1 = resolve));
    reporter.report({ done: 1 });
    reporter.report({ done: 2 });
    await clock.advance(10_000);
    assertEquals(told, [{ done: 1 }]);
    told1();
    await turn();
    assertEquals(told, [{ done: 1 }, { done: 2 }]);
  });

  it("tells nothing after stop(), and leaves no timer", options, async () => {
    const { clock, told, reporter } = listen();
    reporter.report({ done: 1 });
    reporter.report({ done: 2 });
    await turn();
    assertEquals(clock.sleeping, 1);
    reporter.stop();
    reporter.report({ done: 3 });
    await clock.advance(10_000);
    assertEquals([told, clock.sleeping], [[{ done: 1 }], 0]);
  });

  it("goes on, not sooner, when one could not be told", options, async () => {
    let failures = 0;
    const { clock, told, reporter } = listen(() => {
      failures++;
      throw new Error("the disk is full");
    });
    reporter.report({ done: 1 });
    reporter.report({ done: 2 });
    await clock.advance(249);
    assertEquals(failures, 1);
    await clock.advance(1);
    assertEquals([failures, told], [2, [{ done: 1 }, { done: 2 }]]);
  });

  it("copies what it is given, and only what belongs there", options, () => {
    const { told, reporter } = listen();
    const given = { done: 1, total: undefined, message: "one", secret: "x" };
    reporter.report(given);
    given.done = 2;
    assertEquals(told, [{ done: 1, message: "one" }]);
    assertEquals(Object.keys(told[0] ?? {}), ["done", "message"]);
  });

  for (const [wrong, words] of WRONG) {
    it(`refuses a report at once: ${words}`, options, () => {
      const { told, reporter } = listen();
      assertThrows(() => reporter.report(wrong), InvalidOptionError, words);
      assertEquals(told, []);
    });
  }

  it("refuses what is no progress after stop(), too", options, () => {
    const { reporter } = listen();
    reporter.stop();
    assertThrows(() => reporter.report({ done: -1 }), InvalidOptionError);
  });
});
