import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { InvalidOptionError } from "../../../src/errors.ts";
import { ERROR_TEXT_LIMIT } from "../../../src/file_store/protocol.ts";
import {
  encodeLock,
  encodeMarker,
  type LockRecord,
  type MarkerRecord,
  parseLock,
  parseMarker,
  parseTimestamp,
} from "../../../src/file_store/record.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const START = Date.UTC(2026, 10, 21, 10, 5, 43, 943);

const lock: LockRecord = { pid: 20442, startedAt: START, token: TOKEN, host: "boot/ns", processStart: "4711" };

const marker: MarkerRecord = {
  ...lock,
  deadline: START + 10_000,
  lastError: undefined,
  previous: undefined,
  attempts: 0,
  retryAt: undefined,
  progress: undefined,
};

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (encoded: Uint8Array) => new TextDecoder().decode(encoded);

describe("encodeLock()", () => {
  it("writes the Go package's fields first, without a newline", () => {
    assertEquals(
      text(encodeLock(lock)),
      '{"pid":20442,"started_at":"2026-11-21T10:05:43.943Z",' +
        `"token":"${TOKEN}","host":"boot/ns","process_start":"4711"}`,
    );
  });

  it("leaves out what is not known", () => {
    const encoded = encodeLock({ ...lock, host: undefined, processStart: undefined });
    assertEquals(text(encoded), `{"pid":20442,"started_at":"2026-11-21T10:05:43.943Z","token":"${TOKEN}"}`);
  });
});

describe("parseLock()", () => {
  it("reads what encodeLock() wrote", () => {
    assertEquals(parseLock(encodeLock(lock)), lock);
  });

  it("reads the Go package's lock, nine digits and all", () => {
    assertEquals(parseLock(bytes('{"pid":20442,"started_at":"2026-11-21T10:05:43.943266889Z"}')), {
      pid: 20442,
      startedAt: START,
      token: undefined,
      host: undefined,
      processStart: undefined,
    });
  });

  it("gives undefined when the bytes are no lock", () => {
    const whole = text(encodeLock(lock));
    const cases = ["", "{", whole.slice(0, -1), "null", "[]", '"lock"', "7", "{}", '{"pid":1}'];
    for (const pid of ['"1"', "1.5", "null", "1e400"]) {
      cases.push(`{"pid":${pid},"started_at":"2026-11-21T10:05:43Z"}`);
    }
    for (const time of ['""', "7", "null", '"yesterday"']) cases.push(`{"pid":1,"started_at":${time}}`);
    for (const invalid of cases) assertEquals(parseLock(bytes(invalid)), undefined, invalid);
  });

  it("takes a field of another type for one that is missing", () => {
    const found = parseLock(
      bytes('{"pid":1,"started_at":"2026-11-21T10:05:43.943Z","token":7,"host":"","process_start":[]}'),
    );
    assertEquals(found, { pid: 1, startedAt: START, token: undefined, host: undefined, processStart: undefined });
  });

  it("takes a token that is none of ours, and a host that cannot be one, for missing", () => {
    for (const token of ["/../x", TOKEN.toUpperCase(), `${TOKEN}0`, TOKEN.slice(1), `${TOKEN}\n`, "a\0b"]) {
      const text = JSON.stringify({ pid: 1, started_at: "2026-11-21T10:05:43Z", token, host: "x".repeat(1_001) });
      const { token: found, host } = parseLock(bytes(text)) ?? { token, host: token };
      assertEquals([found, host], [undefined, undefined], token);
    }
  });

  it("does not take inherited names for fields", () => {
    assertEquals(parseLock(bytes('{"__proto__":{"pid":1,"started_at":"2026-11-21T10:05:43Z"}}')), undefined);
  });
});

const note = { lastError: "503", failedAt: START - 2_000, retryAt: START - 1_000 };

describe("encodeMarker()", () => {
  it("writes pid, started_at and deadline first, and no attempts while there are none", () => {
    assertEquals(
      text(encodeMarker(marker)),
      '{"pid":20442,"started_at":"2026-11-21T10:05:43.943Z","deadline":"2026-11-21T10:05:53.943Z",' +
        `"token":"${TOKEN}","host":"boot/ns","process_start":"4711"}`,
    );
  });

  it("writes a failure with last_error among the Go package's fields", () => {
    const failed = { ...marker, lastError: "no network", attempts: 2, deadline: START + 500, retryAt: START + 500 };
    assertEquals(
      text(encodeMarker({ ...failed, host: undefined, processStart: undefined })),
      '{"pid":20442,"started_at":"2026-11-21T10:05:43.943Z","deadline":"2026-11-21T10:05:44.443Z",' +
        `"last_error":"no network","token":"${TOKEN}","attempts":2,"retry_at":"2026-11-21T10:05:44.443Z"}`,
    );
  });

  it("cuts a progress message at its limit, so that the marker can still be read", () => {
    const found = parseMarker(encodeMarker({ ...marker, progress: { done: 1, message: "x".repeat(70_000) } }));
    assertEquals(found?.progress, { done: 1, message: "x".repeat(ERROR_TEXT_LIMIT) });
  });

  it("cuts an error text at its limit", () => {
    const long = "x".repeat(ERROR_TEXT_LIMIT + 1);
    const found = parseMarker(encodeMarker({ ...marker, lastError: long, previous: { ...note, lastError: long } }));
    assertEquals(found?.lastError?.length, ERROR_TEXT_LIMIT);
    assertEquals(found?.previous?.lastError.length, ERROR_TEXT_LIMIT);
  });
});

describe("parseMarker()", () => {
  it("reads what encodeMarker() wrote", () => {
    const working = {
      ...marker,
      attempts: 3,
      previous: note,
      progress: { done: 1, total: 4, message: "page 1" },
    };
    const failed = { ...marker, attempts: 1, lastError: "503 <&> \u2028", retryAt: START + 777 };
    for (const record of [working, failed]) assertEquals(parseMarker(encodeMarker(record)), record);
  });

  it("forgets an earlier failure of which something is missing", () => {
    const text = new TextDecoder().decode(encodeMarker({ ...marker, previous: note }));
    for (const field of ["last_error", "started_at", "retry_at"]) {
      const { previous, ...rest } = JSON.parse(text);
      delete previous[field];
      assertEquals(parseMarker(bytes(JSON.stringify({ ...rest, previous })))?.previous, undefined, field);
    }
    assertEquals(parseMarker(bytes(text))?.previous, note);
  });

  it("reads the Go package's markers", () => {
    const working =
      '{"pid":20451,"started_at":"2026-11-21T10:05:43.955595408Z","deadline":"2026-11-21T10:05:53.955595458Z"}';
    const failed = '{"pid":20461,"started_at":"2026-11-21T10:05:43.969753261Z",' +
      '"deadline":"2026-11-21T10:05:44.219753261Z","last_error":"dial tcp: connection refused"}';
    const nothing = { token: undefined, host: undefined, processStart: undefined, previous: undefined };
    const none = { ...nothing, attempts: undefined, retryAt: undefined, progress: undefined };
    assertEquals(parseMarker(bytes(working)), {
      ...none,
      pid: 20451,
      startedAt: START + 12,
      deadline: START + 10_012,
      lastError: undefined,
    });
    assertEquals(parseMarker(bytes(failed)), {
      ...none,
      pid: 20461,
      startedAt: START + 26,
      deadline: START + 276,
      lastError: "dial tcp: connection refused",
    });
  });

  it("gives undefined when there is no deadline", () => {
    assertEquals(parseMarker(encodeLock(lock)), undefined);
    assertEquals(parseMarker(bytes("")), undefined);
  });

  it("takes a field of another type for one that is missing", () => {
    const found = parseMarker(bytes(JSON.stringify({
      pid: 1,
      started_at: "2026-11-21T10:05:43.943Z",
      deadline: "2026-11-21T10:05:53.943Z",
      last_error: "",
      attempts: -1,
      retry_at: "soon",
      progress: "half",
    })));
    const { lastError, attempts, retryAt, progress } = found ?? {};
    assertEquals([found?.pid, lastError, attempts, retryAt, progress], [1, undefined, undefined, undefined, undefined]);
  });

  it("keeps those parts of a progress that are of their type", () => {
    const fields = { pid: 1, started_at: "2026-11-21T10:05:43Z", deadline: "2026-11-21T10:05:53Z" };
    const found = parseMarker(bytes(JSON.stringify({ ...fields, progress: { done: 2, total: "9", message: 3 } })));
    assertEquals(found?.progress, { done: 2 });
  });
});

describe("parseTimestamp()", () => {
  it("reads RFC 3339 with none to nine fractional digits, in UTC or with an offset", () => {
    const noon = Date.UTC(2026, 1, 28, 12);
    assertEquals(parseTimestamp("2026-02-28T12:00:00Z"), noon);
    assertEquals(parseTimestamp("2026-02-28T12:00:00.5Z"), noon + 500);
    assertEquals(parseTimestamp("2026-02-28T12:00:00.123456789Z"), noon + 123);
    assertEquals(parseTimestamp("2026-02-28T13:30:00+01:30"), noon);
    assertEquals(parseTimestamp("2026-02-27T23:30:00-12:30"), noon);
    assertEquals(parseTimestamp("2028-02-29T00:00:00Z"), Date.UTC(2028, 1, 29));
  });

  it("gives undefined for anything else", () => {
    const junk = ["", "1", "2026", "2026-02-28", "2026-02-28T12:00:00", "28 Feb 2026", "2026-02-28 12:00:00Z"];
    const impossible = ["2026-02-30T12:00:00Z", "2026-13-01T12:00:00Z", "2026-02-28T25:00:00Z", "2027-02-29T00:00:00Z"];
    for (const value of [...junk, ...impossible, 7, null, undefined, {}]) {
      assertEquals(parseTimestamp(value), undefined, String(value));
    }
  });
});

describe("times of a record", () => {
  it("encodeLock() and encodeMarker() refuse a time that could not be read again", () => {
    for (const time of [NaN, Infinity, Date.UTC(10_000, 0), Date.parse("0000-01-01T00:00:00Z") - 1]) {
      assertThrows(() => encodeLock({ ...lock, startedAt: time }), InvalidOptionError, "startedAt");
      assertThrows(() => encodeMarker({ ...marker, deadline: time }), InvalidOptionError, "deadline");
    }
  });

  it("parseTimestamp() reads only what can be written again, whatever the time zone", () => {
    for (const time of ["0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"]) {
      const parsed = parseTimestamp(time) as number;
      assertEquals(parseTimestamp(new Date(parsed).toISOString()), parsed, time);
    }
    for (const time of ["0000-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"]) {
      assertEquals(parseTimestamp(time), undefined, time);
    }
  });
});
