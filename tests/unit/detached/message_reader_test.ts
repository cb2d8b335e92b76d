import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { MessageReader } from "../../../src/detached/message_reader.ts";
import { encodeMessage, type Message } from "../../../src/detached/messages.ts";

const mark = "mark-of-this-one ";
const encoder = new TextEncoder();

/** What is heard of a text, in parts of so many bytes. */
function heard(text: string, size = Infinity): Message[] {
  const messages: Message[] = [];
  const reader = new MessageReader(mark, (message) => messages.push(message));
  const bytes = encoder.encode(text);
  for (let start = 0; start < bytes.length; start += size) reader.add(bytes.subarray(start, start + size));
  return messages;
}

describe("MessageReader", () => {
  const progress: Message = { kind: "progress", progress: { done: 1, message: "zwölf ≠ 12\n" } };
  const done: Message = { kind: "done", data: new Uint8Array([0, 10, 13, 255, 128, 34]) };
  const stream = `noise${encodeMessage(mark, progress)}more\nnoise${encodeMessage(mark, done)}`;

  it("finds messages among what the refresher writes", () => {
    assertEquals(heard(stream), [progress, done]);
  });

  it("finds them however the stream is cut, within a character, too", () => {
    for (let size = 1; size < 40; size++) assertEquals(heard(stream, size), [progress, done], `${size}`);
  });

  it("takes no line for one that has the mark elsewhere, another mark, or no end", () => {
    assertEquals(heard(`x${mark}{"kind":"not-modified"}\n`), []);
    assertEquals(heard(encodeMessage("mark-of-another ", done)), []);
    assertEquals(heard(encodeMessage(mark, done).trimEnd()), []);
  });

  for (const noise of ["\u0000", "noise", "=", "\n", '"']) {
    it(`takes one into which somebody wrote ${JSON.stringify(noise)} for a failure`, () => {
      const garbled = encodeMessage(mark, done).replace(/(?<="base64":"..)/, noise);
      assertEquals(heard(garbled).map(({ kind }) => kind), ["failed"]);
    });
  }
});
