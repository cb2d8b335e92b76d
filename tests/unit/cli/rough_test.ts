import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { bar } from "../../../src/cli/screen/bar.ts";
import { roughly, roughSize } from "../../../src/cli/screen/rough.ts";

describe("roughly()", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0s"],
    [12.4, "12ms"],
    [999, "999ms"],
    [1_499, "1s"],
    [61_400, "1m1s"],
    [3_600_000, "1h"],
    [3_600_000 * 5 + 90_000, "5h2m"],
    [86_400_000 * 2 + 3_600_000 * 3 + 59_000, "2d3h"],
  ];
  for (const [ms, text] of cases) it(`says ${text} of ${ms} ms`, () => assertEquals(roughly(ms), text));
});

describe("roughSize()", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1.0 kB"],
    [4_249, "4.2 kB"],
    [9_960, "10 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [13_400_000, "13 MB"],
    [2_500_000_000, "2.5 GB"],
    [3e15, "3000 TB"],
  ];
  for (const [bytes, text] of cases) it(`says ${text} of ${bytes}`, () => assertEquals(roughSize(bytes), text));
});

describe("bar()", () => {
  const cases: readonly (readonly [number, string])[] = [
    [-1, ".........."],
    [0, ".........."],
    [0.04, ".........."],
    [0.05, "#........."],
    [0.5, "#####....."],
    [0.96, "##########"],
    [7, "##########"],
    [NaN, ".........."],
  ];
  for (const [share, text] of cases) it(`is ${text} for ${share}`, () => assertEquals(bar(share, 10, false), text));

  it("is drawn with blocks where these can be shown", () => assertEquals(bar(0.3, 10, true), "███░░░░░░░"));
});
