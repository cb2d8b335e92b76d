import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { ABSENT, presentEntry } from "../../src/entry.ts";

describe("presentEntry()", () => {
  it("is fresh or stale by the age, and says when the data was captured", () => {
    assertEquals(presentEntry("models", 1_000, 60_000, 31_000), {
      state: "fresh",
      data: "models",
      age: 30_000,
      capturedAt: 1_000,
    });
    assertEquals(presentEntry("models", 1_000, 60_000, 61_000), {
      state: "stale",
      data: "models",
      age: 60_000,
      capturedAt: 1_000,
    });
  });

  it("is stale, with age 0 and the time as it was found, when the data comes from the future", () => {
    assertEquals(presentEntry("models", 90_000, 60_000, 1_000), {
      state: "stale",
      data: "models",
      age: 0,
      capturedAt: 90_000,
    });
  });
});

describe("ABSENT", () => {
  it("has no data and age 0", () => {
    assertEquals(ABSENT, { state: "absent", data: undefined, age: 0, capturedAt: undefined });
  });
});
