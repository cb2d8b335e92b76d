import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "node:test";
import type { Look } from "../../../src/cli/screen/terminal.ts";
import { judgeLook } from "../../../src/cli/screen/terminal.ts";
import { textWidth } from "../../../src/cli/screen/text_width.ts";
import { inOrder, watchLines, type WatchScene } from "../../../src/cli/watch/watch_screen.ts";
import type { SourceListing } from "../../../src/listing.ts";
import type { RefreshState } from "../../../src/store.ts";

const now = 1_000_000;
const owner = { pid: 7, host: undefined, processStart: undefined };
const idle: RefreshState = { kind: "idle", attempts: 0, lastError: undefined };
const refreshing: RefreshState = {
  kind: "refreshing",
  token: "x",
  owner,
  startedAt: now - 1_000,
  deadline: now + 9_000,
  attempts: 0,
  progress: { done: 3, total: 10, message: "reading ".repeat(30) },
};
const coolingDown: RefreshState = {
  kind: "cooling-down",
  token: "x",
  owner,
  startedAt: now - 1_000,
  lastError: "no luck",
  attempts: 1,
  retryAt: now + 5_000,
};

function listing(name: string, refresh: RefreshState = idle): SourceListing {
  const data = { state: "fresh", size: 5, capturedAt: now - 1_000, age: 1_000, ttl: 60_000 } as const;
  return { source: { tier: "discovery", name }, ...data, refresh };
}

function look(columns: number, rows: number, unicode = true): Look {
  const variable = (name: string) => ({ NO_COLOR: "1", LANG: unicode ? "C.UTF-8" : "C" })[name];
  return judgeLook({ terminal: true, columns, rows, variable });
}

function scene(change: Partial<WatchScene> = {}): WatchScene {
  return { sources: [], changes: [], note: undefined, now, here: undefined, ...change };
}

const many = Array.from({ length: 40 }, (_, index) => listing(`source-${index + 10}`));
const changes = Array.from({ length: 20 }, (_, index) => ({
  change: {
    kind: "failed",
    source: many[index]?.source ?? { tier: "a", name: "b" },
    reason: `reason ${index} `.repeat(20),
    attempts: 1,
    retryAt: undefined,
  },
  time: now,
} as const));

describe("inOrder()", () => {
  it("puts those at work first, then those in trouble, and the others by name", () => {
    const sources = [
      listing("d"),
      listing("b", coolingDown),
      listing("a"),
      listing("z", refreshing),
      listing("y", refreshing),
    ];
    assertEquals(inOrder(sources, now).map(({ source: { name } }) => name), ["y", "z", "b", "a", "d"]);
  });
});

describe("watchLines()", () => {
  it("never draws more than the window has room for, whatever there is to show", () => {
    for (const columns of [20, 30, 40, 80, 200]) {
      for (const rows of [1, 2, 3, 4, 5, 8, 13, 24, 60]) {
        for (const sources of [[], many.slice(0, 1), many.slice(0, 7), [...many, listing("at-work", refreshing)]]) {
          for (const some of [[], changes.slice(0, 1), changes]) {
            for (const note of [undefined, "something cannot be read ".repeat(10)]) {
              const lines = watchLines(scene({ sources, changes: some, note }), look(columns, rows));
              const where = `${columns}x${rows}, ${sources.length} sources, ${some.length} changes`;
              assert(lines.length <= Math.max(rows - 1, 1), `${where}: ${lines.length} lines`);
              for (const line of lines) assert(textWidth(line) < Math.max(columns, 2), `${where}: ${line}`);
            }
          }
        }
      }
    }
  });

  it("shows every source and the last events where there is room", () => {
    const lines = watchLines(scene({ sources: many.slice(0, 5), changes }), look(100, 30));
    assertMatch(lines[0] ?? "", /^SOURCE +STATE/);
    for (const [index, { source: { name } }] of many.slice(0, 5).entries()) {
      assertMatch(lines[index + 1] ?? "", new RegExp(`^discovery/${name} +fresh`));
    }
    assertEquals(lines[6], "");
    const last = lines.slice(7);
    assertEquals(last.length, 6);
    for (const [index, line] of last.entries()) {
      assertMatch(line, new RegExp(`^\\d\\d:\\d\\d:\\d\\d  discovery/source-\\d+  failed: reason ${14 + index} .*…$`));
    }
  });

  it("tells how many sources there is no room for, and never leaves out one at work before another", () => {
    const lines = watchLines(scene({ sources: [...many, listing("zzz", refreshing)] }), look(100, 10));
    assertEquals(lines.length, 9);
    assertMatch(lines[1] ?? "", /^discovery\/zzz +refreshing 3\/10/);
    assertEquals(lines[8], "and 34 more");
  });

  it("says that nothing is there, and what cannot be read", () => {
    assertEquals(watchLines(scene(), look(80, 24)), ["nothing is there yet"]);
    const lines = watchLines(scene({ note: "the folder x cannot be read" }), look(80, 24));
    assertEquals(lines, ["nothing is there yet", "the folder x cannot be read"]);
  });

  it("leaves what others wrote no power over the terminal", () => {
    const reason = "\u001b[2J\u0007bell";
    const source = { tier: "discovery", name: "a" };
    const change = { kind: "failed", source, reason, attempts: 1, retryAt: undefined } as const;
    const lines = watchLines(scene({ sources: [listing("a")], changes: [{ change, time: now }] }), look(80, 24));
    // deno-lint-ignore no-control-regex -- they are what must not come through
    for (const line of lines) assert(!/[\x00-\x1f\x7f]/.test(line), JSON.stringify(line));
  });
});
