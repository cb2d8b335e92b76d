import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { type CacheEvent, EventHub } from "../../src/events.ts";

const event: CacheEvent = { kind: "absent", source: { tier: "discovery", name: "models" } };

/** Runs `work`, and returns the microtasks that it has queued instead of running them. */
function queuedBy(work: () => void): (() => void)[] {
  const queued: (() => void)[] = [];
  const { queueMicrotask } = globalThis;
  globalThis.queueMicrotask = (task) => void queued.push(task);
  try {
    work();
  } finally {
    globalThis.queueMicrotask = queueMicrotask;
  }
  return queued;
}

/** What a function throws; `undefined` if nothing. */
function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("EventHub", () => {
  it("emit() tells every listener, in order, before it returns", () => {
    const hub = new EventHub();
    const heard: unknown[] = [];
    hub.on((told) => heard.push(["first", told]));
    hub.on((told) => heard.push(["second", told]));
    hub.emit(event);
    assertEquals(heard, [["first", event], ["second", event]]);
  });

  it("on() returns what removes the listener, any number of times", () => {
    const hub = new EventHub();
    const heard: string[] = [];
    const remove = hub.on(() => heard.push("removed"));
    hub.on(() => heard.push("stays"));
    remove();
    remove();
    hub.emit(event);
    assertEquals(heard, ["stays"]);
  });

  it("on() counts each call: removing one registration of a function leaves its other one", () => {
    const hub = new EventHub();
    let heard = 0;
    const listener = () => heard++;
    const remove = hub.on(listener);
    hub.on(listener);
    hub.emit(event);
    assertEquals(heard, 2);
    remove();
    remove();
    hub.emit(event);
    assertEquals(heard, 3);
  });

  it("emit() does not trip over listeners that are added or removed meanwhile", () => {
    const hub = new EventHub();
    const heard: string[] = [];
    const remove = hub.on(() => {
      heard.push("once");
      remove();
      hub.on(() => heard.push("added"));
    });
    hub.emit(event);
    assertEquals(heard, ["once"]);
    hub.emit(event);
    assertEquals(heard, ["once", "added"]);
  });

  it("emit() reports what a listener throws as an uncaught error, after all others were told", () => {
    const hub = new EventHub();
    const heard: string[] = [];
    const mistake = new Error("a listener's mistake");
    hub.on(() => {
      throw mistake;
    });
    hub.on(() => heard.push("told"));
    const [report, ...others] = queuedBy(() => hub.emit(event));
    assertEquals(heard, ["told"]);
    assertEquals(others, []);
    assertEquals(thrownBy(report ?? (() => {})), mistake);
  });
});
