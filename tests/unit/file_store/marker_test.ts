import { assert, assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { judgeMarker } from "../../../src/file_store/marker.ts";
import type { OwnerVerdict } from "../../../src/file_store/owner.ts";
import type { MarkerRecord } from "../../../src/file_store/record.ts";

const NOW = 1_000_000_000;
const SPAN = 10_000;
const DAY = 86_400_000;

const working: MarkerRecord = {
  pid: 7,
  startedAt: NOW - 1_000,
  token: "t",
  host: "here",
  processStart: "55",
  deadline: NOW - 1_000 + SPAN,
  lastError: undefined,
  previous: undefined,
  attempts: 2,
  retryAt: undefined,
  progress: { done: 1 },
};

const failed: MarkerRecord = {
  ...working,
  lastError: "no network",
  deadline: NOW + 500,
  retryAt: NOW + 500,
  progress: undefined,
};

const owner = { pid: 7, host: "here", processStart: "55" };
const LIVING: readonly OwnerVerdict[] = ["alive", "presumed", "unknown"];

/** The state's kind, with its reason if it has one. */
function verdict(record: MarkerRecord, owner: OwnerVerdict, now: number, ownSpan?: number): string {
  const state = judgeMarker(record, owner, now, ownSpan);
  return state.kind === "abandoned" ? state.reason : state.kind;
}

describe("judgeMarker() of a marker without a failure", () => {
  it("is idle when there is none", () => {
    assertEquals(judgeMarker(undefined, "unknown", NOW), { kind: "idle", attempts: 0, lastError: undefined });
  });

  it("is refreshing, with all that the marker says", () => {
    for (const judged of LIVING) {
      assertEquals(judgeMarker(working, judged, NOW), {
        kind: "refreshing",
        token: "t",
        owner,
        startedAt: working.startedAt,
        deadline: working.deadline,
        attempts: 2,
        progress: { done: 1 },
      });
    }
  });

  it("has had no failed try when it does not say how many", () => {
    assertEquals(judgeMarker({ ...working, attempts: undefined }, "alive", NOW).attempts, 0);
  });

  it("is abandoned when its owner is dead, long before its deadline", () => {
    const state = judgeMarker(working, "dead", NOW);
    assert(state.kind === "abandoned");
    assertEquals([state.reason, state.token, state.owner, state.attempts], ["owner-gone", "t", owner, 2]);
  });

  it("is abandoned more than twice its own span after its deadline, though its owner lives", () => {
    const over = working.deadline + 2 * SPAN;
    for (const judged of LIVING) {
      assertEquals(verdict(working, judged, over), "refreshing");
      assertEquals(verdict(working, judged, over + 1), "overdue");
    }
  });

  it("goes by the writer's span, not by the reader's", () => {
    assertEquals(verdict(working, "alive", working.deadline + 2 * SPAN, 1), "refreshing");
    assertEquals(verdict(working, "alive", working.deadline + 2 * SPAN + 1, DAY), "overdue");
  });

  it("is abandoned when it comes from the future, unless its owner is proven alive", () => {
    const soon = { ...working, startedAt: NOW + 5_000, deadline: NOW + 5_000 + SPAN };
    const late = { ...working, startedAt: NOW + 5_001, deadline: NOW + 5_001 + SPAN };
    for (const judged of LIVING) assertEquals(verdict(soon, judged, NOW), "refreshing");
    assertEquals(verdict(late, "alive", NOW), "refreshing");
    assertEquals(verdict(late, "presumed", NOW), "impossible-times");
    assertEquals(verdict(late, "unknown", NOW), "impossible-times");
  });

  it("has the reader's span when its own is over 24 hours, or none", () => {
    const deadlineOf = (deadline: number) => {
      const state = judgeMarker({ ...working, deadline }, "alive", NOW, 5_000);
      assert(state.kind === "refreshing");
      return state.deadline;
    };
    const { startedAt } = working;
    assertEquals(deadlineOf(startedAt + DAY), startedAt + DAY);
    assertEquals(deadlineOf(startedAt + DAY + 1), startedAt + 5_000);
    assertEquals(deadlineOf(startedAt), startedAt + 5_000);
    assertEquals(deadlineOf(startedAt - 1), startedAt + 5_000);
  });

  it("has a span of a minute when neither can be used", () => {
    const state = judgeMarker({ ...working, deadline: Date.UTC(2099, 0) }, "alive", NOW);
    assert(state.kind === "refreshing");
    assertEquals(state.deadline, working.startedAt + 60_000);
  });
});

describe("judgeMarker() of a failure", () => {
  it("is cooling down until retry_at, whether or not its owner lives", () => {
    for (const judged of [...LIVING, "dead"] as const) {
      assertEquals(judgeMarker(failed, judged, NOW), {
        kind: "cooling-down",
        token: "t",
        owner,
        startedAt: failed.startedAt,
        lastError: "no network",
        attempts: 2,
        retryAt: NOW + 500,
      });
      assertEquals(verdict(failed, judged, NOW + 499), "cooling-down");
    }
  });

  it("is idle from retry_at on, and remembers the failure", () => {
    assertEquals(judgeMarker(failed, "dead", NOW + 500), { kind: "idle", attempts: 2, lastError: "no network" });
  });

  it("cools down until its deadline when it names no retry_at, and counts as one try", () => {
    const goFailure = { ...failed, attempts: undefined, retryAt: undefined, deadline: NOW + 250 };
    const state = judgeMarker(goFailure, "alive", NOW);
    assert(state.kind === "cooling-down");
    assertEquals([state.retryAt, state.attempts], [NOW + 250, 1]);
    assertEquals(verdict(goFailure, "alive", NOW + 250), "idle");
  });

  it("cools down for 24 hours at the most", () => {
    const endless = { ...failed, retryAt: Date.UTC(2099, 0) };
    const state = judgeMarker(endless, "alive", NOW);
    assert(state.kind === "cooling-down");
    assertEquals(state.retryAt, failed.startedAt + DAY);
  });

  it("holds nobody back when it comes from the future", () => {
    const future = { ...failed, startedAt: NOW + 5_001, retryAt: NOW + 10_000 };
    assertEquals(verdict(future, "alive", NOW), "idle");
    assertEquals(verdict({ ...future, startedAt: NOW + 5_000 }, "alive", NOW), "cooling-down");
  });
});
