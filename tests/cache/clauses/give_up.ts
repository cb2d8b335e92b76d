import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { CacheClosedError } from "../../../src/errors.ts";
import {
  type AddClause,
  claimElsewhere,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  rejection,
  seed,
  SOURCE,
  SPAN,
  textOf,
  TTL,
  until,
} from "../bench.ts";
import { assertRefused } from "./close.ts";

/** A signal's listeners, counted. */
function watched(signal: AbortSignal): { readonly signal: AbortSignal; readonly count: () => number } {
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...[type, listener, options]: Parameters<typeof add>) => {
    listeners.add(listener);
    add(type, listener, options);
  };
  signal.removeEventListener = (...[type, listener, options]: Parameters<typeof remove>) => {
    listeners.delete(listener);
    remove(type, listener, options);
  };
  return { signal, count: () => listeners.size };
}

/** The end of a cache that gives up what it has going on: `keepAlive: false`. */
export function giveUpClauses(clause: AddClause): void {
  clause("refreshes in the background are aborted, and their claims free when it resolves", async (bench) => {
    const { fixture, stranger, clock } = bench;
    await seed(stranger, "old", clock.now() - TTL);
    const cache = fixture.open({ keepAlive: false });
    const events: unknown[] = [];
    cache.on((event) => events.push(event.kind === "aborted" ? event : event.kind));
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    await cache.close();
    const { reason } = held.signal();
    assertInstanceOf(reason, CacheClosedError);
    assertEquals(events, ["stale", "claimed", { kind: "aborted", source: KEY, reason }]);
    assertEquals(await stranger.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
    const answer = await stranger.claim(KEY, { refreshDeadline: SPAN, newerThan: clock.now(), force: false });
    assert(answer.kind === "claimed", answer.kind);
    assertEquals(answer.recovered, undefined);
    assertEquals([textOf(cache.readSync(SOURCE)), clock.sleeping], ["old", 0]);
  });

  clause("a refresher that ignores its signal is left behind, and its late result is dropped", async (bench) => {
    const { fixture, stranger, clock } = bench;
    await seed(stranger, "old", clock.now() - TTL);
    const cache = fixture.open({ keepAlive: false });
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    await cache.close();
    held.finish("late");
    await clock.advance(SPAN);
    assertEquals(textOf(cache.readSync(SOURCE)), "old");
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("it resolves at once when nothing goes on, and in the middle of a commit after that", async (bench) => {
    const { fixture } = bench;
    const cache = fixture.open({ keepAlive: false });
    const refreshes = ["one", "two"].map((name) => ({ ...SOURCE, name }));
    for (const source of refreshes) cache.maybeRefresh(source, quick("new").refresh);
    await cache.drain();
    await cache.close();
    for (const source of refreshes) assertEquals(textOf(cache.readSync(source)), "new");
  });

  clause("calls that wait reject, whatever they wait for", async ({ fixture, stranger, clock }) => {
    const cache = fixture.open({ keepAlive: false });
    const theirs = { ...SOURCE, name: "theirs" };
    await claimElsewhere(stranger, SPAN, { ...KEY, name: "theirs" });
    const held = new HeldRefresher();
    const waiting = [cache.refresh(SOURCE, held.refresh), cache.refreshIfStale(SOURCE, held.refresh)];
    const kinds: string[] = [];
    cache.on(({ kind }) => kinds.push(kind));
    waiting.push(cache.refresh(theirs, FORBIDDEN), cache.refreshIfStale(theirs, FORBIDDEN));
    const refused = Promise.all(waiting.map(assertRefused));
    await held.begun();
    await until(() => kinds.filter((kind) => kind === "waiting").length === 2);
    await cache.close();
    await refused;
    assertEquals((await stranger.state(KEY)).kind, "idle");
    assertEquals((await stranger.state({ ...KEY, name: "theirs" })).kind, "refreshing");
    assertEquals(clock.sleeping, 0);
  });

  clause("get() without data rejects, too", async ({ fixture }) => {
    const cache = fixture.open({ keepAlive: false });
    const held = new HeldRefresher();
    const models = cache.source<string>({ ...SOURCE, refresh: async (context) => String(await held.refresh(context)) });
    const refused = assertRefused(models.get());
    await held.begun();
    await cache.close();
    await refused;
  });

  clause("a caller's own signal still ends its wait alone, and no listener stays on it", async ({ fixture }) => {
    const cache = fixture.open({ keepAlive: false });
    const { signal, count } = watched(new AbortController().signal);
    for (let time = 0; time < 20; time++) await cache.refresh(SOURCE, quick("one").refresh, { signal });
    assertEquals(count(), 0);

    const controller = new AbortController();
    const held = new HeldRefresher();
    const staying = cache.refresh(SOURCE, held.refresh);
    const leaving = rejection(cache.refresh(SOURCE, FORBIDDEN, { signal: controller.signal }));
    await held.begun();
    controller.abort("no time");
    assertEquals(await leaving, "no time");
    assertEquals(await rejection(cache.refresh(SOURCE, FORBIDDEN, { signal: controller.signal })), "no time");
    held.finish("two");
    assertEquals(textOf(await staying), "two");
  });

  clause("a refresh that another cache of this process wants goes on, whoever began it", async (bench) => {
    const { fixture, other, stranger, clock } = bench;
    const ways = {
      "in the background": (refresh: HeldRefresher["refresh"]) => other.maybeRefresh(SOURCE, refresh),
      "and waits": (refresh: HeldRefresher["refresh"]) => void other.refresh(SOURCE, refresh),
    };
    for (const [way, wants] of Object.entries(ways)) {
      for (const closedBegins of [true, false]) {
        await seed(stranger, "old", clock.now() - TTL);
        const cache = fixture.open({ keepAlive: false });
        const held = new HeldRefresher();
        const begin = [() => cache.maybeRefresh(SOURCE, held.refresh), () => wants(held.refresh)];
        if (!closedBegins) begin.reverse();
        for (const step of begin) {
          step();
          await held.begun();
        }
        await cache.close();
        assertEquals(held.signal().aborted, false, `${way}, ${closedBegins}`);
        held.finish("new");
        await other.drain();
        await until(() => textOf(other.readSync(SOURCE)) === "new");
        assertEquals(held.runs.length, 1);
      }
    }
  });

  clause("a refresh that is wanted again while it is given up is begun anew", async ({ fixture, other }) => {
    const cache = fixture.open({ keepAlive: false });
    const [first, second] = [new HeldRefresher(), new HeldRefresher()];
    cache.maybeRefresh(SOURCE, first.refresh);
    await first.begun();
    first.signal().addEventListener("abort", () => other.maybeRefresh(SOURCE, second.refresh));
    await cache.close();
    await second.begun();
    second.finish("new");
    await other.drain();
    assertEquals(textOf(cache.readSync(SOURCE)), "new");
  });

  clause("nothing keeps the process alive but a caller who waits", async ({ cache, fixture, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const loose = fixture.open({ keepAlive: false });
    const held = new HeldRefresher();
    loose.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    assertEquals([clock.sleeping > 0, clock.holding], [true, 0]);
    const waiting = loose.refresh(SOURCE, FORBIDDEN);
    await clock.advance(0);
    assertEquals(clock.holding, 1);
    held.finish("new");
    await waiting;
    assertEquals(clock.sleeping, 0);

    const again = new HeldRefresher();
    await clock.advance(TTL);
    cache.maybeRefresh(SOURCE, again.refresh);
    await again.begun();
    assertEquals(clock.holding, 1, "with keepAlive");
    again.finish("newer");
    await cache.drain();
    assertEquals(clock.sleeping, 0);
  });

  clause("a refresh in the background ends at its deadline as any other", async ({ fixture, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const cache = fixture.open({ keepAlive: false });
    cache.maybeRefresh(SOURCE, new HeldRefresher().refresh);
    await clock.advance(SPAN);
    await cache.drain();
    assertEquals((await stranger.state(KEY)).attempts, 1);
  });
}
