import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { judgeFiles, judgeTiers } from "../../../src/cli/doctor/judge_files.ts";
import { findOrphans, judgeLitter } from "../../../src/cli/doctor/judge_litter.ts";
import { judgeHeldLock } from "../../../src/cli/doctor/judge_locks.ts";
import { judgeRefresh } from "../../../src/cli/doctor/judge_refreshes.ts";
import { judgeTimes } from "../../../src/cli/doctor/judge_times.ts";
import type { SeenFile } from "../../../src/cli/doctor/look_around.ts";
import { commandsFor, type KnownSource } from "../../../src/cli/doctor/patient.ts";
import { isStopped, type ProcessState } from "../../../src/cli/doctor/processes.ts";
import { judgeClock, judgeSpace } from "../../../src/cli/doctor/try_out.ts";
import type { FileStat } from "../../../src/adapter.ts";
import type { RefreshState } from "../../../src/store.ts";

const NOW = Date.UTC(2026, 0, 1);
const ours = commandsFor(undefined);

const stat = (more: Partial<FileStat> = {}): FileStat => ({
  ...{ kind: "file", size: 1, modifiedAt: NOW, changedAt: NOW, inode: 1, mode: 0o600, owner: 501 },
  ...more,
});

const file = (name: string, more: Partial<FileStat> = {}): SeenFile => ({
  path: `/r/discovery/${name}.json`,
  tier: "discovery",
  role: { name, kind: "data", token: undefined },
  stat: stat(more),
  unreadable: undefined,
});

describe("judgeFiles()", () => {
  const summary = (files: readonly SeenFile[], user: number | undefined = 501) =>
    judgeFiles(files, user).map(({ severity, fix }) => `${severity}: ${fix}`);

  it("finds nothing wrong with files of one's own", () => {
    assertEquals(judgeFiles([file("a")], 501), [{ check: "files", severity: "ok", what: "1 file" }]);
  });

  it("asks for another's right for another's files, unless it is root that asks", () => {
    assertEquals(summary([file("a", { owner: 0 })]), ["problem: sudo chown 501 /r/discovery/a.json"]);
    assertEquals(summary([file("a")], 0), ["problem: chown 0 /r/discovery/a.json"]);
  });

  it("says nothing of owners and modes where these are not known", () => {
    assertEquals(summary([file("a", { owner: undefined, mode: undefined })]), ["ok: undefined"]);
    assertEquals(judgeFiles([file("a", { owner: 7 })], undefined)[0]?.severity, "ok");
  });

  it("names a few files, and the folders of many", () => {
    const some = (count: number) => Array.from({ length: count }, (_, n) => file(`n${n}`, { mode: 0o644 }));
    assertEquals(summary(some(2)), ["attention: chmod go= /r/discovery/n0.json /r/discovery/n1.json"]);
    assertEquals(summary(some(6)), ["attention: chmod -R go= /r/discovery"]);
  });

  it("never tells to remove a folder, however many links there are besides", () => {
    const strange = [file("a", { kind: "link" }), file("b", { kind: "directory" })];
    assertMatch(summary(strange)[0] ?? "", /^attention: look at /);
    const links = Array.from({ length: 9 }, (_, n) => file(`n${n}`, { kind: "link" }));
    assertMatch(summary(links)[0] ?? "", /^attention: rm( \/r\/discovery\/n\d\.json){5}$/);
  });
});

describe("judgeTiers()", () => {
  const tier = (mode: number, ours: boolean) => ({
    path: "/r/x",
    stat: stat({ kind: "directory", mode }),
    ours,
    unreadable: undefined,
  });

  it("leaves alone what holds nothing of ours", () => {
    assertEquals(judgeTiers([tier(0o777, false)], 501)[0]?.severity, "ok");
    assertEquals(judgeTiers([tier(0o777, true)], 501)[0]?.fix, "chmod go-w /r/x");
    assertEquals(judgeTiers([tier(0o750, true)], 501)[0]?.severity, "ok");
  });
});

describe("judgeClock()", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "ok"],
    [-5_000, "ok"],
    [5_000, "ok"],
    [-5_001, "problem"],
    [5_001, "problem"],
    [Number.NaN, "problem"],
  ];
  for (const [off, severity] of cases) {
    it(`says ${severity} of a file whose time is ${off} ms off`, () => {
      assertEquals(judgeClock(NOW, NOW + off, NOW).severity, severity);
    });
  }
  it("says which way it is off", () => {
    assertEquals(judgeClock(NOW, NOW - 60_000, NOW).what, "a new file's time is 1m behind this machine's clock");
    assertEquals(judgeClock(NOW, NOW + 60_000, NOW).what, "a new file's time is 1m ahead of this machine's clock");
  });
});

describe("judgeSpace()", () => {
  it("says nothing where nothing is known, and attention where little is left", () => {
    const severities = [undefined, 15_999_999, 16_000_000].map((free) => judgeSpace(free, "/r")[0]?.severity);
    assertEquals(severities, [undefined, "attention", "ok"]);
  });
});

describe("judgeTimes()", () => {
  it("bears with a clock that is a little ahead", () => {
    assertEquals(judgeTimes([file("a", { modifiedAt: NOW + 5_000 })], NOW)[0]?.severity, "ok");
    const [ahead] = judgeTimes([file("a", { modifiedAt: NOW + 5_001 })], NOW);
    assertEquals(ahead?.severity, "attention");
    assertStringIncludes(ahead?.fix ?? "", "touch -t 200001010000 /r/discovery/a.json");
  });
});

describe("isStopped()", () => {
  const of = (state: string) => `42 (a ) T (b) ${state} ${Array.from({ length: 30 }, (_, n) => n).join(" ")}`;
  for (const state of ["T", "t"]) it(`knows ${state}`, () => assertEquals(isStopped(of(state)), true));
  for (const state of ["R", "S", "Z"]) {
    it(`does not take ${state} for it`, () => assertEquals(isStopped(of(state)), false));
  }
  it("knows nothing of what is not there", () => assertEquals(isStopped(undefined), false));
});

describe("judgeHeldLock()", () => {
  const cases: readonly (readonly [ProcessState, number, string | undefined])[] = [
    ["alive", 10_000, undefined],
    ["alive", 10_001, "look at process 42 (ps -f -p 42); if it hangs: kill 42"],
    ["unknown", 10_001, "look for process 42 where it runs"],
    ["dead", 99_999, undefined],
    ["stopped", 1, "kill -CONT 42"],
  ];
  for (const [holder, heldMs, fix] of cases) {
    it(`says of one held for ${heldMs} ms by a process that is ${holder}: ${fix ?? "nothing"}`, () => {
      assertEquals(judgeHeldLock({ path: "/r/a.lock", pid: 42, holder, heldMs })?.fix, fix);
    });
  }
});

describe("judgeRefresh()", () => {
  const facts = { token: "7".repeat(32), owner: { pid: 42, host: "h", processStart: "1" }, attempts: 0 } as const;
  const key = { tier: "discovery", name: "a" };
  const judge = (state: RefreshState, owner: ProcessState, runnable = true) => {
    const source: KnownSource = { key, size: 1, capturedAt: NOW, state, runnable };
    return judgeRefresh(source, { owner, now: NOW, ours });
  };
  const refreshing = (startedAt: number, deadline: number): RefreshState => ({
    ...{ kind: "refreshing", ...facts, startedAt, deadline, progress: undefined },
  });
  const abandoned = (reason: "owner-gone" | "overdue" | "impossible-times"): RefreshState => ({
    ...{ kind: "abandoned", ...facts, startedAt: NOW - 9_000, deadline: NOW - 8_000, reason },
  });

  it("says nothing of a refresh in time, whoever is at it", () => {
    for (const owner of ["alive", "unknown"] as const) {
      assertEquals(judge(refreshing(NOW - 1_000, NOW), owner), undefined);
    }
    assertEquals(judge({ kind: "idle", attempts: 9, lastError: "x" }, "unknown"), undefined);
  });

  it("wakes whoever is stopped, in time or not", () => {
    for (
      const state of [refreshing(NOW - 1_000, NOW + 1_000), refreshing(NOW - 9_000, NOW - 1), abandoned("overdue")]
    ) {
      assertEquals([judge(state, "stopped")?.severity, judge(state, "stopped")?.fix], ["problem", "kill -CONT 42"]);
    }
  });

  it("says until when one is waited for who cannot be judged", () => {
    const { fix } = judge(refreshing(NOW - 10_000, NOW - 5_000), "unknown") ?? {};
    assertStringIncludes(fix ?? "", "after 2026-01-01T00:00:05.000Z (in 5s) it is taken over");
  });

  it("has what was given up done again, by whoever knows how", () => {
    for (const reason of ["owner-gone", "impossible-times"] as const) {
      assertEquals(judge(abandoned(reason), "dead")?.fix, "discoverycache refresh discovery/a");
      assertMatch(judge(abandoned(reason), "dead", false)?.fix ?? "", /^ask for discovery\/a again/);
    }
    assertMatch(judge(abandoned("overdue"), "alive")?.fix ?? "", /^look at process 42/);
    assertEquals(judge(abandoned("overdue"), "unknown")?.fix, "discoverycache refresh discovery/a");
  });
});

describe("findOrphans() and judgeLitter()", () => {
  const listed = (tier: string, name: string, ageMs: number) => ({
    ...{ key: { tier, name }, size: 1, capturedAt: NOW - ageMs },
    state: { kind: "idle", attempts: 0, lastError: undefined } as const,
  });
  const hour = 3_600_000;

  it("finds records that are older than an hour and whose source is gone", () => {
    const all = [
      listed("discovery", "here", 9 * hour),
      listed("discovery.command", "here", 9 * hour),
      listed("discovery.command", "gone", hour + 1),
      listed("discovery.stderr", "gone", hour),
    ];
    assertEquals(findOrphans(all, NOW), ["discovery.command/gone"]);
  });

  it("has the root in the command line if it was given", () => {
    assertEquals(judgeLitter(["/r/x"], [], ours).fix, "discoverycache prune --keep '*'");
    assertEquals(judgeLitter(["/r/x"], [], commandsFor("/a b")).fix, "discoverycache prune --root '/a b' --keep '*'");
    assertEquals(judgeLitter([], [], ours).severity, "ok");
  });
});
