import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { sha256Hex } from "../../src/sha256.ts";

const text = (value: string) => new TextEncoder().encode(value);

describe("sha256Hex()", () => {
  it("gives the standard's hash when the message is empty, one block or two", () => {
    assertEquals(sha256Hex(text("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertEquals(sha256Hex(text("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertEquals(
      sha256Hex(text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    );
  });

  it("gives the standard's hash when the message is a million letters", () => {
    assertEquals(
      sha256Hex(text("a".repeat(1_000_000))),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    );
  });

  it("agrees with the platform's digest when the length is anything around the ends of blocks", async () => {
    for (let length = 0; length <= 260; length++) {
      const message = Uint8Array.from({ length }, (_, i) => (i * 151 + length * 7) & 0xff);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", message));
      const expected = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      assertEquals(sha256Hex(message), expected, `${length} bytes`);
    }
  });

  it("reads only the view's own bytes, and leaves them alone, when the message is part of a larger buffer", () => {
    const buffer = text("xxabcxx");
    assertEquals(sha256Hex(buffer.subarray(2, 5)), sha256Hex(text("abc")));
    assertEquals(buffer, text("xxabcxx"));
  });
});
