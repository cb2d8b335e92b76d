import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "node:test";
import { type BoardState, RefreshBoard, type Underway } from "../../../src/cli/refresh/refresh_board.ts";
import { refreshLines } from "../../../src/cli/refresh/refresh_view.ts";
import { judgeLook } from "../../../src/cli/screen/terminal.ts";
import { textWidth } from "../../../src/cli/screen/text_width.ts";

const now = 100_000;

function look(columns: number, rows: number, locale = "C.UTF-8") {
  const variable = (name: string) => ({ NO_COLOR: "1", LANG: locale })[name];
  return judgeLook({ terminal: true, columns, rows, variable });
}

function underway(change: Partial<Underway> = {}): Underway {
  const times = { startedAt: now - 3_400, deadline: now + 6_600 };
  return { label: "discovery/a", ...times, pid: undefined, progress: undefined, ...change };
}

function board(sources: readonly Underway[], change: Partial<BoardState> = {}): BoardState {
  return { total: sources.length, done: 0, failed: 0, underway: sources, ...change };
}

describe("refreshLines()", () => {
  const cases: readonly (readonly [string, Partial<Underway>, string, string])[] = [
    [
      "what is counted",
      { progress: { done: 3, total: 10, message: "reading" } },
      "discovery/a  ██████░░░░░░░░░░░░░░  3/10  reading",
      "discovery/a  ######..............  3/10  reading",
    ],
    [
      "the time that has gone where nothing is counted, in another way",
      { progress: { message: "reading" } },
      "discovery/a  ━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌  3s of 10s  reading",
      "discovery/a  -------               3s of 10s  reading",
    ],
    [
      "an amount of which nobody knows how much it is",
      { progress: { done: 12 } },
      "discovery/a  ━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌  12, 3s of 10s",
      "discovery/a  -------               12, 3s of 10s",
    ],
    [
      "who does it, if it is another process",
      { pid: 77, progress: { total: 4 } },
      "discovery/a  ░░░░░░░░░░░░░░░░░░░░  0/4  process 77",
      "discovery/a  ....................  0/4  process 77",
    ],
    [
      "a full bar for what is late",
      { startedAt: now - 60_000, deadline: now - 30_000 },
      "discovery/a  ━━━━━━━━━━━━━━━━━━━━  1m of 30s",
      "discovery/a  --------------------  1m of 30s",
    ],
  ];
  for (const [what, change, unicode, ascii] of cases) {
    it(`draws ${what}`, () => {
      assertEquals(refreshLines(board([underway(change)]), now, look(120, 30)), [unicode]);
      assertEquals(refreshLines(board([underway(change)]), now, look(120, 30, "C")), [ascii]);
    });
  }

  it("draws a bar for all of them if there are several", () => {
    const lines = refreshLines(board([underway()], { total: 4, done: 3, failed: 1 }), now, look(120, 30));
    assertEquals(lines[1], "all of them  ███████████████░░░░░  3 of 4 done, 1 failed");
    assertEquals(lines.length, 2);
  });

  it("draws nothing when nothing is at work", () => {
    assertEquals(refreshLines(board([], { total: 3 }), now, look(80, 24)), []);
  });

  it("never draws more than the window has room for", () => {
    const long = { progress: { done: 1, total: 3, message: "長い言葉 and long ".repeat(20) } };
    for (const columns of [2, 10, 20, 40, 80, 200]) {
      for (const rows of [1, 2, 3, 4, 6, 24]) {
        for (const count of [1, 2, 3, 30]) {
          const sources = Array.from(
            { length: count },
            (_, index) => underway({ ...long, label: `discovery/${"x".repeat(index * 3)}` }),
          );
          const lines = refreshLines(board(sources, { total: count + 5 }), now, look(columns, rows));
          assert(lines.length < Math.max(rows, 2), `${columns}x${rows}, ${count}: ${lines.length} lines`);
          for (const line of lines) assert(textWidth(line) < columns || columns < 20, `${columns}: ${line}`);
        }
      }
    }
  });

  it("tells how many there is no room for", () => {
    const sources = Array.from({ length: 12 }, (_, index) => underway({ label: `discovery/${index}` }));
    const lines = refreshLines(board(sources), now, look(80, 8));
    assertEquals([lines.length, lines[4]], [6, "and 8 more"]);
    assertMatch(lines[5] ?? "", /^all of them /);
  });

  it("leaves what CMD says no power over the terminal", () => {
    const [line] = refreshLines(board([underway({ progress: { message: "\u001b[2Jx\ny" } })]), now, look(80, 24));
    assertMatch(line ?? "", / {2}x y$/);
  });
});

describe("RefreshBoard", () => {
  const source = { tier: "discovery", name: "a" };
  const other = { tier: "discovery", name: "b" };
  const owner = { pid: 77, host: undefined, processStart: undefined };

  it("keeps what the cache tells of those at work, and of no others", () => {
    const board = new RefreshBoard(2);
    board.begin(source, 1_000, 5_000);
    board.hear({ kind: "progress", source: other, progress: { done: 9 } });
    assertEquals(board.state.underway, [underway({ startedAt: 1_000, deadline: 6_000 })]);
    const state = {
      kind: "refreshing",
      token: "x",
      owner,
      startedAt: 500,
      deadline: 4_000,
      attempts: 0,
      progress: undefined,
    } as const;
    board.hear({ kind: "waiting", source, state });
    board.hear({ kind: "progress", source, progress: { done: 1 } });
    assertEquals(board.state.underway, [underway({ startedAt: 500, deadline: 4_000, pid: 77, progress: { done: 1 } })]);
    board.hear({ kind: "claimed", source, token: "y", deadline: 7_000 });
    board.hear({ kind: "extended", source, deadline: 8_000 });
    assertEquals(board.state.underway, [underway({ startedAt: 500, deadline: 8_000 })]);
  });

  it("counts those that have ended, and those that have failed", () => {
    const board = new RefreshBoard(3);
    for (const key of [source, other]) board.begin(key, 0, 1);
    board.end(source, false);
    board.end(other, true);
    assertEquals(board.state, { total: 3, done: 2, failed: 1, underway: [] });
  });
});
