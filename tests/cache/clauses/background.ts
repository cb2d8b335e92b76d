import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { InvalidNameError, RefreshFailedError } from "../../../src/errors.ts";
import {
  type AddClause,
  claimElsewhere,
  failing,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  refreshFailure,
  seed,
  SOURCE,
  textOf,
  TTL,
  until,
} from "../bench.ts";

/** A refresh in the background. */
export function backgroundClauses(clause: AddClause): void {
  clause("maybeRefresh() refreshes an empty cache, and returns nothing, at once", async ({ cache, heard }) => {
    const counter = quick("one");
    assertEquals(cache.maybeRefresh(SOURCE, counter.refresh), undefined);
    assertEquals(heard.kinds(), ["absent", "claimed"], "claimed before it returned");
    await cache.drain();
    assertEquals(textOf(await cache.read(SOURCE)), "one");
    assertEquals(heard.kinds(), ["refreshed", "hit"]);
    assertEquals(counter.runs, 1);
  });

  clause("maybeRefresh() refreshes stale data, which is served meanwhile", async ({ cache, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    assertEquals(textOf(cache.readSync(SOURCE)), "old");
    held.finish("new");
    await cache.drain();
    assertEquals(textOf(cache.readSync(SOURCE)), "new");
  });

  clause("maybeRefresh() does nothing when the data is fresh", async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "old", clock.now());
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await cache.drain();
    assertEquals(heard.kinds(), ["hit"]);
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("maybeRefresh() runs one refresher, however often it is called", async ({ cache, other, heard }) => {
    const held = new HeldRefresher();
    for (let time = 0; time < 50; time++) (time % 2 === 0 ? cache : other).maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    held.finish("one");
    await Promise.all([cache.drain(), other.drain()]);
    assertEquals(held.runs.length, 1);
    assertEquals(heard.kinds().filter((kind) => kind === "claimed").length, 1);
  });

  clause("maybeRefresh() leaves a refresh in another process alone", async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "old", clock.now() - TTL);
    await claimElsewhere(stranger);
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await cache.drain();
    assertEquals(heard.kinds(), ["stale"]);
  });

  clause("maybeRefresh() waits for a failure to cool down, then tries again", async ({ cache, clock, heard }) => {
    const { retryAt } = await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
    heard.kinds();
    await clock.advance(retryAt - clock.now() - 1);
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await cache.drain();
    assertEquals(heard.kinds(), ["absent", "cooling-down"]);
    await clock.advance(1);
    cache.maybeRefresh(SOURCE, quick("one").refresh);
    await cache.drain();
    assertEquals(heard.kinds(), ["absent", "claimed", "refreshed"]);
  });

  clause("maybeRefresh() tells the listeners of a failure, and nobody else", async ({ cache, heard }) => {
    const cause = new Error("no network");
    cache.maybeRefresh(SOURCE, failing(cause));
    await cache.drain();
    const { error } = heard.first("failed");
    assertInstanceOf(error, RefreshFailedError);
    assertEquals(error.cause, cause);
    assertEquals(heard.kinds(), ["absent", "claimed", "failed"]);
    assertEquals((await cache.refreshState(SOURCE)).kind, "cooling-down");
  });

  clause("maybeRefresh() takes over from a refresh that was abandoned", async ({ cache, stranger, clock, heard }) => {
    const { token } = await claimElsewhere(stranger, 1_000);
    await clock.advance(3_001);
    cache.maybeRefresh(SOURCE, quick("one").refresh);
    await cache.drain();
    assertEquals(heard.first("recovered").from.token, token);
    assertEquals(heard.kinds(), ["absent", "recovered", "claimed", "refreshed"]);
  });

  clause("maybeRefresh() goes on though a caller who waits for it leaves", async ({ cache, other }) => {
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    const controller = new AbortController();
    const leaving = other.refresh(SOURCE, FORBIDDEN, { signal: controller.signal }).catch(() => {});
    await held.begun();
    controller.abort();
    await leaving;
    assertEquals(held.signal().aborted, false);
    held.finish("one");
    await cache.drain();
    assertEquals(textOf(await cache.read(SOURCE)), "one");
  });

  clause("maybeRefresh() keeps a refresh going whose only caller leaves", async ({ cache, other }) => {
    const held = new HeldRefresher();
    const controller = new AbortController();
    const leaving = cache.refresh(SOURCE, held.refresh, { signal: controller.signal }).catch(() => {});
    await held.begun();
    other.maybeRefresh(SOURCE, FORBIDDEN);
    controller.abort();
    await leaving;
    assertEquals(held.signal().aborted, false);
    held.finish("one");
    await other.drain();
    assertEquals(textOf(await cache.read(SOURCE)), "one");
  });

  clause("maybeRefresh() throws at once when the source cannot be one", async ({ cache, heard }) => {
    assertThrows(() => cache.maybeRefresh({ ...SOURCE, name: "" }, FORBIDDEN), InvalidNameError, "name cannot be");
    await cache.drain();
    assertEquals(heard.events, []);
  });

  clause("drain() resolves when every background refresh has ended, and never rejects", async ({ cache }) => {
    const [one, two] = [new HeldRefresher(), new HeldRefresher()];
    cache.maybeRefresh({ ...SOURCE, name: "one" }, one.refresh);
    cache.maybeRefresh({ ...SOURCE, name: "two" }, two.refresh);
    await Promise.all([one.begun(), two.begun()]);
    let drained = false;
    const draining = cache.drain().then(() => drained = true);
    one.fail(new Error("no network"));
    await until(() => one.runs.length === 1);
    await cache.read(SOURCE);
    assertEquals(drained, false);
    two.finish("two");
    await draining;
    await cache.drain();
  });
}
