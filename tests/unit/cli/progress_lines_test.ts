import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { ProgressLines, progressOf } from "../../../src/cli/run/progress_lines.ts";
import type { Progress } from "../../../src/store.ts";

describe("progressOf()", () => {
  const lines: readonly (readonly [string, Progress | undefined])[] = [
    ["3/10 reading pages", { done: 3, total: 10, message: "reading pages" }],
    ["[3/10] reading", { done: 3, total: 10, message: "reading" }],
    ["(3 of 10): reading", { done: 3, total: 10, message: "reading" }],
    ["10/10", { done: 10, total: 10 }],
    ["0/4", { done: 0, total: 4 }],
    ["30% of it", { done: 30, total: 100, message: "of it" }],
    ["[ 30.5 %] linking", { done: 30, total: 100, message: "linking" }],
    ["100%", { done: 100, total: 100 }],
    ["\u001b[32m3/10\u001b[0m green", { done: 3, total: 10, message: "green" }],
    ["reading page 3/10", { message: "reading page 3/10" }],
    ["11/10 too far", { message: "11/10 too far" }],
    ["0/0 of nothing", { message: "0/0 of nothing" }],
    ["2026/11/22 a date", { message: "2026/11/22 a date" }],
    ["300% more", { message: "300% more" }],
    ["3/10x", { message: "3/10x" }],
    ["", undefined],
    [" \t ", undefined],
    ["\u001b[2K", undefined],
  ];
  for (const [line, progress] of lines) {
    it(`reads ${JSON.stringify(progress)} from ${JSON.stringify(line)}`, () => {
      assertEquals(progressOf(line), progress);
    });
  }

  it("looks at no more than the beginning of a line without end", () => {
    assertEquals(progressOf(`1/2 ${"x".repeat(100_000)}`)?.message?.length, 496);
  });
});

describe("ProgressLines", () => {
  const told = (chunks: readonly (string | Uint8Array)[]) => {
    const all: Progress[] = [];
    const lines = new ProgressLines((progress) => all.push(progress));
    for (const chunk of chunks) lines.add(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
    return all;
  };

  it("tells of a line when it is complete, however it came in parts", () => {
    assertEquals(told(["1/", "3 one\n2/3", " two\n\n3/3"]), [
      { done: 1, total: 3, message: "one" },
      { done: 2, total: 3, message: "two" },
    ]);
  });

  it("takes a carriage return for the end of a line, as bars draw themselves", () => {
    assertEquals(told(["10%\r20%\r\n"]), [{ done: 10, total: 100 }, { done: 20, total: 100 }]);
  });

  it("puts characters together that were cut in two", () => {
    const bytes = new TextEncoder().encode("ä ready\n");
    assertEquals(told([bytes.subarray(0, 1), bytes.subarray(1)]), [{ message: "ä ready" }]);
  });

  it("holds no more of a line without end than it looks at", () => {
    const [progress] = told([...Array.from({ length: 1_000 }, () => "x".repeat(1_000)), "\n"]);
    assertEquals(progress?.message?.length, 500);
  });
});
