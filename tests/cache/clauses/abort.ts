import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  type AddClause,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  rejection,
  seed,
  SOURCE,
  textOf,
  TTL,
  until,
} from "../bench.ts";

/** Callers whose signal is aborted while they wait for a refresh in this process. */
export function abortClauses(clause: AddClause): void {
  clause("a caller who leaves leaves alone: the refresher works on for the others", async ({ cache, other, heard }) => {
    const held = new HeldRefresher();
    const controller = new AbortController();
    const leaving = rejection(cache.refresh(SOURCE, held.refresh, { signal: controller.signal }));
    const staying = other.refresh(SOURCE, FORBIDDEN);
    await held.begun();
    controller.abort("no time");
    assertEquals(await leaving, "no time");
    assertEquals(held.signal().aborted, false);
    held.finish("one");
    assertEquals(textOf(await staying), "one");
    assertEquals(heard.kinds(), ["claimed", "refreshed"]);
  });

  clause("the refresher is aborted, with the caller's reason, when nobody waits any more", async (bench) => {
    const { cache, other, heard } = bench;
    const held = new HeldRefresher();
    const [one, two] = [new AbortController(), new AbortController()];
    const leaving = [
      rejection(cache.refresh(SOURCE, held.refresh, { signal: one.signal })),
      rejection(other.refreshIfStale(SOURCE, held.refresh, { signal: two.signal })),
    ];
    await held.begun();
    await until(() => heard.events.length > 0);
    const reason = new Error("no time");
    one.abort(reason);
    assertStrictEquals(await leaving[0], reason);
    assertEquals(held.signal().aborted, false);
    two.abort(reason);
    assertStrictEquals(await leaving[1], reason);
    assertEquals(held.signal().aborted, true);
    assertStrictEquals(held.signal().reason, reason);
    await until(() => heard.events.length > 1);
    assertEquals(heard.first("aborted"), { kind: "aborted", source: KEY, reason });
    assertEquals(heard.kinds(), ["claimed", "aborted"]);
  });

  clause(
    "the claim is given back, no failure is recorded, and the data stays",
    async ({ cache, stranger, clock, heard }) => {
      await seed(stranger, "old", clock.now() - TTL);
      const held = new HeldRefresher();
      const controller = new AbortController();
      const leaving = rejection(cache.refresh(SOURCE, held.refresh, { signal: controller.signal }));
      await held.begun();
      controller.abort("no time");
      await leaving;
      await until(() => heard.events.some(({ kind }) => kind === "aborted"));
      assertEquals(await stranger.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
      assertEquals(textOf(await cache.read(SOURCE)), "old");
    },
  );

  clause("the next caller refreshes at once, even one who comes before the claim is given back", async (bench) => {
    const { cache, other, clock } = bench;
    const held = new HeldRefresher();
    const controller = new AbortController();
    const leaving = rejection(cache.refresh(SOURCE, held.refresh, { signal: controller.signal }));
    await held.begun();
    controller.abort("no time");
    await leaving;
    const before = clock.now();
    const entry = await other.refresh(SOURCE, quick("next").refresh);
    assertEquals([textOf(entry), entry.origin], ["next", "refreshed"]);
    assertEquals(clock.now(), before);
  });

  clause("another process can claim as soon as the refresh was given up", async ({ cache, stranger, heard }) => {
    const held = new HeldRefresher();
    const controller = new AbortController();
    const leaving = rejection(cache.refresh(SOURCE, held.refresh, { signal: controller.signal }));
    await held.begun();
    controller.abort("no time");
    await leaving;
    await until(() => heard.events.some(({ kind }) => kind === "aborted"));
    const answer = await stranger.claim(KEY, { refreshDeadline: 1_000, newerThan: 0, force: false });
    assertEquals(answer.kind, "claimed");
  });

  clause("what an aborted refresher returns or throws later changes nothing", async ({ cache, stranger, heard }) => {
    for (const end of ["finish", "fail"] as const) {
      const held = new HeldRefresher();
      const controller = new AbortController();
      const leaving = rejection(cache.refresh(SOURCE, held.refresh, { signal: controller.signal }));
      await held.begun();
      controller.abort("no time");
      await leaving;
      held[end]("too late");
      await until(() => heard.events.some(({ kind }) => kind === "aborted"));
      assertEquals(heard.kinds(), ["claimed", "aborted"]);
      assertEquals(await stranger.read(KEY), undefined);
      assertEquals((await stranger.state(KEY)).kind, "idle");
    }
  });

  clause("a refresher that heeds its signal ends the same way", async ({ cache, stranger, heard }) => {
    const controller = new AbortController();
    const leaving = rejection(
      cache.refresh(
        SOURCE,
        ({ signal }) =>
          new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
        {
          signal: controller.signal,
        },
      ),
    );
    await until(() => heard.events.length > 0);
    controller.abort("no time");
    assertEquals(await leaving, "no time");
    await until(() => heard.events.some(({ kind }) => kind === "aborted"));
    assertEquals(heard.kinds(), ["claimed", "aborted"]);
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause(
    "earlier failures are still counted after a refresh was given up",
    async ({ cache, stranger, clock, heard }) => {
      await rejection(cache.refresh(SOURCE, () => Promise.reject(new Error("no network"))));
      await clock.advance(10_000);
      const held = new HeldRefresher();
      const controller = new AbortController();
      const leaving = rejection(cache.refresh(SOURCE, held.refresh, { signal: controller.signal }));
      await held.begun();
      controller.abort("no time");
      await leaving;
      await until(() => heard.events.some(({ kind }) => kind === "aborted"));
      assertEquals(await stranger.state(KEY), { kind: "idle", attempts: 1, lastError: "no network" });
    },
  );
}
