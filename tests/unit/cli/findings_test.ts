import { assertEquals, assertStringIncludes } from "@std/assert";
import picocolors from "picocolors";
import { describe, it } from "node:test";
import { remedyOf } from "../../../src/cli/doctor/adapter_faults.ts";
import { attention, type Finding, ok, problem, theOneThing, worstOf } from "../../../src/cli/doctor/finding.ts";
import { findingsData, tellFindings } from "../../../src/cli/doctor/tell_findings.ts";
import { AdapterError } from "../../../src/errors.ts";

const fine = ok("a", "fine");
const [first, second] = [attention("b", "hm", "do one"), attention("c", "hm", "do two")];
const [bad, worse] = [problem("d", "bad", "do three"), problem("e", "bad, too", "do four")];

describe("theOneThing()", () => {
  const cases: readonly (readonly [string, readonly Finding[], Finding["severity"], string | undefined])[] = [
    ["nothing at all", [], "ok", undefined],
    ["all is well", [fine], "ok", undefined],
    ["one thing calls for attention", [fine, first], "attention", "do one"],
    ["two do: the first", [fine, second, first], "attention", "do two"],
    ["there is a problem, however late", [first, fine, second, bad], "problem", "do three"],
    ["there are two problems: the first", [first, worse, bad], "problem", "do four"],
  ];
  for (const [what, findings, worst, todo] of cases) {
    it(`is right when ${what}`, () => assertEquals([worstOf(findings), theOneThing(findings)], [worst, todo]));
  }
});

describe("tellFindings()", () => {
  it("has a line for each, in columns, and nothing in it that a terminal would obey", () => {
    const hostile = problem("files", "\x1b[2Jfoo\nbar", "rm \x1b]0;x\x07y");
    assertEquals(tellFindings([fine, hostile], { colors: picocolors.createColors(false) }), [
      "ok       a      fine",
      "problem  files  foo bar",
      "",
      "do this: rm  ]0;x y",
    ]);
  });

  it("has colours where there are colours, in the first column alone", () => {
    const [line = ""] = tellFindings([first], { colors: picocolors.createColors(true) });
    assertEquals(line, "\x1b[33mattention\x1b[39m  b  hm");
  });

  it("says that nothing needs to be done", () => {
    assertEquals(tellFindings([fine], { colors: picocolors.createColors(false) }).at(-1), "nothing needs to be done");
  });
});

describe("findingsData()", () => {
  it("has null for nothing to do, so that the field is always there", () => {
    assertEquals(JSON.parse(JSON.stringify(findingsData("/r", [fine]))), { root: "/r", findings: [fine], todo: null });
  });
});

describe("remedyOf()", () => {
  const fault = (code: AdapterError["code"]) => new AdapterError({ operation: "read", path: "/a b", code });

  it("quotes a path as a shell wants it", () => {
    assertStringIncludes(remedyOf(fault("EACCES"), "/a b"), `sudo chown "$(id -u)" '/a b'`);
    assertStringIncludes(remedyOf(fault("ENOSPC"), "/a b"), "df -h '/a b'");
  });

  it("passes on what the system said where it knows nothing better", () => {
    assertStringIncludes(remedyOf(fault("ESTALE"), "/a"), "failed with ESTALE");
    assertStringIncludes(remedyOf(new Error("what?"), "/a"), "what?");
  });
});
