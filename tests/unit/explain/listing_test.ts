import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { isFromTheFuture, judgeData } from "../../../src/data_state.ts";
import { FUTURE_TOLERANCE_MS, judgeFreshness } from "../../../src/freshness.ts";
import { listingOf } from "../../../src/listing.ts";
import { HOUR, MINUTE, NOW, REFRESH } from "./cases.ts";

describe("judgeData()", () => {
  it("is absent, and has no age, when nothing was captured", () => {
    for (const ttl of [undefined, 0, HOUR]) {
      assertEquals(judgeData(undefined, ttl, NOW), { state: "absent", age: undefined });
    }
  });

  it("judges as a read does when the TTL is known", () => {
    for (const age of [-HOUR, -1, 0, MINUTE - 1, MINUTE, HOUR]) {
      assertEquals(judgeData(NOW - age, MINUTE, NOW), judgeFreshness(NOW - age, MINUTE, NOW), `${age}`);
    }
  });

  it("is unknown when the TTL is not, however old the data is", () => {
    assertEquals(judgeData(NOW - HOUR, undefined, NOW), { state: "unknown", age: HOUR });
    assertEquals(judgeData(0, undefined, NOW), { state: "unknown", age: NOW });
    assertEquals(judgeData(NOW + FUTURE_TOLERANCE_MS, undefined, NOW), { state: "unknown", age: 0 });
  });

  it("is stale without a TTL, too, when its time lies in the future (P16)", () => {
    assertEquals(judgeData(NOW + FUTURE_TOLERANCE_MS + 1, undefined, NOW), { state: "stale", age: 0 });
  });
});

describe("isFromTheFuture()", () => {
  it("begins where freshness ends", () => {
    const times = [0, FUTURE_TOLERANCE_MS, FUTURE_TOLERANCE_MS + 1, HOUR].map((ahead) => NOW + ahead);
    assertEquals(times.map((time) => isFromTheFuture(time, NOW)), [false, false, true, true]);
    assertEquals(times.map((time) => judgeFreshness(time, HOUR, NOW).state), ["fresh", "fresh", "stale", "stale"]);
  });
});

describe("listingOf()", () => {
  const key = { tier: "discovery", name: "models" };
  const { state } = REFRESH.refreshing;
  const listed = { key, size: 12, capturedAt: NOW - MINUTE, state };
  const rest = { source: key, size: 12, capturedAt: NOW - MINUTE, age: MINUTE, refresh: state };

  it("has what the store found, its age, and its state", () => {
    assertEquals(listingOf(listed, NOW, HOUR), { ...rest, ttl: HOUR, state: "fresh" });
    assertEquals(listingOf(listed, NOW, MINUTE), { ...rest, ttl: MINUTE, state: "stale" });
  });

  it("does not make up a TTL", () => {
    assertEquals(listingOf(listed, NOW, undefined), { ...rest, ttl: undefined, state: "unknown" });
  });

  it("has a source without data", () => {
    const nothing = { size: undefined, capturedAt: undefined, age: undefined };
    assertEquals(listingOf({ ...listed, size: undefined, capturedAt: undefined }, NOW, HOUR), {
      ...rest,
      ...nothing,
      ttl: HOUR,
      state: "absent",
    });
  });
});
