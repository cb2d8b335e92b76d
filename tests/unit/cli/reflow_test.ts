import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { reflow } from "../../../src/cli/screen/reflow.ts";

describe("reflow()", () => {
  it("makes one paragraph of lines that follow each other, as wide as there is room", () => {
    assertEquals(reflow("one two\nthree four five six\n\nseven", 20), "one two three four\nfive six\n\nseven");
    assertEquals(reflow("one two\nthree", 80), "one two three");
  });

  it("leaves indented lines their own, and keeps a right column one", () => {
    const text = "Exit codes:\n  0    it was done\n  125  it could not be done at all";
    assertEquals(reflow(text, 27), "Exit codes:\n  0    it was done\n  125  it could not be done\n       at all");
    assertEquals(reflow("  a b  right one", 80), "  a b  right one");
  });

  it("indents what goes on where there is but one column", () => {
    assertEquals(reflow("  one two three four five six", 22), "  one two three four\n  five six");
  });

  it("never breaks what is to be typed", () => {
    const typed = "  $ discoverycache run --ttl 24h -- npm view typescript versions --json";
    assertEquals(reflow(`Examples:\n${typed}`, 20), `Examples:\n${typed}`);
  });

  it("begins a new paragraph after indented lines", () => {
    assertEquals(reflow("  0  done\nWhat is\nmore", 80), "  0  done\nWhat is more");
  });
});
