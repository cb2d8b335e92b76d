import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { survivesJson } from "../../../src/detached/json_value.ts";

describe("survivesJson()", () => {
  const survive: readonly unknown[] = [
    "a",
    0,
    1.5,
    true,
    null,
    [],
    [1, ["a", null]],
    { a: { b: [1] }, c: undefined },
    Object.assign(Object.create(null), { a: 1 }),
  ];
  it("knows what is the same afterwards", () => {
    for (const value of survive) assertEquals(survivesJson(value), true, JSON.stringify(value));
  });

  const change: readonly (readonly [string, unknown])[] = [
    ["undefined", undefined],
    ["a bigint", 1n],
    ["a symbol", Symbol("a")],
    ["a function", () => {}],
    ["NaN", NaN],
    ["an infinite number", Infinity],
    ["the other zero", -0],
    ["a date", new Date(0)],
    ["a map", new Map()],
    ["bytes", new Uint8Array(1)],
    ["an object of a class", new (class Key {})()],
    ["an object that says itself what it is as JSON", { toJSON: () => 1 }],
    ["a list with a hole", Array(1)],
    ["a list with something of that in it", [undefined]],
    ["an object with something of that in it", { a: { b: 1n } }],
  ];
  for (const [what, value] of change) {
    it(`knows that ${what} is not`, () => assertEquals(survivesJson(value), false));
  }
});
