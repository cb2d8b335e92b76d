import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { type Duration, type DurationBounds, formatDuration, parseDuration } from "../../src/duration.ts";
import { DiscoveryCacheError, InvalidDurationError } from "../../src/errors.ts";

const HOUR = 3_600_000;

/** What the error says of a value that is refused. */
function refusal(value: unknown, bounds?: DurationBounds): InvalidDurationError {
  return assertThrows(() => parseDuration(value as Duration, "ttl", bounds), InvalidDurationError);
}

/** Numbers that look random and are the same in every run. */
function* numbers(count: number, most: number): Generator<number> {
  let state = 42;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield Math.floor(most ** (state / 2 ** 32));
  }
}

describe("parseDuration()", () => {
  it("returns the number when it is given milliseconds", () => {
    for (const ms of [0, 1, 0.5, 250, 86_400_000, Number.MAX_SAFE_INTEGER]) assertEquals(parseDuration(ms, "ttl"), ms);
    assert(Object.is(parseDuration(-0, "ttl"), 0), "-0 stayed -0");
  });

  it("reads each unit, alone and with others", () => {
    const texts: Record<string, number> = {
      "0s": 0,
      "250ms": 250,
      "0.5ms": 0.5,
      "90s": 90_000,
      "5m": 300_000,
      "24h": 24 * HOUR,
      "7d": 168 * HOUR,
      "1h30m": 1.5 * HOUR,
      "1h0m0s": HOUR,
      "1m5ms": 60_005,
      "1d2h3m4s5ms": 93_784_005,
      "1h0.5m": HOUR + 30_000,
      "007s": 7000,
    };
    for (const [text, ms] of Object.entries(texts)) assertEquals(parseDuration(text, "ttl"), ms, text);
  });

  it("is exact when the fraction is none in binary", () => {
    // 1.1 * 3,600,000 is 3,960,000.0000000005, and 1.005 * 1000 is 1004.9999999999999.
    assertEquals(parseDuration("1.1h", "ttl"), 3_960_000);
    assertEquals(parseDuration("1.005s", "ttl"), 1005);
    assertEquals(parseDuration("1.5h", "ttl"), 5_400_000);
  });

  it("refuses a number when it is negative, not finite or not safe", () => {
    for (const ms of [-1, -0.001, NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER + 1, 1e300]) {
      const error = refusal(ms);
      assert(Object.is(error.value, ms));
      assertEquals(error.expected, "at least 0s and at most 9007199254740991ms");
    }
  });

  it("refuses a text when it cannot be read, and shows how it is done", () => {
    const texts = [
      ...[
        "",
        " ",
        "s",
        "h",
        "-5s",
        "+5s",
        "5 s",
        " 5s",
        "5s ",
        "5s\n",
        "1h 30m",
        "5S",
        "5M",
        "5sec",
        "5w",
        "5us",
        "5µs",
        "5y",
      ],
      ...[
        "1e3s",
        "0x5s",
        ".5s",
        "5.s",
        "1.2.3s",
        "1,5h",
        "1_000s",
        "NaN",
        "Infinity",
        "Infinitys",
        "five minutes",
        "PT5M",
        "5:00",
      ],
      ...["30m1h", "5m5m", "5ms1s", "5s1", "٥s", "５s", "5s\0", "-", "0-5s"],
    ];
    for (const text of texts) {
      const error = refusal(text);
      assertEquals(error.value, text);
      assertEquals(
        error.expected,
        'milliseconds as a number, or a text such as "90s", "5m", "1h30m", "24h", "7d" or "250ms"',
        JSON.stringify(text),
      );
    }
  });

  it("proposes units when the unit is missing", () => {
    for (const text of ["5", "0", "1.5"]) {
      assertStringIncludes(
        refusal(text).message,
        `ttl cannot be "${text}": expected a unit, such as "${text}s" or "${text}ms"`,
      );
    }
  });

  it("refuses a text when it comes to more than a safe integer", () => {
    assertEquals(parseDuration("9007199254740991ms", "ttl"), Number.MAX_SAFE_INTEGER);
    for (
      const text of ["9007199254740992ms", "104249992d", "9007199254740991ms".replace("ms", "d"), `${"9".repeat(50)}h`]
    ) {
      assertEquals(refusal(text).expected, "at least 0s and at most 9007199254740991ms", text);
    }
  });

  it("refuses a text unread when it is overlong", () => {
    assertEquals(parseDuration(`${"0".repeat(62)}5s`, "ttl"), 5000);
    const error = refusal(`${"0".repeat(63)}5s`);
    assertStringIncludes(error.expected, "of at most 64 characters");
    assert(refusal("9".repeat(1_000_000)).message.length < 300, "the message repeats a megabyte");
  });

  it("refuses what is neither number nor text", () => {
    const values = {
      undefined: undefined,
      null: null,
      true: true,
      "a bigint": 5n,
      "an object": { ms: 5 },
      "an array": ["5s"],
    };
    for (const [shown, value] of Object.entries(values)) {
      assertStringIncludes(refusal(value).message, `ttl cannot be ${shown}: expected milliseconds as a number`);
    }
    refusal(new Date());
    refusal(Symbol("5s"));
    refusal(() => 5);
  });

  it("keeps to the bounds, the lower one exclusive or inclusive", () => {
    const deadline = { above: 0, max: 24 * HOUR };
    assertEquals(parseDuration(1, "refreshDeadline", deadline), 1);
    assertEquals(parseDuration("24h", "refreshDeadline", deadline), 24 * HOUR);
    for (const value of [0, "0s", "24h1ms", 24 * HOUR + 1, -1, NaN]) {
      assertEquals(refusal(value, deadline).expected, "more than 0s and at most 1d");
    }
    assertEquals(parseDuration("1s", "retry", { min: 1000 }), 1000);
    assertEquals(refusal("999ms", { min: 1000 }).expected, "at least 1s and at most 9007199254740991ms");
    assertEquals(parseDuration("1ms", "retry", { above: undefined, min: undefined, max: undefined }), 1);
  });

  it("does not let bounds allow what is no duration", () => {
    refusal(-1, { above: -5 });
    refusal(-1, { min: -5 });
    refusal(Infinity, { max: Infinity });
    assertEquals(refusal(2 ** 60, { max: Infinity }).expected, "at least 0s and at most 9007199254740991ms");
  });

  it("throws a typed error that names the option and the value", () => {
    const error = refusal("soon\u202e\n");
    assert(error instanceof DiscoveryCacheError);
    assertEquals([error.name, error.code, error.what], ["InvalidDurationError", "INVALID_DURATION", "ttl"]);
    assertStringIncludes(error.message, 'ttl cannot be "soon\\u202e\\u000a": expected ');
  });
});

describe("formatDuration()", () => {
  it("writes the units that there are, from large to small", () => {
    const texts: Record<string, number> = {
      "0s": 0,
      "1ms": 1,
      "999ms": 999,
      "1s": 1000,
      "1.5s": 1500,
      "1.005s": 1005,
      "59.999s": 59_999,
      "1m": 60_000,
      "1m30s": 90_000,
      "1m0.005s": 60_005,
      "1h30m": 1.5 * HOUR,
      "1d": 24 * HOUR,
      "1d1s": 24 * HOUR + 1000,
      "1d2h3m4.005s": 93_784_005,
    };
    for (const [text, ms] of Object.entries(texts)) assertEquals(formatDuration(ms), text);
  });

  it("rounds to whole milliseconds", () => {
    assertEquals([0.4, 0.5, 999.6, 1234.5678].map(formatDuration), ["0s", "1ms", "1s", "1.235s"]);
  });

  it("does not fail when the number is no duration", () => {
    assertEquals([-90_000, -0, NaN, Infinity, -Infinity].map(formatDuration), [
      "-1m30s",
      "0s",
      "NaN",
      "Infinity",
      "-Infinity",
    ]);
  });

  it("writes what parseDuration() reads back", () => {
    for (const ms of [...numbers(5000, Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER]) {
      assertEquals(parseDuration(formatDuration(ms), "ttl"), ms, formatDuration(ms));
    }
  });
});
