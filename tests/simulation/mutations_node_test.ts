import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { applyEdit, loadMutated } from "../../scripts/simulate/mutate.ts";
import { mutations } from "../../scripts/simulate/mutations.ts";
import { renderVerdicts, survey } from "../../scripts/simulate/survey.ts";
import { renderFinding } from "./render.ts";

const timeout = 600_000;

/** What the hardest of them needs is a fifth of this. */
const MOST_SCHEDULES = 60_000;

describe("the protocol, broken in one place at a time", () => {
  it("every mutation is noticed", { timeout }, async () => {
    const verdicts = await survey(MOST_SCHEDULES, 1);
    for (const line of renderVerdicts(verdicts)) console.log(`mutation: ${line}`);
    assert(verdicts.length >= 12, `${verdicts.length} mutations`);
    assertEquals(verdicts.filter(({ caught }) => caught === undefined).map(({ mutation }) => mutation.name), []);
  });

  it("a violation is told with its seed and a short way to it, and the seed shows it again", { timeout }, async () => {
    const mutation = mutations.find(({ name }) => name === "a dead lock is removed without its guard");
    assert(mutation !== undefined);
    const { explore } = await loadMutated(mutation);
    const { finding } = explore(MOST_SCHEDULES, 1, 400_000);
    assert(finding !== undefined);
    assert(finding.shortest.steps < finding.steps, `${finding.shortest.steps} of ${finding.steps} steps`);
    const text = renderFinding(finding);
    assert(text.includes(`--schedules 1 --seed ${finding.seed}`), text);
    assert(text.includes("are both inside"), text);
    assertEquals(explore(1, finding.seed, 0).finding?.steps, finding.steps);
  });

  it("an edit that fits nowhere, or twice, is an error", () => {
    assertEquals(applyEdit("one two", { file: "a.ts", find: "two", replace: "three" }), "one three");
    assertThrows(
      () => applyEdit("one two", { file: "a.ts", find: "four", replace: "" }),
      Error,
      "src/a.ts has 0 places",
    );
    assertThrows(
      () => applyEdit("two two", { file: "a.ts", find: "two", replace: "" }),
      Error,
      "src/a.ts has 2 places",
    );
  });
});
