import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { drawTable } from "../../../src/cli/screen/table.ts";
import { judgeLook } from "../../../src/cli/screen/terminal.ts";

function look(terminal: boolean, variables: Readonly<Record<string, string>> = {}, columns?: number) {
  const { colors, unicode, ...size } = judgeLook({
    terminal,
    columns,
    rows: columns,
    variable: (name) => variables[name],
  });
  return { colored: colors.red("x") !== "x", unicode, columns: size.columns, rows: size.rows };
}

describe("judgeLook()", () => {
  it("colours a terminal and nothing else", () => {
    assertEquals([look(true).colored, look(false).colored], [true, false]);
    assertEquals(look(false, { FORCE_COLOR: "1", CI: "1" }).colored, false);
  });

  it("respects NO_COLOR, unless it is empty, and takes a terminal that knows only lines for a pipe", () => {
    assertEquals(look(true, { NO_COLOR: "1" }).colored, false);
    assertEquals(look(true, { NO_COLOR: "0" }).colored, false);
    assertEquals(look(true, { NO_COLOR: "" }).colored, true);
    const { colored, columns } = look(true, { TERM: "dumb" }, 50);
    assertEquals([colored, columns], [false, undefined]);
  });

  it("shows more than ASCII where the locale does, the first one set", () => {
    assertEquals(look(true, { LANG: "en_US.UTF-8" }).unicode, true);
    assertEquals(look(true, { LANG: "en_US.UTF-8", LC_ALL: "C" }).unicode, false);
    assertEquals(look(true, { LC_ALL: "", LC_CTYPE: "C.utf8" }).unicode, true);
    assertEquals(look(true).unicode, false);
  });

  it("has a size on a terminal only, and a usual one where it is not told", () => {
    const sizes = [look(true, {}, 50), look(true), look(true, {}, 0), look(false, {}, 50)];
    assertEquals(sizes.map(({ columns, rows }) => [columns, rows]), [[50, 50], [80, 24], [80, 24], [
      undefined,
      undefined,
    ]]);
  });
});

describe("drawTable()", () => {
  it("draws columns without lines, and no spaces at the end", () => {
    const columns = [{ head: "NAME" }, { head: "SIZE", align: "right" }, { head: "WHY" }] as const;
    assertEquals(drawTable(columns, [["a", "1 B", ""], ["longer", "12 kB", "x"]]), [
      "NAME     SIZE  WHY",
      "a         1 B",
      "longer  12 kB  x",
    ]);
  });

  it("is as wide as what is seen, whatever its colours", () => {
    const lines = drawTable([{ head: "A" }, { head: "B" }], [["\u001b[31mred\u001b[39m", "x"], ["äöü", "y"]]);
    assertEquals(lines, ["A    B", "\u001b[31mred\u001b[39m  x", "äöü  y"]);
  });
});
