import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { attention, ok, problem } from "../../../src/cli/doctor/finding.ts";
import { findingsData, tellFindings } from "../../../src/cli/doctor/tell_findings.ts";
import { judgeLook } from "../../../src/cli/screen/terminal.ts";

const look = (terminal: boolean) => judgeLook({ terminal, columns: 80, rows: 24, variable: () => undefined });

const fine = ok("a", "fine");
const first = attention("b", "hm", "do one");

describe("tellFindings()", () => {
  it("has a line for each, in columns, and nothing in it that a terminal would obey", () => {
    const hostile = problem("files", "\x1b[2Jfoo\nbar", "rm \x1b]0;x\x07y");
    assertEquals(tellFindings([fine, hostile], look(false)), [
      "ok       a      fine",
      "problem  files  foo bar",
      "",
      "do this: rm  ]0;x y",
    ]);
  });

  it("has colours where there are colours, in the first column alone", () => {
    const [line = ""] = tellFindings([first], look(true));
    assertEquals(line, "\x1b[33mattention\x1b[39m  b  hm");
  });

  it("says that nothing needs to be done", () => {
    assertEquals(tellFindings([fine], look(false)).at(-1), "nothing needs to be done");
  });
});

describe("findingsData()", () => {
  it("has null for nothing to do, so that the field is always there", () => {
    assertEquals(JSON.parse(JSON.stringify(findingsData("/r", [fine]))), { root: "/r", findings: [fine], todo: null });
  });
});
