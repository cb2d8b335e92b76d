import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { Tail } from "../../../src/cli/run/tail.ts";

const kept = (limit: number, chunks: readonly string[]) => {
  const tail = new Tail(limit);
  for (const chunk of chunks) tail.add(new TextEncoder().encode(chunk));
  return new TextDecoder().decode(tail.bytes());
};

describe("Tail", () => {
  const cases: readonly (readonly [string, number, readonly string[], string])[] = [
    ["all of what is short", 10, ["one\n", "two"], "one\ntwo"],
    ["nothing of nothing", 10, [], ""],
    ["all of what just fits", 8, ["one\n", "two\n"], "one\ntwo\n"],
    ["the end from the beginning of a line", 8, ["first line\n", "two\n"], "two\n"],
    ["the end of one large part", 9, ["first\nsecond\nlast\n"], "last\n"],
    ["the end of a line that is too long by itself", 4, ["abcdefgh"], "efgh"],
    ["no half of a line whose beginning came in a part of its own", 5, ["ab", "c\ndef"], "def"],
    ["a line whose beginning was dropped with whole parts", 6, ["abc", "def", "g\nhi"], "hi"],
    ["the end of a line that is too long and has ended", 4, ["abcdefg\n"], "efg\n"],
    ["a whole line whose beginning is where the limit lies", 4, ["abc\n", "def\n"], "def\n"],
  ];
  for (const [what, limit, chunks, wanted] of cases) {
    it(`keeps ${what}`, () => assertEquals(kept(limit, chunks), wanted));
  }
});
