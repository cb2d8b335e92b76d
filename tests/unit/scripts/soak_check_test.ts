import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { checkProgress, checkStory, type Patience } from "../../../scripts/soak/check.ts";
import { type Line, parseLedger } from "../../../scripts/soak/ledger.ts";
import type { SoakSource } from "../../../scripts/soak/plan.ts";
import { stoppedFor, tellStory } from "../../../scripts/soak/story.ts";

const SOURCES: readonly SoakSource[] = [
  { name: "kept", ttl: 0, refreshDeadline: 100, failures: 0, pruned: false },
  { name: "gone", ttl: 0, refreshDeadline: 100, failures: 0, pruned: true },
];
const PATIENCE: Patience = { call: 1_000, read: 500, source: 10_000 };

/** A ledger of lines `[process, moment, what, ...]`. */
type Short = readonly [by: number, at: number, what: Line["what"], rest?: Record<string, unknown>];

function ledger(...shorts: readonly Short[]): Line[] {
  return shorts.map(([by, at, what, rest]) => ({ at, by, what, source: "kept", ...rest } as unknown as Line));
}

function verdict(...shorts: readonly Short[]): string[] {
  return checkStory(tellStory(ledger(...shorts)), SOURCES, PATIENCE);
}

/** One violation that says so. */
function caught(says: string, ...shorts: readonly Short[]): void {
  const problems = verdict(...shorts);
  assertEquals(problems.length, 1, problems.join("\n"));
  assertStringIncludes(problems[0] ?? "", says);
}

/** A refresh from the claim to its end: claim "a" brings version 1 and so on. */
const claimed = (by: number, at: number, token: string): Short => [by, at, "claimed", { token }];
const enter = (by: number, at: number, token: string): Short => [by, at, "enter", { token, version: numberOf(token) }];
const leave = (by: number, at: number, token: string, how = "bytes"): Short => [by, at, "leave", { token, how }];
const end = (by: number, at: number, token: string, how = "refreshed"): Short => [by, at, "end", { token, how }];
const recovered = (by: number, at: number, from: string, reason: string, startedAt = 0): Short => [
  by,
  at,
  "recovered",
  { from, reason, startedAt, deadline: startedAt + 100 },
];
const call = (by: number, at: number, number: number, op = "read", source = "kept"): Short => [
  by,
  at,
  "call",
  { call: number, op, source },
];
const answer = (by: number, at: number, number: number, version: number | null): Short => [
  by,
  at,
  "answer",
  { call: number, version },
];
const failed = (by: number, at: number, number: number, name: string): Short => [
  by,
  at,
  "answer",
  { call: number, error: { name, message: "why" } },
];
const numberOf = (token: string) => token.charCodeAt(0) - 96;
const whole = (by: number, at: number, token: string): Short[] => [
  claimed(by, at, token),
  enter(by, at, token),
  leave(by, at + 1, token),
  end(by, at + 2, token),
];

describe("the judgement of a good ledger", () => {
  it("finds nothing in refreshes one after the other, and reads between them", () => {
    assertEquals(
      verdict(
        ...whole(1, 0, "a"),
        call(3, 3, 1),
        ...whole(2, 4, "b"),
        answer(3, 8, 1, 1),
        call(3, 9, 2),
        answer(3, 10, 2, 2),
      ),
      [],
    );
  });

  it("finds nothing in a take-over from somebody who was killed", () => {
    const dead = [claimed(1, 0, "a"), enter(1, 0, "a"), [1, 1, "kill"]] as const;
    assertEquals(verdict(...dead, recovered(2, 2, "a", "owner-gone"), ...whole(2, 2, "b")), []);
  });

  it("finds nothing in a take-over from somebody who is past his time, and comes too late", () => {
    const late = [[1, 1, "stop"], recovered(2, 301, "a", "overdue"), ...whole(2, 301, "b"), [
      1,
      400,
      "continue",
    ]] as const;
    assertEquals(
      verdict(claimed(1, 0, "a"), enter(1, 0, "a"), ...late, leave(1, 400, "a"), end(1, 401, "a", "superseded")),
      [],
    );
  });

  it("finds nothing in a claim that its owner told of when it was lost already", () => {
    const lost = [[1, 0, "stop"], ...whole(2, 310, "b"), claimed(2, 320, "c"), [1, 330, "continue"]] as const;
    assertEquals(verdict(...lost, claimed(1, 331, "a"), leave(2, 340, "c"), end(2, 341, "c")), []);
  });

  it("finds nothing in data that a prune removed, and in a call that its process did not outlive", () => {
    const pruned = whole(1, 0, "a").map(([by, at, what, rest]): Short => [by, at, what, { ...rest, source: "gone" }]);
    assertEquals(verdict(...pruned, call(2, 5, 1, "read", "gone"), answer(2, 6, 1, null)), []);
    assertEquals(verdict(call(1, 0, 1, "refresh"), [1, 9_000, "kill"]), []);
  });

  it("finds nothing in time-outs and blocks while somebody is stopped", () => {
    const stopped = [[1, 0, "stop"], call(2, 1, 1, "refresh")] as const;
    assertEquals(verdict(...stopped, failed(2, 4_000, 1, "LockTimeoutError"), [1, 4_100, "continue"]), []);
    assertEquals(verdict(call(2, 0, 1, "read"), [2, 1, "stop"], [2, 2_000, "continue"], answer(2, 2_001, 1, null)), []);
  });
});

describe("the judgement of a bad ledger", () => {
  it("sees two refreshers inside one claim", () => {
    caught("2 refreshers ran inside kept's claim a", claimed(1, 0, "a"), enter(1, 0, "a"), enter(1, 1, "a"));
  });

  it("sees a refresher without a claim, and one inside somebody else's", () => {
    caught("without a claim of its own", enter(1, 0, "a"));
    caught("without a claim of its own", claimed(1, 0, "a"), enter(2, 1, "a"));
  });

  it("sees two claims that are current at once", () => {
    caught(
      "process 2 got kept's claim b",
      claimed(1, 0, "a"),
      enter(1, 0, "a"),
      claimed(2, 50, "b"),
      leave(1, 60, "a"),
    );
  });

  it("sees a take-over from somebody who lives, and one before its time", () => {
    const first = [claimed(1, 0, "a"), enter(1, 0, "a")] as const;
    caught("which nobody had killed", ...first, recovered(2, 50, "a", "owner-gone"), ...whole(2, 50, "b"));
    caught("150 ms too early", ...first, recovered(2, 150, "a", "overdue"), ...whole(2, 150, "b"));
    caught("which nobody had killed", ...first, recovered(2, 50, "a", "owner-gone"), ...whole(2, 50, "b"), [
      1,
      90,
      "kill",
    ]);
  });

  it("sees a claim that was ended, and is there still", () => {
    const left = [
      claimed(1, 0, "a"),
      enter(1, 0, "a"),
      leave(1, 1, "a", "aborted"),
      end(1, 2, "a", "aborted"),
    ] as const;
    caught("which had ended", ...left, recovered(2, 310, "a", "overdue"), ...whole(2, 310, "b"));
    caught("which had ended", ...left, [1, 5, "kill"], recovered(2, 6, "a", "owner-gone"), ...whole(2, 6, "b"));
  });

  it("sees versions that go back: after a commit, and after another's read", () => {
    const both = [...whole(1, 0, "a"), ...whole(2, 5, "b")];
    caught("went back to kept's claim a", ...both, call(3, 10, 1), answer(3, 11, 1, 1));
    const open = [...whole(1, 0, "a"), claimed(2, 5, "b"), enter(2, 5, "b"), leave(2, 6, "b")];
    const seen = [call(3, 7, 1), answer(3, 8, 1, 2)];
    caught("went back to kept's claim a", ...open, ...seen, call(4, 9, 1), answer(4, 10, 1, 1));
  });

  it("sees data that is gone though nobody prunes it", () => {
    caught("found nothing", ...whole(1, 0, "a"), call(3, 10, 1), answer(3, 11, 1, null));
  });

  it("sees data that nobody brought, that is another source's, or that was not there yet", () => {
    caught("gave 9, which is not of it", call(3, 10, 1), answer(3, 11, 1, 9));
    caught("which is not of it", ...whole(1, 0, "a"), call(3, 10, 1, "read", "gone"), answer(3, 11, 1, 1));
    caught("had not returned", claimed(1, 0, "a"), enter(1, 0, "a"), call(3, 1, 1), answer(3, 2, 1, 1));
    const failure = [claimed(1, 0, "a"), enter(1, 0, "a"), leave(1, 1, "a", "throws")] as const;
    caught("had not returned", ...failure, call(3, 1, 1), answer(3, 2, 1, 1));
  });

  it("sees the data of a late commit", () => {
    const late = [claimed(1, 0, "a"), enter(1, 0, "a"), leave(1, 1, "a"), end(1, 2, "a", "superseded")] as const;
    caught("gave the late kept's claim a", ...late, call(3, 3, 1), answer(3, 4, 1, 1));
  });

  it("sees a late commit that was accepted", () => {
    const late = [claimed(1, 0, "a"), enter(1, 0, "a"), [1, 1, "stop"], recovered(2, 301, "a", "overdue")] as const;
    caught(
      "was committed after kept's claim b",
      ...late,
      ...whole(2, 301, "b"),
      [1, 400, "continue"],
      leave(1, 401, "a"),
      end(1, 402, "a"),
    );
  });

  it("sees torn data and other errors that nothing explains", () => {
    caught("ended with Error: why", call(1, 0, 1), failed(1, 1, 1, "Error"));
    caught("ended with SectionOverrunError", call(1, 0, 1, "refresh"), failed(1, 100, 1, "SectionOverrunError"));
    caught("met AdapterError", [1, 0, "error", { error: { name: "AdapterError", message: "why" } }]);
  });

  it("sees a call that never ends, and one that takes too long", () => {
    caught("never ended", call(1, 0, 1, "refresh"));
    caught("1400 ms: 1300 are allowed", call(1, 0, 1, "refresh"), answer(1, 1_400, 1, null));
    caught("600 ms: 500 are allowed", call(1, 0, 1), [2, 10, "stop"], [2, 500, "continue"], answer(1, 600, 1, null));
    caught(
      "3000 ms: 2300 are allowed",
      call(1, 0, 1, "refresh"),
      [2, 0, "stop"],
      [3, 500, "stop"],
      [3, 600, "continue"],
      [2, 1_000, "continue"],
      answer(1, 3_000, 1, null),
    );
  });
});

describe("the judgement of a source that nobody refreshes", () => {
  const line: Short = [1, 0, "start"];
  const other = { ...SOURCES[1] as SoakSource, name: "kept" };
  const judged = (...shorts: readonly Short[]) => checkProgress(tellStory(ledger(...shorts)), [other], PATIENCE);

  it("sees it at the beginning, in between and at the end", () => {
    assertEquals(judged(line, ...whole(1, 9_000, "a"), ...whole(1, 18_000, "b"), [1, 27_000, "gone"]), []);
    for (const at of [[10_001, 18_000], [9_000, 19_001]] as const) {
      const [first, second] = at;
      const problems = judged(line, ...whole(1, first, "a"), ...whole(1, second, "b"), [1, 20_000, "gone"]);
      assertStringIncludes(problems.join(), "kept was not refreshed for 10001 ms");
    }
    assertEquals(judged(line, ...whole(1, 9_000, "a"), [1, 19_001, "gone"]).length, 1);
  });

  it("allows for the longest stop meanwhile", () => {
    const stopped = [line, [2, 100, "stop"], [3, 200, "stop"], [3, 300, "continue"], [2, 5_100, "continue"]] as const;
    assertEquals(judged(...stopped, ...whole(1, 15_000, "a")), []);
    assertEquals(judged(...stopped, ...whole(1, 15_001, "a")).length, 1);
  });
});

describe("parseLedger()", () => {
  it("copes with a line that a kill cut off, at the end and before another one", () => {
    const one = JSON.stringify({ at: 1, by: 1, what: "stop" });
    const other = JSON.stringify({ at: 2, by: 2, what: "continue" });
    assertEquals(parseLedger(`${one}\n${one.slice(0, 9)}${other}\n${one.slice(0, 12)}`).map(({ by }) => by), [1, 2]);
  });
});

describe("stoppedFor()", () => {
  it("is the time of all stops that lies in the time asked for", () => {
    const actor = { number: 1, killed: Infinity, stops: [{ from: 10, to: 20 }, { from: 30, to: 50 }] };
    assertEquals([stoppedFor(actor, 0, 100), stoppedFor(actor, 15, 40), stoppedFor(actor, 20, 30)], [30, 15, 0]);
  });
});
