import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { UsageError } from "../../../src/cli/command_spec.ts";
import { checkKeepWords, readKeepWord } from "../../../src/cli/prune/keep_words.ts";

const sources = ["discovery/models", "discovery/models-old", "discovery/a.b", "other/models", "builds/axb"]
  .map((label) => ({ tier: label.split("/")[0] ?? "", name: label.split("/")[1] ?? "" }));

function named(word: string): string {
  const { matches } = readKeepWord(word);
  return sources.filter(matches).map(({ tier, name }) => `${tier}/${name}`).join(" ");
}

describe("readKeepWord()", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["models", "discovery/models"],
    ["other/models", "other/models"],
    ["other/", "other/models"],
    ["other", ""],
    ["discovery/", "discovery/models discovery/models-old discovery/a.b"],
    ["model*", "discovery/models discovery/models-old other/models"],
    ["*/models", "discovery/models other/models"],
    ["*models", "discovery/models other/models"],
    ["discovery/*old", "discovery/models-old"],
    ["d*/m*s", "discovery/models"],
    ["a.b", "discovery/a.b"],
    ["a.*", "discovery/a.b"],
    ["a?b", "discovery/a.b builds/axb"],
    ["model?", "discovery/models other/models"],
    ["builds/a.b", ""],
    ["*", "discovery/models discovery/models-old discovery/a.b other/models builds/axb"],
    ["*/*", "discovery/models discovery/models-old discovery/a.b other/models builds/axb"],
    ["", ""],
    ["model", ""],
    ["models/", ""],
    ["discovery/models/x", ""],
    ["(", ""],
  ];
  for (const [word, expected] of cases) {
    it(`finds for "${word}": ${expected || "nothing"}`, () => assertEquals(named(word), expected));
  }
});

describe("checkKeepWords()", () => {
  const check = (...words: string[]) => checkKeepWords(words.map(readKeepWord), sources);

  it("accepts words that each name something", () => check("models", "other/", "a*"));

  it("refuses a word that names nothing, whatever the others name", () => {
    assertThrows(
      () => check("models", "modles"),
      UsageError,
      '--keep "modles" names no source, so nothing was removed',
    );
  });

  it("refuses a pattern that names nothing", () => void assertThrows(() => check("modle*"), UsageError, '"modle*"'));

  it("accepts what names everything in a cache with nothing in it", () => {
    checkKeepWords(["*", "*/*", "*/"].map(readKeepWord), []);
    assertThrows(() => checkKeepWords([readKeepWord("discovery/*")], []), UsageError);
  });
});
