import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { decodeRecipe, encodeRecipe, type Recipe, shellLine } from "../../../src/cli/record/recipe.ts";
import { recordedTier } from "../../../src/cli/record/record_tiers.ts";

const recipe: Recipe = {
  command: ["npm", "ls", ""],
  folder: "/home/somebody",
  environment: { LANG: "C", HOME: null },
  files: { "/a/b": 1_000, "/c": null },
  ttl: 0,
  refreshDeadline: 30_000,
};
const read = (value: unknown) => decodeRecipe(new TextEncoder().encode(JSON.stringify(value)));

describe("decodeRecipe()", () => {
  it("reads what was written", () => assertEquals(decodeRecipe(encodeRecipe(recipe)), recipe));

  it("passes over what a newer release adds, and does without what it can", () => {
    const { folder: _, ...rest } = recipe;
    assertEquals(read({ ...rest, color: "red" }), rest);
    assertEquals(read({ ...recipe, files: 3, environment: undefined }), { ...recipe, files: {}, environment: {} });
  });

  const broken: readonly (readonly [string, unknown])[] = [
    ["nothing", null],
    ["a list", []],
    ["no command", { ...recipe, command: [] }],
    ["a command that is a text", { ...recipe, command: "npm ls" }],
    ["a number among the arguments", { ...recipe, command: ["npm", 1] }],
    ["a TTL in the past", { ...recipe, ttl: -1 }],
    ["no deadline", { ...recipe, refreshDeadline: undefined }],
    ["a folder that is none", { ...recipe, folder: 3 }],
  ];
  for (const [what, value] of broken) {
    it(`is undefined for ${what}`, () => assertEquals(read(value), undefined));
  }

  it("is undefined for what is no JSON, and no text", () => {
    const whole = encodeRecipe(recipe);
    assertEquals(decodeRecipe(whole.subarray(0, -1)), undefined);
    assertEquals(decodeRecipe(Uint8Array.of(0xff)), undefined);
  });
});

describe("shellLine()", () => {
  it("shows a command as one would type it", () => {
    assertEquals(shellLine(["npm", "ls", "--json", "a=b"]), "npm ls --json a=b");
    assertEquals(shellLine(["sh", "-c", "echo $A", "", "it's"]), "sh -c 'echo $A' '' 'it'\\''s'");
  });
});

describe("recordedTier()", () => {
  it("tells tiers of records from others", () => {
    assertEquals(["a.command", "a.b.stderr", "a", "command", "a.commands"].map(recordedTier), [
      "a",
      "a.b",
      undefined,
      undefined,
      undefined,
    ]);
  });
});
