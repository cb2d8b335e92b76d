import { assert, assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { LastWords } from "../../../src/detached/last_words.ts";

const encoder = new TextEncoder();

function heard(...chunks: string[]): string {
  const words = new LastWords();
  for (const chunk of chunks) words.add(encoder.encode(chunk));
  return words.toString();
}

describe("LastWords", () => {
  it("are the last three lines that say anything, on one line", () => {
    assertEquals(heard("one\ntwo\n\n  \nthr", "ee\r\nfour\n"), "two / three / four");
    assertEquals(heard(), "");
  });

  it("are bounded, whether they come as one chunk, as many, or as one endless line", () => {
    assertEquals(heard(`${"x".repeat(100_000)}\nlast`).slice(-7), " / last");
    assertEquals(
      heard(...Array.from({ length: 5_000 }, (_, line) => `line ${line}\n`)),
      "line 4997 / line 4998 / line 4999",
    );
    const endless = heard(...Array.from({ length: 1_000 }, () => "0123456789"));
    assert(endless.length === 503 && endless.startsWith("...") && endless.endsWith("789"), endless);
  });
});
