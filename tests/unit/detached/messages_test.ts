import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { decodeReply, decodeTask, encodeReply, encodeTask } from "../../../src/detached/messages.ts";
import { decodeMessage, encodeMessage, type Message, type Task } from "../../../src/detached/messages.ts";
import { pack, unpack } from "../../../src/detached/packed.ts";

/** Every byte, and every rest that base64 knows. */
const data = [0, 1, 2, 3, 256].map((length) => Uint8Array.from({ length }, (_, index) => 255 - index));

describe("the lines between a supervisor and its worker", () => {
  const task: Task = {
    mark: "mark ",
    module: "file:///a.ts",
    codec: true,
    schema: false,
    freeze: true,
    given: [{ owner: "a" }],
    label: "discovery/a",
    ttl: 1,
    deadline: 2,
    stored: undefined,
  };

  it("carry a task, with the data from before or without any", () => {
    for (const bytes of data) {
      const whole = { ...task, stored: { bytes, capturedAt: 3 } };
      const line = encodeTask(whole);
      assertEquals(line.indexOf("\n"), line.length - 1);
      assertEquals(decodeTask(line), whole);
    }
    assertEquals(decodeTask(encodeTask(task)), task);
  });

  const messages: readonly Message[] = [
    { kind: "progress", progress: { done: 1, message: "a\nb" } },
    { kind: "extend", id: 1, by: "30s" },
    ...data.map((bytes): Message => ({ kind: "done", data: bytes })),
    { kind: "not-modified" },
    { kind: "failed", reason: "\u2028\n" },
    { kind: "failed", reason: "later", retryAfter: 1_000 },
  ];
  it("carry each message, on one line", () => {
    for (const message of messages) {
      const text = encodeMessage("mark ", message);
      const [before, line = "", after, ...others] = text.split("\n");
      assertEquals([before, after, others], ["", "", []]);
      assertEquals(decodeMessage(line.slice("mark ".length)), message);
    }
  });

  it("carry replies", () => {
    const error = { name: "SupersededError", message: "in vain\n", code: "SUPERSEDED" };
    for (const reply of [{ id: 1 }, { id: 2, error }]) assertEquals(decodeReply(encodeReply(reply)), reply);
  });
});

describe("unpack()", () => {
  it("gives bytes of which a slice is a copy", () => {
    const [found, other] = [unpack(pack(new Uint8Array([1, 2]))), pack(new Uint8Array([3, 1, 2, 3]).subarray(1, 3))];
    found.slice()[0] = 9;
    assertEquals([found, unpack(other)], [new Uint8Array([1, 2]), new Uint8Array([1, 2])]);
    assert(found.constructor === Uint8Array);
  });

  it("throws if they are more or less than were packed", () => {
    const { base64 } = pack(new Uint8Array([1, 2]));
    for (const length of [0, 1, 3]) assertThrows(() => unpack({ base64, length }), RangeError);
  });
});
