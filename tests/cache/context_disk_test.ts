import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { rmSync, statSync, writeFileSync } from "node:fs";
import process from "node:process";
import { describe } from "node:test";
import { detectAdapter } from "../../src/adapters/detect.ts";
import {
  AdapterError,
  InvalidPayloadError,
  LockTimeoutError,
  RefreshDeadlineError,
  WaitTimeoutError,
} from "../../src/errors.ts";
import { encodeLock } from "../../src/file_store/record.ts";
import type { PresentEntry } from "../../src/entry.ts";
import type { ManualClock } from "../support/manual_clock.ts";
import { encode, HeldRefresher, KEY, refreshFailure, rejection, SOURCE, SPAN, textOf, until } from "./bench.ts";
import { type FaultBench, faultClause as clause } from "./fault_bench.ts";

/** Another process that lives holds the source's lock: the one that runs the tests. Returns its path. */
function holdLock(root: string, clock: ManualClock): string {
  const native = detectAdapter();
  const pid = process.ppid;
  const owner = { pid, host: native.self().host, processStart: native.liveness(pid).processStart };
  const lock = `${root}/discovery/models.lock`;
  writeFileSync(lock, encodeLock({ ...owner, startedAt: clock.now(), token: "0".repeat(32) }));
  return lock;
}

async function working({ cache }: FaultBench) {
  const held = new HeldRefresher();
  const refreshing = cache.refresh(SOURCE, held.refresh);
  await held.begun();
  return { held, refreshing, context: held.context() };
}

describe("context.previous of data that cannot be read", () => {
  for (const fault of ["EACCES", "EIO"] as const) {
    clause(`${fault}: there is none, and the refresh runs and replaces it`, async (bench) => {
      const { cache, plan, heard, data } = bench;
      plan.current = (verb, path) => path === data && verb.startsWith("read") ? fault : undefined;
      assertInstanceOf(await rejection(cache.read(SOURCE)), AdapterError);
      const seen: (PresentEntry<Uint8Array> | undefined)[] = [];
      const claiming = cache.refresh(SOURCE, ({ previous }) => {
        seen.push(previous);
        plan.current = () => undefined;
        return Promise.resolve("new");
      });
      assertEquals(textOf(await claiming), "new");
      assertEquals([seen, heard.kinds()], [[undefined], ["claimed", "refreshed"]]);
    });
  }
});

describe("notModified() of data on disk", () => {
  clause("the file stays what it is, byte by byte and by its inode; its time changes", async (bench) => {
    const { clock, data } = bench;
    const before = statSync(data);
    const { held, refreshing, context } = await working(bench);
    await clock.advance(5_000);
    held.finish(context.notModified());
    await refreshing;
    const after = statSync(data);
    assertEquals([after.ino, after.size], [before.ino, before.size]);
    assert(Math.abs(after.mtimeMs - clock.now()) <= 1, `${after.mtimeMs} should be ${clock.now()}`);
  });

  clause("data that somebody removed by hand meanwhile: failed, and says so; the next one has none", async (bench) => {
    const { cache, data, heard, stranger } = bench;
    const { held, refreshing, context } = await working(bench);
    rmSync(data);
    held.finish(context.notModified());
    const error = await refreshFailure(refreshing);
    assertInstanceOf(error.cause, InvalidPayloadError);
    assertStringIncludes(error.reason, "notModified() although the previous data was removed by hand meanwhile");
    assertEquals(heard.kinds(), ["claimed", "failed"]);
    assertEquals((await stranger.state(KEY)).kind, "cooling-down");
    const next = await cache.refresh(SOURCE, ({ previous }) => Promise.resolve(previous === undefined ? "new" : "old"));
    assertEquals(textOf(next), "new");
  });

  clause("a time that cannot be set is recorded as a failure, and the old data stays", async (bench) => {
    const { plan, data, cache } = bench;
    const { held, refreshing, context } = await working(bench);
    plan.current = (verb, path) => verb === "setModified" && path === data ? "EPERM" : undefined;
    held.finish(context.notModified());
    const error = await refreshFailure(refreshing);
    assertInstanceOf(error.cause, AdapterError);
    assertEquals(error.cause.code, "EPERM");
    assertEquals(textOf(await cache.read(SOURCE)), "old");
  });
});

describe("context.extend() on a disk that fails", () => {
  clause("a marker that cannot be written: it rejects, the listeners hear, the old deadline holds", async (bench) => {
    const { plan, clock, heard, stranger } = bench;
    const { held, refreshing, context } = await working(bench);
    const { deadline } = context;
    plan.current = (verb) => verb === "createExclusive" ? "ENOSPC" : undefined;
    const error = await rejection(context.extend("1m"));
    assertInstanceOf(error, AdapterError);
    assertEquals([error.code, context.deadline], ["ENOSPC", deadline]);
    assertEquals(heard.first("error"), { kind: "error", source: KEY, error });
    plan.current = () => undefined;
    const state = await stranger.state(KEY);
    assert(state.kind === "refreshing" && Math.abs(state.deadline - deadline) <= 1, "the old one is on record");
    const failed = refreshFailure(refreshing);
    await clock.advance(SPAN);
    assertInstanceOf((await failed).cause, RefreshDeadlineError);
    assertEquals([held.signal().aborted, heard.kinds()], [true, ["claimed", "error", "failed"]]);
  });

  clause("one that failed keeps no later one from being recorded", async (bench) => {
    const { plan, clock } = bench;
    const { held, refreshing, context } = await working(bench);
    plan.current = (verb) => verb === "createExclusive" ? "EIO" : undefined;
    await rejection(context.extend("1m"));
    plan.current = () => undefined;
    await context.extend("1m");
    await clock.advance(SPAN + 1);
    held.finish("late");
    assertEquals(textOf(await refreshing), "late");
  });

  clause(
    "a lock that stays held: it rejects when it is tried for no more, and the deadline had held",
    async (bench) => {
      const { root, clock, heard } = bench;
      const { held, refreshing, context } = await working(bench);
      const failed = refreshFailure(refreshing);
      const lock = holdLock(root, clock);
      const extending = rejection(context.extend("1m"));
      const error = await clock.advanceUntil(extending, 3 * SPAN, 50);
      assertInstanceOf(error, LockTimeoutError);
      rmSync(lock);
      await clock.advanceUntil(failed, 3 * SPAN, 50);
      assertEquals([held.signal().aborted, clock.sleeping], [true, 0]);
      assertEquals(heard.kinds(), ["claimed", "error", "failed"]);
    },
  );

  clause("a lock that is let go past the deadline: the new deadline was asked for in time", async (bench) => {
    const { root, clock, heard } = bench;
    const { held, refreshing, context } = await working(bench);
    await clock.advance(SPAN - 100);
    const lock = holdLock(root, clock);
    const extending = context.extend("1m");
    await clock.advance(1_000);
    assertEquals(held.signal().aborted, false, "it may still be granted");
    rmSync(lock);
    await clock.advanceUntil(extending);
    held.finish("late");
    assertEquals(textOf(await refreshing), "late");
    assertEquals(heard.kinds(), ["claimed", "extended", "refreshed"]);
  });

  clause(
    "a refresh that ends while the lock is held ends the attempt: nothing rejects, nothing is left",
    async (bench) => {
      const { root, clock, heard, stranger } = bench;
      const { held, refreshing, context } = await working(bench);
      const lock = holdLock(root, clock);
      const extending = context.extend("1m");
      await clock.advance(20);
      held.finish("one");
      await clock.advance(20);
      await extending;
      rmSync(lock);
      await clock.advanceUntil(refreshing);
      assertEquals([heard.kinds(), clock.sleeping], [["claimed", "refreshed"], 0]);
      assertEquals((await stranger.read(KEY))?.bytes, encode("one"));
    },
  );
});

describe("a rejection that nobody looks at", () => {
  clause("of context.extend() ends no process, whether the disk fails or the refresh is superseded", async (bench) => {
    const { plan, clock, stranger, heard } = bench;
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    try {
      const { held, refreshing, context } = await working(bench);
      plan.current = (verb) => verb === "createExclusive" ? "EIO" : undefined;
      void context.extend("1m");
      await clock.advance(1);
      plan.current = () => undefined;
      await stranger.put(KEY, encode("put"), clock.now());
      void context.extend("1m");
      await clock.advance(1);
      held.finish("late");
      await refreshing;
      await clock.advance(1);
    } finally {
      process.off("unhandledRejection", note);
    }
    assertEquals(unhandled, []);
    assertEquals(heard.kinds(), ["claimed", "error", "superseded", "adopted"]);
  });
});

describe("maxWait while somebody holds the source's lock", () => {
  clause(
    "the caller leaves in time; in the background it is tried for a while, and the listeners hear",
    async (bench) => {
      const { root, clock, heard, cache, stranger } = bench;
      const lock = holdLock(root, clock);
      const left = rejection(cache.refresh(SOURCE, () => Promise.resolve("new"), { maxWait: 50 }));
      await clock.advance(50);
      assertInstanceOf(await left, WaitTimeoutError);
      await clock.advanceUntil(cache.drain());
      assertInstanceOf(heard.first("error").error, LockTimeoutError);
      assertEquals([heard.kinds(), clock.sleeping], [["timeout", "error"], 0]);
      rmSync(lock);
      assertEquals((await stranger.state(KEY)).kind, "idle");
    },
  );

  clause("the refresh goes on in the background when the lock is let go", async (bench) => {
    const { root, clock, heard, cache } = bench;
    const lock = holdLock(root, clock);
    const left = cache.refreshIfStale(SOURCE, () => Promise.resolve("new"), { maxWait: 50 });
    await until(() => heard.events.length > 0);
    await clock.advance(50);
    assertEquals([textOf(await left), (await left).origin], ["old", "stale"]);
    rmSync(lock);
    await clock.advanceUntil(cache.drain());
    assertEquals(textOf(await cache.read(SOURCE)), "new");
    assertEquals([heard.kinds(), clock.sleeping], [["stale", "timeout", "claimed", "refreshed", "hit"], 0]);
  });
});
