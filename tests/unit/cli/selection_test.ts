import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { checkSelection, matcherOf, select } from "../../../src/cli/sources/selection.ts";
import { InvalidNameError, InvalidOptionError } from "../../../src/errors.ts";
import { coolingDown, listing, NOW, refreshing } from "../../support/listings.ts";

const labels = ["discovery/npm", "discovery/npm-ls", "pulls/one", "x/n.m"];

describe("matcherOf()", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["npm", ["discovery/npm", "discovery/npm-ls"]],
    ["y/n", ["discovery/npm", "discovery/npm-ls"]],
    ["", labels],
    ["npm*", ["discovery/npm", "discovery/npm-ls"]],
    ["*npm", ["discovery/npm"]],
    ["np?", ["discovery/npm"]],
    ["*/*s", ["discovery/npm-ls"]],
    ["*", labels],
    ["n.?", ["x/n.m"]],
    ["discovery/*", ["discovery/npm", "discovery/npm-ls"]],
    ["disc*y", []],
    ["[a-z]*", []],
    ["(*", []],
  ];
  for (const [pattern, found] of cases) {
    it(`finds ${found.length} by ${JSON.stringify(pattern)}`, () => {
      assertEquals(labels.filter(matcherOf(pattern)), found);
    });
  }
});

const sources = [
  listing("discovery/b", 30_000, { ttl: 60_000, size: 5 }),
  listing("discovery/a", 90_000, { ttl: 60_000, refresh: refreshing() }),
  listing("pulls/c", undefined, { ttl: 10_000, refresh: coolingDown("bad") }),
  listing("pulls/d", 60_000),
];

const chosen = (options: Parameters<typeof checkSelection>[0], ...patterns: string[]) =>
  select(sources, checkSelection(options, patterns), NOW).map(({ source }) => source.name).join("");

describe("select()", () => {
  it("takes everything, by name, where nothing is asked for", () => assertEquals(chosen({}), "abcd"));

  it("takes what any of the patterns, tiers and states takes, and all three of them", () => {
    assertEquals(chosen({}, "a", "pulls/"), "acd");
    assertEquals(chosen({ tier: ["pulls"] }), "cd");
    assertEquals(chosen({ tier: ["pulls", "discovery"], state: ["fresh", "unknown"] }), "bd");
    assertEquals(chosen({ tier: ["pulls"], state: ["fresh"] }, "b"), "");
  });

  it("takes a state that is seen, and data in that state whatever goes on", () => {
    assertEquals([chosen({ state: ["stale"] }), chosen({ state: ["refreshing"] })], ["a", "a"]);
    assertEquals([chosen({ state: ["absent"] }), chosen({ state: ["cooling-down"] })], ["c", "c"]);
  });

  it("sorts, what has nothing to be sorted by last, equals by name", () => {
    assertEquals([chosen({ sort: "age" }), chosen({ sort: "age", reverse: true })], ["bdac", "adbc"]);
    assertEquals([chosen({ sort: "size" }), chosen({ sort: "size", reverse: true })], ["badc", "adbc"]);
    assertEquals([chosen({ sort: "ttl" }), chosen({ sort: "ttl", reverse: true })], ["cabd", "abcd"]);
    assertEquals([chosen({ sort: "state" }), chosen({ sort: "state", reverse: true })], ["bdac", "cadb"]);
    assertEquals([chosen({ sort: "retry" }), chosen({ sort: "retry", reverse: true })], ["cabd", "cabd"]);
    assertEquals(chosen({ reverse: true }), "dcba");
  });

  it("refuses what cannot be asked for", () => {
    assertThrows(() => checkSelection({ sort: "toString" }, []), InvalidOptionError, "one of name, age, size");
    assertThrows(() => checkSelection({ state: ["fresh", "Stale"] }, []), InvalidOptionError, '"Stale"');
    assertThrows(() => checkSelection({ tier: ["a/b"] }, []), InvalidNameError);
  });
});
