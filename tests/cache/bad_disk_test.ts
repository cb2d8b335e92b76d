import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe } from "node:test";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { DiscoveryCache } from "../../src/discovery_cache.ts";
import { AdapterError } from "../../src/errors.ts";
import { encodeLock } from "../../src/file_store/record.ts";
import { FaultyAdapter } from "../support/faulty_adapter.ts";
import { deadAdapter } from "../support/stranger.ts";
import {
  claimElsewhere,
  encode,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  refreshFailure,
  rejection,
  seed,
  SOURCE,
  textOf,
  TTL,
  until,
} from "./bench.ts";
import { faultClause as clause } from "./fault_bench.ts";

function assertCode(error: unknown, code: string): void {
  assertInstanceOf(error, AdapterError);
  assertEquals(error.code, code);
}

describe("a disk that is full", () => {
  for (const fault of ["ENOSPC", "short"] as const) {
    clause(
      `when there is no room for the data (${fault}): recorded as a failure, the old data stays`,
      async (bench) => {
        const { cache, stranger, faults, names, heard } = bench;
        faults.set("stage", fault);
        const error = await refreshFailure(cache.refresh(SOURCE, quick("new").refresh));
        assertCode(error.cause, "ENOSPC");
        assertEquals(heard.kinds(), ["claimed", "failed"]);
        const state = await stranger.state(KEY);
        assert(state.kind === "cooling-down", state.kind);
        assertEquals([state.attempts, state.lastError], [1, error.reason]);
        assertEquals(textOf(await cache.read(SOURCE)), "old");
        assertEquals(names(), ["models.json", "models.refreshing"], "nothing is left of the new data");
      },
    );
  }

  clause("when there is room again, the next forced caller is served at once", async ({ cache, faults, clock }) => {
    faults.set("stage", "ENOSPC");
    await refreshFailure(cache.refresh(SOURCE, quick("new").refresh));
    faults.clear();
    const before = clock.now();
    assertEquals(textOf(await cache.refresh(SOURCE, quick("newer").refresh)), "newer");
    assertEquals(clock.now(), before);
  });

  clause("when nothing at all can be written, nobody is called and every caller is told", async (bench) => {
    const { cache, stranger, faults, heard } = bench;
    for (const verb of ["stage", "createExclusive"] as const) faults.set(verb, "ENOSPC");
    assertCode(await rejection(cache.refresh(SOURCE, FORBIDDEN)), "ENOSPC");
    assertCode(await rejection(cache.refreshIfStale(SOURCE, FORBIDDEN)), "ENOSPC");
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await cache.drain();
    assertCode(heard.first("error").error, "ENOSPC");
    assertEquals(textOf(await cache.read(SOURCE)), "old");
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause(
    "when it fills up during a refresh, the refresh fails, and nothing keeps the next caller waiting",
    async (bench) => {
      const { cache, faults, clock, heard } = bench;
      const held = new HeldRefresher();
      const failed = refreshFailure(cache.refresh(SOURCE, held.refresh));
      await held.begun();
      for (const verb of ["stage", "createExclusive"] as const) faults.set(verb, "ENOSPC");
      held.finish("new");
      assertCode((await failed).cause, "ENOSPC");
      assertCode(heard.first("error").error, "ENOSPC");
      assertEquals(heard.kinds(), ["claimed", "error", "failed"]);
      faults.clear();
      const before = clock.now();
      const entry = await clock.advanceUntil(cache.refresh(SOURCE, quick("newer").refresh), 1_000);
      assertEquals(textOf(entry), "newer");
      assert(clock.now() - before <= 1_000);
    },
  );

  clause("when a refresh is given up on it, its claim is nobody's", async ({ cache, faults, clock, heard }) => {
    const held = new HeldRefresher();
    const controller = new AbortController();
    const leaving = rejection(cache.refresh(SOURCE, held.refresh, { signal: controller.signal }));
    await held.begun();
    faults.set("createExclusive", "ENOSPC");
    controller.abort("no time");
    assertEquals(await leaving, "no time");
    await until(() => heard.events.some(({ kind }) => kind === "aborted"));
    faults.clear();
    const entry = await clock.advanceUntil(cache.refresh(SOURCE, quick("newer").refresh), 1_000);
    assertEquals(textOf(entry), "newer");
  });
});

describe("a disk with errors", () => {
  clause("data that cannot be renamed into place is a failed refresh, and the old data stays", async (bench) => {
    const { root, clock, stranger, names } = bench;
    const adapter = new FaultyAdapter(
      detectAdapter(),
      (verb, path) => verb === "replace" && path.endsWith(".json") ? "EIO" : undefined,
    );
    const cache = new DiscoveryCache({ root, clock, adapter });
    assertCode((await refreshFailure(cache.refresh(SOURCE, quick("new").refresh))).cause, "EIO");
    assertEquals((await stranger.state(KEY)).kind, "cooling-down");
    assertEquals(textOf(await cache.read(SOURCE)), "old");
    assertEquals(names(), ["models.json", "models.refreshing"]);
  });

  clause(
    "data that cannot be read rejects, and leaves the refresh to the listeners",
    async ({ cache, faults, heard }) => {
      faults.set("read", "EIO");
      assertCode(await rejection(cache.read(SOURCE)), "EIO");
      assertCode(await rejection(cache.source({ ...SOURCE, refresh: () => Promise.resolve(7) }).get()), "EIO");
      cache.maybeRefresh(SOURCE, FORBIDDEN);
      await cache.drain();
      assertCode(heard.first("error").error, "EIO");
    },
  );

  clause("a lock that cannot be given back stands in nobody's way in this process", async (bench) => {
    const { root, clock, names } = bench;
    let failures = 0;
    const adapter = new FaultyAdapter(
      detectAdapter(),
      (verb, path) => verb === "remove" && path.endsWith(".lock") && failures++ === 0 ? "EIO" : undefined,
    );
    const cache = new DiscoveryCache({ root, clock, adapter });
    const entry = await clock.advanceUntil(cache.refresh(SOURCE, quick("new").refresh), 1_000);
    assertEquals(textOf(entry), "new");
    assert(failures > 1);
    assertEquals(names(), ["models.json"]);
  });

  clause(
    "a guard that cannot be given back is removed soon, since others see that its owner lives (P7)",
    async (bench) => {
      const { root, clock, names } = bench;
      const native = detectAdapter();
      const gone = { ...deadAdapter(native).self(), token: "a".repeat(32), startedAt: clock.now() };
      writeFileSync(`${root}/discovery/models.lock`, encodeLock(gone), { mode: 0o600 });
      let failures = 0;
      const adapter = new FaultyAdapter(
        native,
        (verb, path) => verb === "remove" && path.endsWith(".lock~") && failures++ === 0 ? "EIO" : undefined,
      );
      const cache = new DiscoveryCache({ root, clock, adapter });
      assertEquals(textOf(await cache.refresh(SOURCE, quick("new").refresh)), "new");
      assertEquals(names(), ["models.json", "models.lock~"]);
      await clock.advance(100);
      assertEquals(names(), ["models.json"]);
    },
  );

  clause(
    "where the root's real path cannot be had any more after a claim, the refresh goes on",
    async ({ root, clock }) => {
      const adapter = new FaultyAdapter(
        detectAdapter(),
        (verb) => verb === "realPath" && existsSync(`${root}/discovery/models.refreshing`) ? "EIO" : undefined,
      );
      rmSync(root, { recursive: true });
      const cache = new DiscoveryCache({ root, clock, adapter });
      assertEquals(textOf(await cache.refresh(SOURCE, quick("new").refresh)), "new");
      assertEquals(textOf(await cache.refresh(SOURCE, quick("newer").refresh)), "newer");
    },
  );

  clause("where nothing can be written, get() returns the old data, unless it is told to refresh", async (bench) => {
    const { cache, faults, stranger, clock } = bench;
    await seed(stranger, '"old"', clock.now() - TTL);
    for (const code of ["ENOSPC", "EROFS", "EACCES"] as const) {
      for (const verb of ["stage", "createExclusive", "link", "replace", "remove", "makeDirectory"] as const) {
        faults.set(verb, code);
      }
      const source = cache.source({ ...SOURCE, refresh: () => Promise.resolve("new") });
      assertEquals(await source.get(), "old");
      assertEquals(await source.get({ refresh: "none" }), "old");
      const { data, origin, refreshError } = await source.getEntry({ refresh: "if-stale" });
      assertEquals([data, origin], ["old", "stale"]);
      assertCode(refreshError, code);
      assertCode(await rejection(source.get({ refresh: "force" })), code);
      await cache.drain();
    }
  });

  clause("where nothing can be watched, a caller who waits is woken by polling", async (bench) => {
    const { cache, stranger, faults, clock, heard } = bench;
    faults.set("watch", "EMFILE");
    const claim = await claimElsewhere(stranger);
    const waiting = cache.refresh(SOURCE, FORBIDDEN);
    await until(() => heard.events.some(({ kind }) => kind === "waiting"));
    await clock.advance(1_000);
    await stranger.commit(claim, encode("theirs"), clock.now());
    assertEquals(textOf(await clock.advanceUntil(waiting, 500)), "theirs");
  });
});

describe("a root that is removed while it is in use", () => {
  clause("before a claim: it is made again", async ({ root, cache }) => {
    assertEquals(textOf(await cache.read(SOURCE)), "old");
    rmSync(root, { recursive: true });
    assertEquals((await cache.read(SOURCE)).state, "absent");
    assertEquals((await cache.refreshState(SOURCE)).kind, "idle");
    assertEquals(textOf(await cache.refresh(SOURCE, quick("new").refresh)), "new");
    assertEquals(readFileSync(`${root}/discovery/models.json`, "utf8"), "new");
  });

  clause(
    "between claim and commit: a caller who waits gets new data all the same",
    async ({ root, cache, heard, names }) => {
      const held = new HeldRefresher();
      const refreshing = cache.refresh(SOURCE, held.refresh);
      await held.begun();
      rmSync(root, { recursive: true });
      held.finish("first");
      await held.begun(2);
      held.finish("second");
      assertEquals(textOf(await refreshing), "second");
      assertEquals(heard.kinds(), ["claimed", "superseded", "claimed", "refreshed"]);
      assertEquals(names(), ["models.json"]);
    },
  );

  clause("between claim and commit: a background refresh comes to nothing, and the next one works", async (bench) => {
    const { root, cache, heard } = bench;
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    rmSync(root, { recursive: true });
    held.finish("first");
    await cache.drain();
    assertEquals(heard.kinds(), ["stale", "claimed", "superseded"]);
    cache.maybeRefresh(SOURCE, quick("second").refresh);
    await cache.drain();
    assertEquals(textOf(await cache.read(SOURCE)), "second");
  });

  clause(
    "between claim and failure: the caller gets the failure, or new data, but an answer",
    async ({ root, cache }) => {
      const held = new HeldRefresher();
      const refreshing = cache.refresh(SOURCE, held.refresh);
      await held.begun();
      rmSync(root, { recursive: true });
      held.fail(new Error("no network"));
      await held.begun(2);
      held.finish("second");
      assertEquals(textOf(await refreshing), "second");
    },
  );

  clause(
    "while a caller waits for another process: he refreshes himself",
    async ({ root, cache, stranger, clock, heard }) => {
      const claim = await claimElsewhere(stranger);
      const waiting = cache.refresh(SOURCE, quick("mine").refresh);
      await until(() => heard.events.some(({ kind }) => kind === "waiting"));
      rmSync(root, { recursive: true });
      const entry = await clock.advanceUntil(waiting, 1_000);
      assertEquals([textOf(entry), entry.origin], ["mine", "refreshed"]);
      assertEquals(await stranger.commit(claim, encode("late"), clock.now()), "superseded");
      assertEquals(textOf(await cache.read(SOURCE)), "mine");
    },
  );

  clause("again and again: the caller gets an error, and is not left hanging", async ({ root, cache }) => {
    let runs = 0;
    const error = await refreshFailure(cache.refresh(SOURCE, () => {
      runs++;
      rmSync(root, { recursive: true });
      return Promise.resolve("late");
    }));
    assertEquals([runs, error.attempts], [3, 3]);
  });
});
