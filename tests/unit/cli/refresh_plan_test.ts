import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import type { Recipe } from "../../../src/cli/record/recipe.ts";
import { judgeRecipe, type LookAt } from "../../../src/cli/record/recipe_fitness.ts";
import { divide } from "../../../src/cli/refresh/refresh_plan.ts";
import type { Surveyed } from "../../../src/cli/sources/survey.ts";

const recipe: Recipe = {
  command: ["true"],
  folder: "/place",
  environment: {},
  files: {},
  ttl: 60_000,
  refreshDeadline: 5_000,
};

/** What is found at each path; at any other one nothing is. */
function finds(times: Readonly<Record<string, number | "unknown">>): LookAt {
  return (path) => times[path];
}

describe("judgeRecipe()", () => {
  const cases: readonly (readonly [string, Partial<Recipe>, Parameters<typeof finds>[0], string | undefined])[] = [
    ["whose folder is there", {}, { "/place": 5 }, undefined],
    ["whose folder nobody knows", { folder: undefined }, {}, undefined],
    ["whose folder Deno may not look at", {}, { "/place": "unknown" }, undefined],
    ["whose folder is gone", {}, {}, "the folder /place, in which it was run, is gone"],
    ["whose file is as it was", { files: { "/f": 7 } }, { "/place": 5, "/f": 7 }, undefined],
    [
      "whose file another runtime knows a little differently",
      { files: { "/f": 7 } },
      { "/place": 5, "/f": 6 },
      undefined,
    ],
    ["whose file Deno may not look at", { files: { "/f": 7 } }, { "/place": 5, "/f": "unknown" }, undefined],
    ["whose file is newer", { files: { "/f": 7 } }, { "/place": 5, "/f": 9 }, "it belongs to an older /f"],
    ["whose file is older", { files: { "/f": 7 } }, { "/place": 5, "/f": 5 }, "it belongs to an older /f"],
    ["whose file is gone", { files: { "/f": 7 } }, { "/place": 5 }, "it belongs to a /f that is gone"],
    ["whose file was not there, nor is now", { files: { "/f": null } }, { "/place": 5 }, undefined],
    ["whose file was not there, and is now", { files: { "/f": null } }, { "/place": 5, "/f": 7 }, "an older /f"],
    ["one of whose files is newer", { files: { "/e": 1, "/f": 7 } }, { "/place": 5, "/e": 1, "/f": 9 }, "an older /f"],
  ];
  for (const [what, change, times, why] of cases) {
    it(`${why === undefined ? "accepts" : "refuses"} one ${what}`, () => {
      const changed = { ...recipe, ...change };
      const fitness = judgeRecipe(changed, finds(times));
      if (why === undefined) return assertEquals(fitness, { kind: "fit", recipe: changed });
      assertEquals(fitness.kind, "outdated");
      if (fitness.kind === "outdated") assertStringIncludes(fitness.why, why);
      if (fitness.kind === "outdated") {
        assertStringIncludes(fitness.why, ": discoverycache prune --older-than 7d removes what is left over");
      }
    });
  }

  it("knows that nothing is recorded", () => {
    assertEquals(judgeRecipe(undefined, finds({})), { kind: "foreign" });
  });
});

describe("divide()", () => {
  function surveyed(name: string, recipe: Recipe | undefined): Surveyed {
    const data = { state: "fresh", size: 1, capturedAt: 1, age: 1, ttl: undefined } as const;
    const refresh = { kind: "idle", attempts: 0, lastError: undefined } as const;
    return { source: { tier: "discovery", name }, ...data, refresh, recipe };
  }
  const lost = { ...recipe, folder: "/lost" };
  const there = finds({ "/place": 1 });
  const found = [surveyed("a", recipe), surveyed("b", undefined), surveyed("c", lost), surveyed("a", recipe)];

  it("refreshes each source once, with the times of its recipe", () => {
    const { jobs } = divide(found, true, there);
    const times = { ttl: 60_000, refreshDeadline: 5_000 };
    assertEquals(jobs, [{ source: { tier: "discovery", name: "a", ...times }, recipe }]);
  });

  it("refuses what somebody has named, each with a reason", () => {
    const { refused, passedOver } = divide(found, true, there);
    assertEquals(refused.map(({ source: { name }, kind }) => `${name} ${kind}`), ["b not-run", "c not-run"]);
    assertEquals(passedOver, undefined);
  });

  it("passes over what nobody has named, with one remark for all of it", () => {
    const { refused, passedOver } = divide(found, false, there);
    assertEquals(refused, []);
    assertEquals(
      passedOver,
      "passed over: 1 is another program's, which alone can refresh it; " +
        "1 belongs to a folder or file that has changed: discoverycache prune --older-than 7d removes what is left over",
    );
    const more = divide([surveyed("x", undefined), surveyed("y", undefined)], false, there).passedOver;
    assertEquals(more, "passed over: 2 are other programs', which alone can refresh them");
    assertEquals(divide([surveyed("a", recipe)], false, there).passedOver, undefined);
  });
});
