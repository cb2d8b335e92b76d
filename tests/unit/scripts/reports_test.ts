import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import {
  type NodeEvent,
  type Outcome,
  readBunReport,
  readDenoReport,
  readNodeReport,
  withoutSuite,
} from "../../../scripts/test/reports.ts";
import { parseXml } from "../../../scripts/test/xml.ts";

const start = (nesting: number, name: string): NodeEvent => ({ kind: "start", nesting, name, outcome: undefined });
const test = (nesting: number, name: string, outcome: Outcome): NodeEvent => ({ kind: "test", nesting, name, outcome });
const suite = (nesting: number, name: string, outcome: Outcome): NodeEvent => ({
  kind: "suite",
  nesting,
  name,
  outcome,
});
const lines = (...events: NodeEvent[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("");

describe("readNodeReport()", () => {
  it("counts tests, however deep, under the outermost describe", () => {
    const report = lines(
      start(0, "outer"),
      start(1, "a"),
      test(1, "a", "passed"),
      start(1, "inner"),
      start(2, "b"),
      test(2, "b", "skipped"),
      suite(1, "inner", "passed"),
      suite(0, "outer", "passed"),
    );
    assertEquals(readNodeReport(report), [
      { suite: "outer", outcome: "passed" },
      { suite: "outer", outcome: "skipped" },
    ]);
  });

  it("counts a suite that was skipped as a whole, and one that failed though no test in it did", () => {
    const report = lines(
      start(0, "skipped"),
      suite(0, "skipped", "skipped"),
      start(0, "hook"),
      start(1, "a"),
      test(1, "a", "passed"),
      suite(0, "hook", "failed"),
    );
    assertEquals(readNodeReport(report), [
      { suite: "skipped", outcome: "skipped" },
      { suite: "hook", outcome: "passed" },
      { suite: "hook", outcome: "failed" },
    ]);
  });

  it("does not count a failure again for each suite around it", () => {
    const report = lines(
      start(0, "outer"),
      start(1, "inner"),
      start(2, "a"),
      test(2, "a", "failed"),
      suite(1, "inner", "failed"),
      suite(0, "outer", "failed"),
    );
    assertEquals(readNodeReport(report), [{ suite: "outer", outcome: "failed" }]);
  });

  it("does not count an empty suite", () => {
    assertEquals(readNodeReport(lines(start(0, "empty"), suite(0, "empty", "passed"))), []);
  });

  it("tells a test outside any describe", () => {
    const report = lines(start(0, "bare"), test(0, "bare", "passed"));
    assertEquals(readNodeReport(report), [{ suite: withoutSuite, outcome: "passed" }]);
  });

  it("throws when the last line is cut off", () => {
    assertThrows(() => readNodeReport(lines(start(0, "outer")).slice(0, -5)));
  });
});

describe("readBunReport()", () => {
  it("counts tests, however deep, under the outermost describe", () => {
    const report = `<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="bun test" tests="5">
        <testsuite name="tests/a_test.ts">
          <testsuite name="outer &lt;&amp;&gt;">
            <testcase name="a &gt; b" />
            <testcase name="b"><failure type="Error" message="&#10;">Error: &lt;testcase&gt;</failure></testcase>
            <testsuite name="inner"><testcase name="c"><skipped /></testcase></testsuite>
          </testsuite>
          <testcase name="bare" />
        </testsuite>
      </testsuites>`;
    assertEquals(readBunReport(report), [
      { suite: withoutSuite, outcome: "passed" },
      { suite: "outer <&>", outcome: "passed" },
      { suite: "outer <&>", outcome: "failed" },
      { suite: "outer <&>", outcome: "skipped" },
    ]);
  });

  it("throws when the report is cut off", () => {
    assertThrows(() => readBunReport(`<testsuites><testsuite name="a">`), Error, "ends too early");
  });
});

describe("readDenoReport()", () => {
  const report = (...cases: string[]) => `<testsuites><testsuite name="any">${cases.join("")}</testsuite></testsuites>`;
  const passed = (name: string) => `<testcase name="${name.replaceAll(">", "&gt;")}"></testcase>`;
  const failed = (name: string) =>
    passed(name).replace("></t", `><failure message="x">Error: &lt;/testcase&gt;\n</failure></t`);
  const skipped = (name: string) => passed(name).replace("></t", "><skipped/></t");

  it("counts only what others do not begin with, under the outermost name", () => {
    const text = report(passed("outer"), passed("outer > a"), passed("outer > in"), passed("outer > in > b"));
    assertEquals(readDenoReport(text), [
      { suite: "outer", outcome: "passed" },
      { suite: "outer", outcome: "passed" },
    ]);
  });

  it("counts tests of the same name each", () => {
    assertEquals(readDenoReport(report(passed("outer"), passed("outer > a"), passed("outer > a"))).length, 2);
  });

  it("understands names with the separator in them", () => {
    const text = report(passed("x > y"), passed("x > y > a > b"), skipped("x > y > c"));
    assertEquals(readDenoReport(text), [
      { suite: "x > y", outcome: "passed" },
      { suite: "x > y", outcome: "skipped" },
    ]);
  });

  it("counts a suite that was skipped as a whole, and one that failed though no test in it did", () => {
    const text = report(skipped("skipped"), failed("before hook"), failed("after hook"), passed("after hook > a"));
    assertEquals(readDenoReport(text), [
      { suite: "skipped", outcome: "skipped" },
      { suite: "before hook", outcome: "failed" },
      { suite: "after hook", outcome: "failed" },
      { suite: "after hook", outcome: "passed" },
    ]);
  });

  it("does not count a failure again for each suite around it", () => {
    const text = report(failed("outer"), failed("outer > in"), failed("outer > in > a"));
    assertEquals(readDenoReport(text), [{ suite: "outer", outcome: "failed" }]);
  });

  it("does not count an empty suite", () => {
    assertEquals(readDenoReport(report(passed("empty"))), []);
  });
});

describe("parseXml()", () => {
  it("reads elements, attributes in both quotes, and references", () => {
    const [root] = parseXml(`<a x="1 &amp; 2" y='"&#65;&#x42;"'><b/>text<!-- <c> --><![CDATA[<d>]]></a>`).children;
    assertEquals(root, {
      name: "a",
      attributes: { x: "1 & 2", y: '"AB"' },
      children: [{ name: "b", attributes: {}, children: [] }],
    });
  });

  it("throws when elements are closed in another order", () => {
    assertThrows(() => parseXml("<a><b></a></b>"), Error, "</a> closes <b>");
  });
});
