import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import type { Liveness } from "../../../src/adapter.ts";
import { type Advice, adviceOf } from "../../../src/cli/explain/advice.ts";
import { judgeLife, lifeWords } from "../../../src/cli/explain/life.ts";
import { ownLine } from "../../../src/cli/own_line.ts";
import { fileFacts, judgeFile } from "../../../src/cli/record/recipe_facts.ts";
import { judgeLook } from "../../../src/cli/screen/terminal.ts";
import { setTexts, wrap } from "../../../src/cli/screen/wrap.ts";
import { explain } from "../../../src/explain.ts";
import type { SourceListing } from "../../../src/listing.ts";
import type { LockHolder } from "../../../src/store.ts";
import { abandoned, coolingDown, IDLE, listing, NOW, OWNER, refreshing } from "../../support/listings.ts";

describe("judgeLife()", () => {
  const answer = (state: Liveness["state"], more: Partial<Liveness> = {}) => () => {
    return { state, processStart: undefined, startedAt: undefined, ...more };
  };
  const of = { owner: OWNER, startedAt: NOW };
  const old = { owner: { ...OWNER, processStart: undefined }, startedAt: NOW };

  it("believes the system of a process of this machine", () => {
    assertEquals(judgeLife(of, "this-host", answer("alive", { processStart: "1" })), "alive");
    assertEquals(judgeLife(of, "this-process", answer("alive")), "alive");
    assertEquals(judgeLife(of, "this-host", answer("dead")), "dead");
    assertEquals(judgeLife(of, "this-host", answer("unknown")), "unknown");
  });

  it("takes nobody for the owner who started at another time, or only after the record was written", () => {
    assertEquals(judgeLife(of, "this-host", answer("alive", { processStart: "2" })), "replaced");
    assertEquals(judgeLife(old, "this-host", answer("alive", { startedAt: NOW + 60_000 })), "replaced");
    assertEquals(judgeLife(old, "this-host", answer("alive", { startedAt: NOW - 60_000 })), "alive");
    assertEquals(judgeLife(old, "this-host", answer("alive")), "alive");
  });

  it("asks nobody about a PID that means something else here", () => {
    const never = () => {
      throw new Error("asked");
    };
    assertEquals([judgeLife(of, "another-host", never), judgeLife(of, "unknown", never)], ["unknown", "unknown"]);
  });

  it("is told with the host where that is another", () => {
    assertEquals(
      lifeWords(OWNER, "this-host", "replaced"),
      "process 4711 has ended, and its number is another process's by now",
    );
    assertStringIncludes(
      lifeWords({ ...OWNER, host: "a\x1b[1mb" }, "another-host", "unknown"),
      "process 4711 on ab is alive cannot be known",
    );
    assertStringIncludes(lifeWords(OWNER, "unknown", "unknown"), "whether process 4711 is alive");
  });
});

describe("judgeFile()", () => {
  const cases = [
    [1_000, 1_000, "same"],
    [1_000, 1_001, "same"],
    [1_000, 1_002, "changed"],
    [1_000, 900, "changed"],
    [1_000, null, "gone"],
    [null, null, "same"],
    [null, 1_000, "new"],
  ] as const;
  for (const [then, now, since] of cases) {
    it(`is ${since} for ${then} and ${now}`, () => assertEquals(judgeFile(then, now), since));
  }

  it("is unknown where the file cannot be looked at", () => {
    const recipe = { command: ["x"], environment: {}, files: { "/a": 1, "/b": 1 }, ttl: 1, refreshDeadline: 1 };
    const look = (path: string) => {
      if (path === "/a") throw new Error("not permitted");
      return undefined;
    };
    assertEquals(fileFacts(recipe, look), [{ path: "/a", since: "unknown" }, { path: "/b", since: "gone" }]);
  });
});

describe("adviceOf()", () => {
  const HOUR = 3_600_000;
  function advice(source: SourceListing, hasRecipe: boolean, lock?: LockHolder): Advice {
    const { source: key, size, capturedAt, ttl, refresh: state } = source;
    const data = size === undefined || capturedAt === undefined ? undefined : { size, capturedAt };
    const explanation = explain({ source: key, ttl, data, state, now: NOW, self: { ...OWNER, pid: 1 } });
    return adviceOf(explanation, { label: `${key.tier}/${key.name}`, hasRecipe, lock, now: NOW });
  }
  const words = ["refresh", "a/b"];
  const cases: readonly (readonly [string, SourceListing, Advice["words"], RegExp])[] = [
    ["fresh data", listing("a/b", 1, { ttl: HOUR }), undefined, /^nothing needs to be done$/],
    ["stale data", listing("a/b", 2 * HOUR, { ttl: HOUR }), words, /to have new data now$/],
    ["no data", listing("a/b", undefined, { ttl: HOUR }), words, /^to bring it$/],
    ["a refresh", listing("a/b", undefined, { refresh: refreshing() }), words, /; to wait for that$/],
    ["a failure", listing("a/b", undefined, { refresh: coolingDown("x") }), words, /^to try at once/],
    [
      "an old failure",
      listing("a/b", undefined, { refresh: { ...IDLE, kind: "idle", attempts: 1, lastError: "x" } }),
      words,
      /^to try at once/,
    ],
    [
      "what was given up",
      listing("a/b", undefined, { refresh: abandoned() }),
      undefined,
      /taken over when somebody needs it$/,
    ],
    [
      "a late refresh",
      listing("a/b", 0, { refresh: refreshing({ deadline: NOW - 1 }) }),
      undefined,
      /^look at process 4711: if it hangs, end it/,
    ],
    ["a TTL that nobody has told", listing("a/b", 0), ["explain", "--ttl", "24h", "a/b"], /^name its TTL/],
    ["a time in the future", listing("a/b", -HOUR, { ttl: HOUR }), ["doctor"], /^check the clock of this machine/],
  ];
  for (const [what, source, typed, text] of cases) {
    it(`tells what to type about ${what}`, () => {
      const found = advice(source, true);
      assertEquals([found.words, text.test(found.text)], [typed, true], found.text);
    });
  }

  it("never speaks of options of a program to somebody who types, and types no refresh where nothing was run", () => {
    for (const [, source] of cases) {
      const [own, foreign] = [advice(source, true), advice(source, false)];
      assertEquals(/[{}]/.test(own.text + foreign.text), false, own.text + foreign.text);
      assertEquals(foreign.words?.[0] === "refresh", false, foreign.text);
      assertEquals(foreign.text === "", false);
    }
  });

  it("speaks of a lock first: as long as it is held, nothing else helps", () => {
    const lock = (liveness: LockHolder["liveness"]) =>
      advice(listing("a/b", undefined), true, { pid: 9, liveness, since: NOW - HOUR });
    assertStringIncludes(lock("alive").text, "kill -CONT 9");
    assertStringIncludes(lock("unknown").text, "look at process 9 where it runs");
    assertEquals([lock("alive").words, lock("unknown").words], [undefined, undefined]);
  });
});

describe("ownLine()", () => {
  it("can be pasted into a shell, and names the folder that was named", () => {
    assertEquals(ownLine(["refresh", "a/b"], undefined), "discoverycache refresh a/b");
    assertEquals(ownLine(["refresh", "a/b"], "/my root"), "discoverycache refresh --root '/my root' a/b");
  });
});

describe("setTexts()", () => {
  const look = (columns?: number) =>
    judgeLook({
      terminal: columns !== undefined,
      columns,
      rows: 24,
      variable: (name) => name === "NO_COLOR" ? "1" : undefined,
    });
  const texts = [
    { name: "why", text: "one two three four five six seven eight" },
    { name: "", text: "one two three four five six seven eight", typed: true },
  ] as const;

  it("sets each text on a line in a pipe", () => {
    assertEquals(setTexts(texts, look()), [
      "  why: one two three four five six seven eight",
      "       one two three four five six seven eight",
    ]);
  });

  it("breaks between words in a terminal, beside the name, and never what is to be typed", () => {
    assertEquals(setTexts(texts, look(32)), [
      "  why: one two three four five",
      "       six seven eight",
      "       one two three four five six seven eight",
    ]);
  });

  it("leaves a word whole that is longer than a line", () => {
    assertEquals(wrap("a /a/path/that/is/longer/than/a/line b", 10), ["a", "/a/path/that/is/longer/than/a/line", "b"]);
    assertEquals(wrap("", 10), [""]);
  });
});
