import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { remedyOf } from "../../../src/cli/doctor/adapter_faults.ts";
import { attention, type Finding, ok, problem, theOneThing, worstOf } from "../../../src/cli/doctor/finding.ts";
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
