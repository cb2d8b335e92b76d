import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { describe, it } from "node:test";
import { untilAborted } from "../../src/until_aborted.ts";

const never = new Promise<never>(() => {});
const options = { timeout: 120_000 };

describe("untilAborted()", () => {
  it("gives what the work resolves to, with and without a signal", options, async () => {
    assertEquals(await untilAborted(Promise.resolve(7), undefined), 7);
    assertEquals(await untilAborted(Promise.resolve(7), new AbortController().signal), 7);
  });

  it("throws what the work rejects with, whatever that is", options, async () => {
    const { signal } = new AbortController();
    await assertRejects(() => untilAborted(Promise.reject(new Error("mine")), signal), Error, "mine");
    assertEquals(await untilAborted(Promise.reject(undefined), signal).catch((error) => [error]), [undefined]);
  });

  it("throws the signal's reason when that is aborted first", options, async () => {
    const controller = new AbortController();
    const waiting = untilAborted(never, controller.signal);
    controller.abort("enough");
    assertStrictEquals(await waiting.catch((reason) => reason), "enough");
  });

  it("throws the signal's reason when that was aborted before, though the work is done", options, async () => {
    const signal = AbortSignal.abort("enough");
    assertStrictEquals(await untilAborted(Promise.resolve(7), signal).catch((reason) => reason), "enough");
  });

  it("lets a later rejection of the work go unnoticed", options, async () => {
    const controller = new AbortController();
    let reject = (_error: Error) => {};
    const work = new Promise<void>((_resolve, fail) => reject = fail);
    const waiting = untilAborted(work, controller.signal);
    controller.abort("enough");
    await waiting.catch(() => {});
    reject(new Error("too late"));
    // An unhandled rejection would end the process, or fail the test.
    await new Promise((resolve) => setTimeout(resolve, 0));
  });

  it("leaves no listener behind when the work is done", options, async () => {
    const listeners = new Set<unknown>();
    const signal = new AbortController().signal;
    signal.addEventListener = (_type: string, listener: unknown) => void listeners.add(listener);
    signal.removeEventListener = (_type: string, listener: unknown) => void listeners.delete(listener);
    await untilAborted(Promise.resolve(7), signal);
    await new Promise((resolve) => setTimeout(resolve, 0));
    assertEquals(listeners.size, 0);
  });
});
