/**
 * Reads what each runtime's test runner reports into one shape: tests, each with the name of the `describe` at the top
 * that it belongs to. Pure functions of a text.
 */
import { parseXml, type XmlElement } from "./xml.ts";

/** How a test ended. */
export type Outcome = "passed" | "failed" | "skipped";

/** One test. */
export interface TestCase {
  /** The outermost `describe` around it. */
  readonly suite: string;
  readonly outcome: Outcome;
}

/** Stands for the outermost `describe` of a test that has none. */
export const withoutSuite = "(outside any describe)";

/** A line of Node's report: see node_reporter.ts. */
export interface NodeEvent {
  readonly kind: "start" | "test" | "suite";
  readonly nesting: number;
  readonly name: string;
  readonly outcome: Outcome | undefined;
}

/**
 * Node reports each test and each suite when it starts and when it ended, the inner ones between. A suite counts only
 * if nothing in it accounts for its outcome: it was skipped as a whole, or a hook failed.
 */
export function readNodeReport(text: string): TestCase[] {
  const cases: TestCase[] = [];
  let top = "";
  /** At each depth, the cases there were when the test or suite at that depth started. */
  const before: number[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const event = JSON.parse(line) as NodeEvent;
    if (event.kind === "start") {
      if (event.nesting === 0) top = event.name;
      before[event.nesting] = cases.length;
    } else if (event.outcome !== undefined) {
      const suite = event.kind === "test" && event.nesting === 0 ? withoutSuite : top;
      const inner = cases.slice(before[event.nesting] ?? cases.length);
      if (event.kind === "test" || isUnexplained(event.outcome, inner)) cases.push({ suite, outcome: event.outcome });
    }
  }
  return cases;
}

function isUnexplained(outcome: Outcome, inner: readonly TestCase[]): boolean {
  if (outcome === "failed") return !inner.some((test) => test.outcome === "failed");
  return outcome === "skipped" && inner.length === 0;
}

/** Bun's JUnit file: an element for the file, in it one for each `describe`, nested as in the source. */
export function readBunReport(text: string): TestCase[] {
  const files = parseXml(text).children.flatMap((root) => childrenNamed(root, "testsuite"));
  return files.flatMap((file) => [
    ...childrenNamed(file, "testcase").map((test) => ({ suite: withoutSuite, outcome: outcomeOf(test) })),
    ...childrenNamed(file, "testsuite").flatMap((suite) =>
      descendantsNamed(suite, "testcase").map((test) => ({
        suite: suite.attributes["name"] ?? "",
        outcome: outcomeOf(test),
      }))
    ),
  ]);
}

/**
 * Deno's JUnit file is flat: `describe` and `it` alike are test cases, named "outer > inner > test", in no useful order.
 * A case is a suite when others begin with its name. One at the top without others is a `describe` in which no test
 * ran: empty, skipped as a whole, or failed in a hook. (It may also be an `it` outside any `describe`, which this
 * project does not write: Node tells them apart, and the summary refuses them.)
 */
export function readDenoReport(text: string): TestCase[] {
  const all = parseXml(text).children
    .flatMap((root) => descendantsNamed(root, "testcase"))
    .map((test) => ({ name: test.attributes["name"] ?? "", outcome: outcomeOf(test) }));
  const names = new Set(all.map(({ name }) => name));
  const cases: TestCase[] = [];
  for (const { name, outcome } of all) {
    const suite = ancestorsOf(name).find((ancestor) => names.has(ancestor));
    const inner = all.filter((other) => other.name.startsWith(`${name} > `));
    if (inner.length === 0) {
      if (suite !== undefined || outcome !== "passed") cases.push({ suite: suite ?? name, outcome });
    } else if (outcome === "failed" && !inner.some((other) => other.outcome === "failed")) {
      cases.push({ suite: suite ?? name, outcome });
    }
  }
  return cases;
}

/** The prefixes of "a > b > c" that may be names of suites around it, the outermost first. */
function ancestorsOf(name: string): string[] {
  const parts = name.split(" > ");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join(" > "));
}

function outcomeOf(testCase: XmlElement): Outcome {
  const names = testCase.children.map(({ name }) => name);
  if (names.includes("failure") || names.includes("error")) return "failed";
  return names.includes("skipped") ? "skipped" : "passed";
}

function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function descendantsNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...descendantsNamed(child, name),
  ]);
}
