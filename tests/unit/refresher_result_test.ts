import { assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { InvalidPayloadError } from "../../src/errors.ts";
import { payloadBytes, reasonOf } from "../../src/refresher_result.ts";

describe("payloadBytes()", () => {
  for (const [what, given] of [["bytes", Uint8Array.of(1, 2)], ["a Buffer", Buffer.from([1, 2])]] as const) {
    it(`copies ${what}, and its copies are copied by slice()`, () => {
      const kept = payloadBytes(given);
      given[0] = 9;
      kept.slice()[1] = 9;
      assertEquals([...kept], [1, 2]);
    });
  }

  it("takes a text as UTF-8, and nothing else", () => {
    assertEquals([...payloadBytes("ä")], [0xc3, 0xa4]);
    for (const payload of [undefined, 1, {}, new ArrayBuffer(1)]) {
      assertThrows(() => payloadBytes(payload), InvalidPayloadError);
    }
  });
});

describe("reasonOf()", () => {
  it("makes a text of whatever was thrown", () => {
    const thrown = [new Error("why"), new TypeError(""), "text", "", undefined, Object.create(null)];
    const unknown = "unknown error";
    assertEquals(thrown.map(reasonOf), ["why", "TypeError", "text", unknown, "undefined", unknown]);
  });
});
