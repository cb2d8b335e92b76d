import { assertEquals, assertInstanceOf, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { DiscoveryCacheError, InvalidOptionError } from "../../src/errors.ts";
import { RetryAfterError } from "../../src/errors/retry_after_error.ts";
import { LONGEST_RETRY_MS, parseRetryAfter, retryAfterOf } from "../../src/retry_after.ts";

const DAY = 86_400_000;
const THEN = "Sun, 06 Nov 1994 08:49:37 GMT";
const AT = Date.UTC(1994, 10, 6, 8, 49, 37);

describe("parseRetryAfter()", () => {
  const cases: [what: string, header: string | null, date: string | null, now: number, ms: number | undefined][] = [
    ["no header", null, null, 0, undefined],
    ["an empty one", "", null, 0, undefined],
    ["only spaces", "  ", null, 0, undefined],
    ["seconds", "120", null, 0, 120_000],
    ["seconds with spaces around", " 7 ", null, 0, 7_000],
    ["none at all", "0", null, 0, 0],
    ["a negative number", "-5", null, 0, undefined],
    ["a number with a sign", "+5", null, 0, undefined],
    ["half a second", "1.5", null, 0, undefined],
    ["a number with a unit", "5s", null, 0, undefined],
    ["a number in another notation", "1e3", null, 0, undefined],
    ["a huge number", "99999999999999999999", null, 0, 99_999_999_999_999_999_999_000],
    ["a date, by the clock here", THEN, null, AT - 30_000, 30_000],
    ["a date, by the server's clock, whatever the time is here", THEN, "Sun, 06 Nov 1994 08:48:37 GMT", 0, 60_000],
    ["a date, with a Date header that is none", THEN, "yesterday 1", AT - 5_000, 5_000],
    ["a date that has passed", THEN, null, AT + 1, 0],
    ["a date that has passed by the server's clock", THEN, "Mon, 07 Nov 1994 08:49:37 GMT", 0, 0],
    ["a date in the form of RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT", null, AT - 1_000, 1_000],
    ["a date in the form of asctime", "Sun Nov  6 08:49:37 1994", null, AT - 1_000, 1_000],
    ["a day that is none", "Sun, 66 Nov 1994 08:49:37 GMT", null, 0, undefined],
    ["an hour that is none", "Sun, 06 Nov 1994 25:49:37 GMT", null, 0, undefined],
    ["a text that ends with a number, which some take for a year", "soon 1", null, 0, undefined],
    ["a date of another standard", "1994-11-06T08:49:37Z", null, 0, undefined],
    ["a text", "in a while", null, 0, undefined],
  ];
  for (const [what, header, date, now, ms] of cases) {
    it(`${what} is ${ms === undefined ? "nothing that can be understood" : `${ms} ms`}`, () => {
      assertEquals(parseRetryAfter(header, date, now), ms);
    });
  }
});

describe("RetryAfterError", () => {
  it("carries milliseconds, a message for people, and a cause", () => {
    const cause = new Error("429");
    const error = new RetryAfterError(1_500, { cause });
    assertInstanceOf(error, DiscoveryCacheError);
    assertEquals([error.name, error.code, error.retryAfter, error.cause], [
      ...["RetryAfterError", "RETRY_AFTER", 1_500, cause],
    ]);
    assertEquals(error.message, "it is to be left alone for 2 s");
    assertEquals("cause" in new RetryAfterError(1), false);
  });

  it("may have a message of its own, and no time", () => {
    const error = new RetryAfterError(undefined, { message: "the quota is used up" });
    assertEquals([error.message, error.retryAfter], ["the quota is used up", undefined]);
    assertEquals(new RetryAfterError(undefined).message, "it is to be left alone for a while");
  });

  it("takes 0 and Infinity, and names no longer time than holds", () => {
    assertEquals(new RetryAfterError(0).retryAfter, 0);
    assertEquals(new RetryAfterError(Infinity).message, "it is to be left alone for 86400 s");
  });

  for (const value of [-1, NaN, "60", null, Symbol("soon"), 60n, {}]) {
    it(`refuses ${typeof value} ${String(value)}`, () => {
      assertThrows(() => new RetryAfterError(value as number), InvalidOptionError, "retryAfter cannot be");
    });
  }

  it("from() says what the server answered and when to come back", () => {
    const error = RetryAfterError.from(new Response(null, { status: 429, headers: { "Retry-After": "60" } }));
    assertEquals([error.retryAfter, error.message], [
      ...[60_000, "the server answered 429: it is to be left alone for 60 s"],
    ]);
  });

  it("from() reads a date by the server's own clock", () => {
    const headers = { "Retry-After": THEN, "Date": "Sun, 06 Nov 1994 08:49:27 GMT" };
    assertEquals(RetryAfterError.from(new Response(null, { status: 503, headers })).retryAfter, 10_000);
  });

  it("from() knows no time where the header is missing or says nothing", () => {
    for (const headers of [{}, { "Retry-After": "soon 1" }, { "Retry-After": "-1" }]) {
      const error = RetryAfterError.from(new Response(null, { status: 503, headers }));
      assertEquals(error.retryAfter, undefined);
      assertStringIncludes(error.message, "503: it is to be left alone for a while");
    }
  });
});

describe("retryAfterOf()", () => {
  it("is what the error says, 24 hours at most", () => {
    assertEquals(LONGEST_RETRY_MS, DAY);
    const times = [0, 1, DAY, DAY + 1, Infinity].map((ms) => retryAfterOf(new RetryAfterError(ms)));
    assertEquals(times, [0, 1, DAY, DAY, DAY]);
  });

  it("knows the error of another copy of this package by its code", () => {
    assertEquals(retryAfterOf(Object.assign(new Error("429"), { code: "RETRY_AFTER", retryAfter: 5_000 })), 5_000);
  });

  it("is nothing for any other error, and whatever else may be thrown", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const others = [
      new RetryAfterError(undefined),
      new Error("RETRY_AFTER"),
      Object.assign(new Error("429"), { code: "RETRY_AFTER", retryAfter: "60" }),
      Object.assign(new Error("429"), { code: "RETRY_AFTER", retryAfter: -1 }),
      Object.assign(new Error("429"), { code: "RETRY_AFTER", retryAfter: NaN }),
      Object.assign(new Error("429"), { code: "ECONNRESET", retryAfter: 60 }),
      ...[undefined, null, 429, "RETRY_AFTER", Symbol("RETRY_AFTER"), proxy],
    ];
    assertEquals(others.map(retryAfterOf), others.map(() => undefined));
  });
});
