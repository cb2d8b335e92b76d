import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { type ColumnNeed, fitColumns } from "../../../src/cli/screen/fit.ts";

const long = (width: number, least: number, goes?: number): ColumnNeed => ({ width, least, ...goes && { goes } });

describe("fitColumns()", () => {
  it("leaves everything as wide as it is where there is no limit, and where it just fits", () => {
    const needs = [long(90, 10), { width: 5, goes: 1 }, { width: 7 }];
    assertEquals(fitColumns(needs, undefined), [90, 5, 7]);
    assertEquals(fitColumns(needs, 90 + 2 + 5 + 2 + 7), [90, 5, 7]);
  });

  it("takes from the widest of those that may be narrower, and no more than it must", () => {
    assertEquals(fitColumns([long(90, 10), { width: 30 }], 82), [50, 30]);
    assertEquals(fitColumns([long(60, 10), { width: 30 }], 42), [10, 30]);
    assertEquals(fitColumns([long(60, 10), long(40, 10)], 62), [30, 30]);
    assertEquals(fitColumns([long(60, 10), long(20, 10)], 62), [40, 20]);
  });

  it("lets columns go in their order when nothing can be narrower", () => {
    const needs = [long(40, 10), { width: 8, goes: 2 }, { width: 8, goes: 1 }, { width: 8 }];
    assertEquals(fitColumns(needs, 10 + 3 * 10), [10, 8, 8, 8]);
    assertEquals(fitColumns(needs, 10 + 3 * 10 - 1), [19, 8, undefined, 8]);
    assertEquals(fitColumns(needs, 20), [10, undefined, undefined, 8]);
  });

  it("cuts even what may not be narrower before a line gets too long", () => {
    assertEquals(fitColumns([long(40, 10), { width: 8 }], 12), [5, 5]);
    assertEquals(fitColumns([long(40, 10), { width: 8 }], 1), [1, 1]);
    assertEquals(fitColumns([], 10), []);
  });
});
