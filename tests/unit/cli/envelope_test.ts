import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { envelope } from "../../../src/cli/run/envelope.ts";
import type { Given } from "../../../src/cli/run/given.ts";

const source = { tier: "discovery", name: "a", ttl: 60_000 };

function opened(data: Uint8Array, more: Partial<Given> = {}, stderr?: Uint8Array, ttl: number | undefined = 60_000) {
  const given: Given = { state: "fresh", data, age: 5, capturedAt: 1_000, origin: "hit", passedOn: false, ...more };
  const whole = Buffer.concat([...envelope({ ...source, ttl }, given, stderr)]).toString();
  assertEquals(whole.indexOf("\n"), whole.length - 1, "one line");
  return JSON.parse(whole);
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("envelope()", () => {
  it("says where the data came from and how old it is", () => {
    assertEquals(opened(bytes("hi")), {
      source: "discovery/a",
      origin: "hit",
      state: "fresh",
      age: 5,
      ttl: 60_000,
      capturedAt: "1970-01-01T00:00:01.000Z",
      size: 2,
      encoding: "utf8",
      data: "hi",
    });
  });

  it("tells an age in whole milliseconds, however well a file system knows times", () => {
    assertEquals(opened(bytes(""), { age: 40_133.513 }).age, 40_134);
  });

  it("says why data is stale, and what was written to standard error", () => {
    const failure = { reason: "exit code 3 from sh", retryAt: 2_000 };
    const { refreshError, stderr } = opened(bytes(""), { state: "stale", origin: "stale", failure }, bytes('a\n"b"'));
    assertEquals(refreshError, { reason: "exit code 3 from sh", retryAt: "1970-01-01T00:00:02.000Z" });
    assertEquals(stderr, 'a\n"b"');
  });

  it("leaves out what is not known", () => {
    const all = opened(bytes("x"), {}, undefined, undefined);
    assert(!("refreshError" in all) && !("stderr" in all));
  });

  const texts = {
    "nothing": "",
    "quotes, backslashes and control characters": '"\\\n\r\t\u0000\u001f\u007f\u2028',
    "a byte order mark": "\ufeffx",
    "characters of every length across the parts": "aä€😀".repeat(100_000),
  };
  for (const [what, text] of Object.entries(texts)) {
    it(`gives text back as it was: ${what}`, () => {
      const { data, encoding, size } = opened(bytes(text));
      assertEquals([encoding, size, data === text], ["utf8", bytes(text).length, true]);
    });
  }

  for (const length of [1, 2, 3, 196_607, 196_608, 196_609, 1_000_000]) {
    it(`gives ${length} bytes that are no text back in base64`, () => {
      const binary = randomBytes(length);
      binary[length - 1] = 0xff;
      const { data, encoding, size } = opened(binary);
      assertEquals([encoding, size], ["base64", length]);
      assert(Buffer.from(data, "base64").equals(binary));
    });
  }

  it("takes half a character at the end for no text", () => {
    assertEquals(opened(bytes("ä").subarray(0, 1)).encoding, "base64");
  });
});
