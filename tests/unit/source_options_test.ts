import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { InvalidDurationError, InvalidNameError } from "../../src/errors.ts";
import { checkSource, type Source } from "../../src/source_options.ts";

const source: Source = { name: "models", ttl: "24h", refreshDeadline: "10s" };

describe("checkSource()", () => {
  it("reads durations, and names the default tier", () => {
    assertEquals(checkSource(source), {
      key: { tier: "discovery", name: "models" },
      label: "discovery/models",
      ttl: 86_400_000,
      refreshDeadline: 10_000,
    });
  });

  it("takes another tier, and durations in milliseconds", () => {
    assertEquals(checkSource({ tier: "runtime", name: "models", ttl: 0, refreshDeadline: 1 }), {
      key: { tier: "runtime", name: "models" },
      label: "runtime/models",
      ttl: 0,
      refreshDeadline: 1,
    });
  });

  it("checks an object once: changing it afterwards has no effect", () => {
    const changing = { ...source };
    const first = checkSource(changing);
    changing.name = "../models";
    assertStrictEquals(checkSource(changing), first);
  });

  it("throws when a name cannot be used, and says which", () => {
    for (const name of ["", "..", "a/b", "A", "nul", "a\0b", "a".repeat(101)]) {
      assertThrows(() => checkSource({ ...source, name }), InvalidNameError, "name cannot be");
      assertThrows(() => checkSource({ ...source, tier: name }), InvalidNameError, "tier cannot be");
    }
  });

  it("throws when a duration cannot be used, and says which", () => {
    for (const ttl of [-1, NaN, "", "soon", "-1s", "18251d"]) {
      assertThrows(() => checkSource({ ...source, ttl }), InvalidDurationError, "ttl cannot be");
    }
    for (const refreshDeadline of [0, -1, NaN, Infinity, "0s", "soon", "25h", 86_400_001]) {
      assertThrows(
        () => checkSource({ ...source, refreshDeadline }),
        InvalidDurationError,
        "refreshDeadline cannot be",
      );
    }
  });

  it("takes a deadline of up to 24 hours", () => {
    assertEquals(checkSource({ ...source, refreshDeadline: "24h" }).refreshDeadline, 86_400_000);
  });
});
