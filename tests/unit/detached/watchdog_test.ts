import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { AFTERWARDS_MS, watchOver } from "../../../src/detached/watchdog.ts";
import { EventHub } from "../../../src/events.ts";
import { ManualClock } from "../../support/manual_clock.ts";

describe("watchOver()", () => {
  const key = { tier: "discovery", name: "a" };

  function watched() {
    const [clock, events, heard] = [new ManualClock(), new EventHub(), [] as string[]];
    const startedAt = clock.now();
    const claim = { key, token: "0".repeat(32), startedAt, deadline: startedAt + 10_000, attempts: 0 };
    const end = watchOver(claim, { clock, events, overdue: () => heard.push("overdue") });
    const extend = (deadline: number) => events.emit({ kind: "extended", source: key, deadline: startedAt + deadline });
    return { clock, heard, end, extend };
  }

  it("tells when the work is not done long after its deadline", async () => {
    const { clock, heard } = watched();
    await clock.advance(10_000 + AFTERWARDS_MS - 1);
    assertEquals(heard, []);
    await clock.advance(1);
    assertEquals(heard, ["overdue"]);
  });

  it("waits for the deadline that was put off, however often", async () => {
    const { clock, heard, extend } = watched();
    extend(20_000);
    extend(60_000);
    await clock.advance(60_000 + AFTERWARDS_MS - 1);
    assertEquals(heard, []);
    await clock.advance(1);
    assertEquals(heard, ["overdue"]);
  });

  it("tells nothing when the work is done, and holds nothing up", async () => {
    const { clock, heard, end, extend } = watched();
    end();
    extend(20_000);
    await clock.advance(60_000 + AFTERWARDS_MS);
    assertEquals([heard, clock.sleeping], [[], 0]);
  });
});
