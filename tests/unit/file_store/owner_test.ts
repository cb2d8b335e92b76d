import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import type { Identity, Liveness } from "../../../src/adapter.ts";
import { judgeOwner, sharesHost } from "../../../src/file_store/owner.ts";
import type { LockRecord } from "../../../src/file_store/record.ts";

const START = 1_000_000_000;

const record: LockRecord = { pid: 7, startedAt: START, token: "t", host: "here", processStart: "55" };
const goRecord: LockRecord = { pid: 7, startedAt: START, token: undefined, host: undefined, processStart: undefined };
const reader: Identity = { pid: 1, host: "here", processStart: "1", user: 0 };

const alive: Liveness = { state: "alive", processStart: "55", startedAt: START - 60_000 };
const dead: Liveness = { state: "dead", processStart: undefined, startedAt: undefined };
const unknown: Liveness = { state: "unknown", processStart: undefined, startedAt: undefined };

describe("sharesHost()", () => {
  it("holds when record and reader know the same host", () => {
    assertEquals(sharesHost(record, reader), true);
  });

  it("does not when they know different hosts, or one of them knows none", () => {
    assertEquals(sharesHost({ ...record, host: "there" }, reader), false);
    assertEquals(sharesHost({ ...record, host: undefined }, reader), false);
    assertEquals(sharesHost(record, { ...reader, host: undefined }), false);
    assertEquals(sharesHost({ ...record, host: undefined }, { ...reader, host: undefined }), false);
  });

  it("holds for a record without a token, whatever the reader knows", () => {
    assertEquals(sharesHost(goRecord, reader), true);
    assertEquals(sharesHost(goRecord, { ...reader, host: undefined }), true);
  });
});

describe("judgeOwner()", () => {
  it('says "unknown" when the hosts differ, whatever the system says of the PID', () => {
    for (const answer of [alive, dead, unknown]) {
      assertEquals(judgeOwner({ ...record, host: "there" }, reader, answer), "unknown");
    }
  });

  it('says "unknown" when nobody was asked, or nobody may ask', () => {
    assertEquals(judgeOwner(record, reader, undefined), "unknown");
    assertEquals(judgeOwner(record, reader, unknown), "unknown");
  });

  it('says "dead" when there is no such process', () => {
    assertEquals(judgeOwner(record, reader, dead), "dead");
    assertEquals(judgeOwner(goRecord, reader, dead), "dead");
  });

  it('says "alive" when the process started when the record says', () => {
    assertEquals(judgeOwner(record, reader, alive), "alive");
  });

  it('says "dead" when the PID belongs to a process with another start', () => {
    assertEquals(judgeOwner(record, reader, { ...alive, processStart: "56" }), "dead");
  });

  it('says "presumed" when the start is recorded and cannot be seen', () => {
    assertEquals(judgeOwner(record, reader, { ...alive, processStart: undefined }), "presumed");
  });

  it("goes by the wall clock when the record has no start: later than the record is another process", () => {
    const old = { ...record, processStart: undefined };
    assertEquals(judgeOwner(old, reader, alive), "alive");
    assertEquals(judgeOwner(old, reader, { ...alive, startedAt: START + 2_000 }), "alive", "within the tolerance");
    assertEquals(judgeOwner(old, reader, { ...alive, startedAt: START + 2_001 }), "dead");
    assertEquals(judgeOwner(goRecord, reader, { ...alive, startedAt: START + 2_001 }), "dead");
  });

  it('says "presumed" when neither start is known', () => {
    assertEquals(judgeOwner(goRecord, reader, { ...alive, startedAt: undefined }), "presumed");
  });
});
