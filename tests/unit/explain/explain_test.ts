import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { explain, type ExplainFacts } from "../../../src/explain.ts";
import { formatExplanation, type Whereabouts } from "../../../src/explanation.ts";
import { overdueAfter } from "../../../src/overdue.ts";
import type { Owner, Progress, RefreshState } from "../../../src/store.ts";
import { DATA, DAY, factsOf, HOUR, MINUTE, NOW, OTHER, REFRESH, SECOND, SELF } from "./cases.ts";
import { HINTS, NEXT } from "./next_cases.ts";

const keysOf = <T extends object>(record: T) => Object.keys(record) as (keyof T)[];

function explained(data: keyof typeof DATA, refresh: keyof typeof REFRESH, change: Partial<ExplainFacts> = {}) {
  return explain({ ...factsOf(data, refresh), ...change });
}

describe("explain() of every state of data with every state of a refresh", () => {
  for (const refresh of keysOf(REFRESH)) {
    for (const data of keysOf(DATA)) {
      it(`${data}, ${refresh}: says why, who, what next and what to do`, () => {
        const [kind, after, what, hint] = NEXT[refresh][data];
        const found = explained(data, refresh);
        assertEquals(
          formatExplanation(found),
          `discovery/models: ${DATA[data].shown}, ${REFRESH[refresh].shown}
  why:  ${DATA[data].why}
  who:  ${REFRESH[refresh].who}
  next: ${what}
  hint: ${HINTS[hint].text}`,
        );
        assertEquals(found.next, { kind, at: after === undefined ? undefined : NOW + after, what });
        assertEquals(found.hint, HINTS[hint]);
      });
    }
  }
});

describe("explain() as data", () => {
  const nothing = { size: undefined, capturedAt: undefined, age: undefined, freshUntil: undefined, corrupt: undefined };
  const some = { size: 12, ttl: DAY, corrupt: undefined };
  const [young, old] = [{ capturedAt: NOW - 3 * HOUR, age: 3 * HOUR }, { capturedAt: NOW - 26 * HOUR, age: 26 * HOUR }];
  const cases = {
    fresh: { ...some, state: "fresh", ...young, freshUntil: NOW + 21 * HOUR },
    stale: { ...some, state: "stale", ...old, freshUntil: NOW - 2 * HOUR },
    future: { ...some, state: "stale", capturedAt: NOW + 3 * HOUR, age: 0, freshUntil: undefined },
    unknown: { ...some, state: "unknown", ...young, ttl: undefined, freshUntil: undefined },
    absent: { ...nothing, state: "absent", ttl: DAY },
    corrupt: { ...some, state: "corrupt", ...young, freshUntil: undefined, corrupt: "Unexpected end of JSON input" },
  } as const;

  for (const data of keysOf(cases)) {
    it(`has age, size and times of ${data} data`, () => assertEquals(explained(data, "idle").data, cases[data]));
  }

  it("has the source and the refresh as they are, and where its owner is", () => {
    const found = explained("stale", "refreshing");
    assertEquals(found.source, { tier: "discovery", name: "models" });
    assertEquals(found.refresh, REFRESH.refreshing.state);
    assertEquals([found.owner, explained("stale", "idle").owner], ["this-host", undefined]);
  });

  it("comes out of JSON as it went in, but for what is undefined", () => {
    for (const refresh of keysOf(REFRESH)) {
      for (const data of keysOf(DATA)) {
        const found = explained(data, refresh);
        const text = JSON.stringify(found);
        assertEquals(JSON.stringify(JSON.parse(text)), text);
        assertEquals(formatExplanation(JSON.parse(text)), formatExplanation(found));
      }
    }
  });
});

describe("explain(): whose refresh it is", () => {
  const places: Record<string, [self: Owner | undefined, owner: Owner, Whereabouts, who: string]> = {
    "this very process": [SELF, SELF, "this-process", "process 7 (this process)"],
    "an earlier process with its PID": [
      SELF,
      { ...SELF, processStart: "0" },
      "this-host",
      "process 7 (another process",
    ],
    "another one here": [SELF, OTHER, "this-host", "process 123 (another process of this machine)"],
    "one in a container": [SELF, { ...SELF, host: "x" }, "another-host", "process 7 (of another boot or container)"],
    "one that does not know its host": [SELF, { ...SELF, host: undefined }, "unknown", "process 7 has been"],
    "seen by one that does not": [{ ...SELF, host: undefined }, SELF, "unknown", "process 7 has been"],
    "seen by nobody in particular": [undefined, SELF, "unknown", "process 7 has been"],
  };

  for (const [title, [self, owner, where, who]] of Object.entries(places)) {
    it(`knows ${title}`, () => {
      const found = explained("stale", "refreshing", { self, state: { ...REFRESH.refreshing.state, owner } });
      assertEquals(found.owner, where);
      assertStringIncludes(found.who, who);
    });
  }

  it("takes a state without a token for another program's of this machine, whatever its PID", () => {
    const state: RefreshState = { ...REFRESH.gone.state, token: undefined, owner: { ...SELF, host: undefined } };
    assertEquals(explained("stale", "gone", { state }).owner, "this-host");
    assertEquals(explained("stale", "gone", { state, self: undefined }).owner, "unknown");
  });

  const hosts: Record<Whereabouts, Owner> = {
    "this-process": SELF,
    "this-host": OTHER,
    "another-host": { ...OTHER, host: "x" },
    "unknown": { ...OTHER, host: undefined },
  };

  it("says of a process that let go of its refresh only what can be known of it", () => {
    const ends = keysOf(hosts).map((where) => {
      const { who } = explained("stale", "gone", { state: { ...REFRESH.gone.state, owner: hosts[where] } });
      return [where, who.split(", and ")[1]];
    });
    assertEquals(Object.fromEntries(ends), {
      "this-process": "has given it up",
      "this-host": "is gone",
      "another-host": "is gone",
      "unknown": "is gone or has given it up",
    });
  });

  it("says of a refresh that is late what can be done where its process is", () => {
    const until = "so that it keeps its claim until 2026-11-21T12:01:55.000Z (in 1m55s)";
    const hints = keysOf(hosts).map((where) => {
      const { hint } = explained("stale", "late", { state: { ...REFRESH.late.state, owner: hosts[where] } });
      assertEquals(hint.action, "check-process");
      return [where, hint.text];
    });
    assertEquals(Object.fromEntries(hints), {
      "this-process": "see what this process is doing: its refresh is late",
      "this-host": "look at process 123: if it hangs, end it, and whoever asks next takes over at once",
      "another-host": `look for process 123 where it runs: nobody here can tell whether it lives, ${until}`,
      "unknown": `look for process 123: nobody here can tell whether it lives, ${until}`,
    });
  });

  it("sends nobody to look for a process that is overdue elsewhere", () => {
    const actions = keysOf(hosts).map((where) => {
      const { hint } = explained("stale", "overdue", { state: { ...REFRESH.overdue.state, owner: hosts[where] } });
      return [where, hint.action];
    });
    assertEquals(Object.fromEntries(actions), {
      "this-process": "check-process",
      "this-host": "check-process",
      "another-host": "none",
      "unknown": "none",
    });
  });
});

describe("explain(): what is told of a refresh", () => {
  const progress: [Progress, string][] = [
    [{ done: 3, total: 10, message: "reading" }, '; it reports: 3 of 10, "reading"'],
    [{ done: 3 }, "; it reports: 3"],
    [{ total: 10 }, "; it reports: 0 of 10"],
    [{ message: "reading" }, '; it reports: "reading"'],
    [{ done: 0, message: " \n" }, "; it reports: 0"],
    [{}, ""],
  ];

  it("has whatever it reports of its progress", () => {
    for (const [told, end] of progress) {
      const { who } = explained("stale", "refreshing", { state: { ...REFRESH.refreshing.state, progress: told } });
      assertEquals(who.split("(12s ago)")[1], end, JSON.stringify(told));
    }
  });

  it("counts the failures before it, in the right grammar", () => {
    const counted = [0, 1, 2].map((attempts) =>
      explained("stale", "late", { state: { ...REFRESH.late.state, attempts } }).who.split("(1m5s ago)")[1]
    );
    assertEquals(counted, ["", " after a failed try", " after 2 failed tries"]);
    const idle = ([attempts, lastError]: [number, string | undefined]) =>
      explained("stale", "idle", { state: { kind: "idle", attempts, lastError } }).who;
    assertEquals(
      ([[0, undefined], [1, undefined], [2, undefined], [0, "x"], [1, "x"], [2, "x"]] as const).map(([a, e]) =>
        idle([a, e])
      ),
      [
        "nobody",
        "nobody; the last try came to nothing",
        "nobody; the last 2 tries came to nothing",
        "nobody; it has failed once: x",
        "nobody; it has failed once: x",
        "nobody; it has failed 2 times in a row, the last time: x",
      ],
    );
    const cooling = explained("stale", "cooling", { state: { ...REFRESH.cooling.state, attempts: 2 } }).who;
    assertStringIncludes(cooling, "it has failed 2 times in a row, the last time at 2026-11-21T11:59:55.000Z");
  });

  it("hints at a forced refresh after tries that nobody ended, too", () => {
    const state: RefreshState = { kind: "idle", attempts: 2, lastError: undefined };
    assertEquals(explained("absent", "idle", { state }).hint, HINTS.force);
    assertEquals(explained("fresh", "idle", { state }).hint, HINTS.nothing);
  });

  it("shows somebody else's text on one line, cut, and without what a terminal obeys", () => {
    const lastError = `no\n\x1b[31mnetwork\x1b[0m\r${"x".repeat(300)}`;
    const { who, refresh } = explained("stale", "failed", { state: { kind: "idle", attempts: 1, lastError } });
    assertEquals(who, `nobody; it has failed once: no network ${"x".repeat(189)}...`);
    assertEquals(refresh.kind === "idle" && refresh.lastError, lastError, "the data has all of it");
    const silent = explained("stale", "failed", { state: { kind: "idle", attempts: 1, lastError: "\n" } });
    assertEquals(silent.who, "nobody; it has failed once: no reason was given");
    const corrupt = { capturedAt: NOW, size: 1, corrupt: "not\nJSON" };
    assertEquals(
      explained("corrupt", "idle", { data: corrupt }).why,
      "the 1 byte captured just now cannot be decoded and count as absent: not JSON",
    );
  });

  it("takes over exactly when the refresh is overdue, and not before", () => {
    const { startedAt, deadline } = REFRESH.late.state;
    const at = overdueAfter(startedAt, deadline);
    assertEquals(at - deadline, 2 * (deadline - startedAt));
    assertEquals(explained("stale", "late").next.at, at);
    assertEquals(explained("stale", "late", { now: deadline }).next, {
      kind: "end",
      at: deadline,
      what: "it has promised to end by 2026-11-21T11:59:55.000Z (0s ago); if it has not, " +
        "whoever asks after 2026-11-21T12:01:55.000Z (in 2m) takes over; whoever asks meanwhile gets the stale data",
    });
    assertEquals(explained("stale", "late", { now: deadline + 1 }).next.kind, "take-over");
  });

  it("says that a refresh of a living process that began in the future is a matter of the clock", () => {
    const state: RefreshState = { ...REFRESH.refreshing.state, startedAt: NOW + HOUR, deadline: NOW + HOUR + MINUTE };
    const { who, hint } = explained("stale", "refreshing", { state });
    assertStringIncludes(who, "since 2026-11-21T13:00:00.000Z (in 1h)");
    assertEquals(hint.action, "check-clock");
  });
});

describe("explain(): times", () => {
  const whyAt = (age: number, ttl: number, now = NOW) =>
    explained("fresh", "idle", { data: { capturedAt: now - age, size: 12 }, ttl, now }).why;

  it("tells ages no more exactly than a person needs, and never as more than they are", () => {
    const ages: [number, string][] = [
      [0, "just now"],
      [999, "999ms ago"],
      [1_999, "1.9s ago"],
      [59_999, "59s ago"],
      [HOUR - 1, "59m59s ago"],
      [HOUR + MINUTE - 1, "1h ago"],
      [DAY - 1, "23h59m ago"],
      [3 * DAY + 5 * HOUR - 1, "3d4h ago"],
      [-SECOND, "just now"],
    ];
    for (const [age, said] of ages) assertEquals(whyAt(age, 10 * DAY).split(", ")[0], `captured ${said}`);
  });

  it("changes from fresh to stale at the TTL, and says so", () => {
    assertEquals(whyAt(MINUTE - 1, MINUTE), "captured 59s ago, and fresh for another 1ms: its TTL is 1m");
    assertEquals(whyAt(MINUTE, MINUTE), "captured 1m ago, and its TTL of 1m is just over");
    assertEquals(whyAt(MINUTE + 1, MINUTE), "captured 1m ago, 1ms past its TTL of 1m");
    assertEquals(whyAt(MINUTE, 0), "captured 1m ago, and never fresh: its TTL is 0s");
  });

  it("says after a fresh forced failure when it is tried again, if that is later", () => {
    const state: RefreshState = { ...REFRESH.cooling.state, retryAt: NOW + 5 * MINUTE };
    const { next } = explained("fresh", "cooling", { state, ttl: 3 * HOUR + MINUTE });
    assertEquals(next, {
      kind: "stale",
      at: NOW + MINUTE,
      what: "it goes stale at 2026-11-21T12:01:00.000Z (in 1m); " +
        "a refresh is tried again after 2026-11-21T12:05:00.000Z (in 5m), or at once if forced",
    });
  });

  it("takes a failure that has cooled down meanwhile for over", () => {
    assertEquals(explained("stale", "cooling", { now: NOW + 25 * SECOND }).next.kind, "refresh");
    assertEquals(explained("stale", "cooling", { now: NOW + 25 * SECOND - 1 }).next.kind, "retry");
  });

  it("says how long a caller waits only if that is known", () => {
    const { next } = explained("absent", "idle", { refreshDeadline: undefined });
    assertEquals(next.what, "whoever asks next refreshes it, and waits for that");
  });

  it("survives times that no date can hold, and says nothing that is not so", () => {
    for (const capturedAt of [-9e15, 0, 9e15, Number.MAX_SAFE_INTEGER]) {
      for (const ttl of [0, 1, Number.MAX_SAFE_INTEGER, undefined]) {
        const found = explained("fresh", "idle", { data: { capturedAt, size: 0 }, ttl });
        assertFalse(/NaN|Infinity|undefined/.test(formatExplanation(found)), formatExplanation(found));
        assert(capturedAt < NOW || found.data.state === "stale");
      }
    }
    assertStringIncludes(explained("fresh", "idle", { ttl: Number.MAX_SAFE_INTEGER }).next.what, "+275760-09-13T00:00");
  });
});
