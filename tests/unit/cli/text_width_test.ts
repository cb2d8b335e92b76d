import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { shorten, textWidth } from "../../../src/cli/screen/text_width.ts";

describe("textWidth()", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["", 0],
    ["npm", 3],
    ["naïve", 5],
    ["nai\u0308ve", 5],
    ["日本語", 6],
    ["한국어", 6],
    ["３", 2],
    ["🚀", 2],
    ["█░…", 3],
  ];
  for (const [text, width] of cases) {
    it(`is ${width} for ${JSON.stringify(text)}`, () => assertEquals(textWidth(text), width));
  }
});

describe("shorten()", () => {
  it("leaves alone what fits", () => {
    assertEquals([shorten("abc", 3, true), shorten("", 0, true), shorten("日本", 4, true)], ["abc", "", "日本"]);
  });

  it("keeps the beginning, and says that there was more", () => {
    assertEquals(shorten("abcdefgh", 5, true), "abcd…");
    assertEquals(shorten("abcdefgh", 5, false), "ab...");
    assertEquals(shorten("ab cdefgh", 4, true), "ab…");
  });

  it("never takes more room than there is, and tears no character in two", () => {
    const text = "a日本🚀e\u0301x語";
    for (const unicode of [true, false]) {
      for (let width = 0; width < 12; width++) {
        const short = shorten(text, width, unicode);
        assertEquals(textWidth(short) <= width, true, `${short} is more than ${width}`);
        assertEquals(/\p{Surrogate}/u.test(short), false);
      }
    }
    assertEquals(shorten(text, 6, true), "a日本…");
    assertEquals([shorten(text, 2, false), shorten(text, 0, true)], ["..", ""]);
  });
});
