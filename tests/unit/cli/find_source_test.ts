import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { NoSuchSourceError, UsageError } from "../../../src/cli/command_spec.ts";
import { chooseSource } from "../../../src/cli/sources/find_source.ts";
import { labelOf } from "../../../src/cli/sources/survey.ts";

const labels = [
  "discovery/npm",
  "discovery/npm-ls-1",
  "discovery/npm-view-2",
  "pulls/npm",
  "pulls/one",
  "x/one",
  "x/two",
];
const sources = labels.map((label) => {
  const [tier = "", name = ""] = label.split("/");
  return { key: { tier, name } };
});
const chosen = (text: string) => labelOf(chooseSource(text, sources).key);

describe("chooseSource()", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["a whole label", "pulls/npm", "pulls/npm"],
    ["a name in the default tier before others", "npm", "discovery/npm"],
    ["a name in another tier", "two", "x/two"],
    ["the beginning of a name", "npm-v", "discovery/npm-view-2"],
    ["the beginning of a label", "x/t", "x/two"],
  ];
  for (const [what, text, label] of cases) it(`finds ${what}`, () => assertEquals(chosen(text), label));

  it("names those that may be meant", () => {
    assertThrows(() => chosen("npm-"), UsageError, '"npm-" may be discovery/npm-ls-1, discovery/npm-view-2: say');
    assertThrows(() => chosen("one"), UsageError, '"one" may be pulls/one, x/one: say');
    assertThrows(() => chosen(""), UsageError, "and 4 more");
  });

  it("says what there is instead", () => {
    assertThrows(() => chosen("view"), NoSuchSourceError, '"view" (discovery/npm-view-2?): discoverycache ls');
    assertThrows(() => chosen("zebra"), NoSuchSourceError, 'there is no source "zebra": discoverycache ls');
    assertThrows(() => chooseSource("", []), NoSuchSourceError);
    const elsewhere = () => chooseSource("a", [], "/a b");
    assertThrows(elsewhere, NoSuchSourceError, "discoverycache ls --root '/a b' lists what there is");
  });
});
