import { assert, assertEquals, assertFalse } from "@std/assert";
import { describe, it } from "node:test";
import { FUTURE_TOLERANCE_MS, isNewer, judgeFreshness } from "../../src/freshness.ts";

const NOW = 1_800_000_000_000;
const TTL = 60_000;

describe("judgeFreshness()", () => {
  it("is fresh while the age is less than the ttl", () => {
    assertEquals(judgeFreshness(NOW, TTL, NOW), { state: "fresh", age: 0 });
    assertEquals(judgeFreshness(NOW - TTL + 1, TTL, NOW), { state: "fresh", age: TTL - 1 });
  });

  it("is stale when the age is the ttl, or more", () => {
    assertEquals(judgeFreshness(NOW - TTL, TTL, NOW), { state: "stale", age: TTL });
    assertEquals(judgeFreshness(0, TTL, NOW), { state: "stale", age: NOW });
  });

  it("is always stale with a ttl of 0", () => {
    assertEquals(judgeFreshness(NOW, 0, NOW), { state: "stale", age: 0 });
  });

  it("takes a time up to five seconds ahead for now", () => {
    assertEquals(FUTURE_TOLERANCE_MS, 5_000);
    assertEquals(judgeFreshness(NOW + 1, TTL, NOW), { state: "fresh", age: 0 });
    assertEquals(judgeFreshness(NOW + 5_000, TTL, NOW), { state: "fresh", age: 0 });
  });

  it("is stale, with age 0, when the time lies further ahead", () => {
    assertEquals(judgeFreshness(NOW + 5_001, TTL, NOW), { state: "stale", age: 0 });
    assertEquals(judgeFreshness(NOW * 2, TTL, NOW), { state: "stale", age: 0 });
  });

  it("keeps a fraction of a millisecond", () => {
    assertEquals(judgeFreshness(NOW - 0.5, 1, NOW), { state: "fresh", age: 0.5 });
  });
});

describe("isNewer()", () => {
  it("needs a later time, not the same one", () => {
    assert(isNewer(NOW, NOW - 1, NOW));
    assertFalse(isNewer(NOW, NOW, NOW));
    assertFalse(isNewer(NOW - 1, NOW, NOW));
  });

  it("takes a time up to five seconds ahead, and none beyond", () => {
    assert(isNewer(NOW + 5_000, 0, NOW));
    assertFalse(isNewer(NOW + 5_001, 0, NOW));
  });

  it("holds with a moment of minus infinity: any data will do", () => {
    assert(isNewer(0, -Infinity, NOW));
  });
});
