import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { changeJson, changeWords } from "../../../src/cli/watch/change_words.ts";
import type { Change } from "../../../src/cli/watch/changes.ts";

const source = { tier: "discovery", name: "a" };
const now = 1_000_000;

/** What happened, in words, and as data. */
const CASES: readonly (readonly [Change, string, Readonly<Record<string, unknown>>])[] = [
  [{ kind: "appeared", source }, "appeared", {}],
  [{ kind: "expired", source }, "expired", {}],
  [{ kind: "removed", source }, "removed", {}],
  [
    { kind: "started", source, pid: 7, startedAt: 0, deadline: 2_000 },
    "started by process 7",
    { pid: 7, startedAt: "1970-01-01T00:00:00.000Z", deadline: "1970-01-01T00:00:02.000Z" },
  ],
  [
    { kind: "taken-over", source, pid: 8, from: 7 },
    "taken over by process 8 from process 7, which never ended it",
    { pid: 8, from: 7 },
  ],
  [
    { kind: "progressed", source, progress: { done: 3, total: 10, message: "a\u001b[2J\nb" } },
    "3/10 a b",
    { progress: { done: 3, total: 10, message: "a\u001b[2J\nb" } },
  ],
  [{ kind: "progressed", source, progress: { total: 10 } }, "0/10", { progress: { total: 10 } }],
  [{ kind: "progressed", source, progress: { done: 3 } }, "3", { progress: { done: 3 } }],
  [{ kind: "progressed", source, progress: {} }, "at work", { progress: {} }],
  [
    { kind: "committed", source, size: 2_100, took: 1_310, failures: 0 },
    "committed 2.1 kB after 1.3s",
    { size: 2_100, took: 1_310, failures: 0 },
  ],
  [
    { kind: "committed", source, size: 1, took: undefined, failures: 1 },
    "committed 1 B, after a failed try",
    { size: 1, took: undefined, failures: 1 },
  ],
  [
    { kind: "committed", source, size: 1, took: 0, failures: 3 },
    "committed 1 B after 0s, after 3 failed tries",
    { size: 1, took: 0, failures: 3 },
  ],
  [
    { kind: "failed", source, reason: "exit code 3 from sh: \u001b[31mno", attempts: 2, retryAt: now + 2_500 },
    "failed: exit code 3 from sh: no; retry in 2.5s",
    { reason: "exit code 3 from sh: \u001b[31mno", attempts: 2, retryAt: new Date(now + 2_500).toISOString() },
  ],
  [
    { kind: "failed", source, reason: "no", attempts: 1, retryAt: undefined },
    "failed: no",
    { reason: "no", attempts: 1 },
  ],
  [
    { kind: "failed", source, reason: "no", attempts: 1, retryAt: now - 1 },
    "failed: no",
    { reason: "no", attempts: 1, retryAt: new Date(now - 1).toISOString() },
  ],
  [{ kind: "given-back", source, pid: 7 }, "given back by process 7", { pid: 7 }],
  [
    { kind: "abandoned", source, pid: 7, reason: "owner-gone" },
    "abandoned: process 7 is gone, and never ended it",
    { pid: 7, reason: "owner-gone" },
  ],
  [
    { kind: "abandoned", source, pid: 7, reason: "overdue" },
    "abandoned: process 7 is long overdue",
    { pid: 7, reason: "overdue" },
  ],
];

describe("changeWords() and changeJson()", () => {
  for (const [change, words, facts] of CASES) {
    it(`say "${words}"`, () => {
      assertEquals(changeWords(change, now), words);
      const head = { time: new Date(now).toISOString(), source: "discovery/a", event: change.kind };
      assertEquals(changeJson(change, now), { ...head, ...facts });
    });
  }
});
