import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { InvalidDurationError, RefreshDeadlineError, SupersededError } from "../../../src/errors.ts";
import {
  type AddClause,
  assertTime,
  type Bench,
  encode,
  HeldRefresher,
  KEY,
  refreshFailure,
  rejection,
  seed,
  SOURCE,
  SPAN,
  textOf,
  TTL,
} from "../bench.ts";

const HOUR = 3_600_000;

/** A refresh in the middle of its work. */
async function working({ cache }: Bench) {
  const held = new HeldRefresher();
  const refreshing = cache.refresh(SOURCE, held.refresh);
  await held.begun();
  return { held, refreshing, context: held.context() };
}

/** The deadline that another process sees. */
async function promised({ stranger }: Bench): Promise<number> {
  const state = await stranger.state(KEY);
  assert(state.kind === "refreshing", state.kind);
  return state.deadline;
}

/** Refreshers that put their deadline off. */
export function extendClauses(clause: AddClause): void {
  clause("the refresher works on past its first deadline, and is cut off at the second", async (bench) => {
    const { clock, heard, stranger } = bench;
    const begun = clock.now();
    const { refreshing, context, held } = await working(bench);
    const failed = refreshFailure(refreshing);
    assertEquals(context.deadline, begun + SPAN);
    await clock.advance(SPAN - 1_000);
    await context.extend(3 * SPAN);
    const deadline = begun + 4 * SPAN - 1_000;
    assertEquals(context.deadline, deadline);
    assertTime(await promised(bench), deadline, "what others see");
    await clock.advance(deadline - clock.now() - 1);
    assertEquals(held.signal().aborted, false, "just before");
    await clock.advance(1);
    const error = await failed;
    assertInstanceOf(error.cause, RefreshDeadlineError);
    assertEquals([error.cause.deadlineMs, held.signal().reason], [deadline - begun, error.cause]);
    assertEquals(heard.first("extended"), { kind: "extended", source: KEY, deadline });
    assertEquals(heard.kinds(), ["claimed", "extended", "failed"]);
    assertEquals((await stranger.state(KEY)).attempts, 1);
    assertEquals(clock.sleeping, 0);
  });

  clause("the data that comes past the first deadline is kept, and no timer stays", async (bench) => {
    const { clock, heard } = bench;
    const { refreshing, context, held } = await working(bench);
    await context.extend("30s");
    await clock.advance(2 * SPAN);
    held.finish("late");
    assertEquals(textOf(await refreshing), "late");
    assertEquals([heard.kinds(), clock.sleeping], [["claimed", "extended", "refreshed"], 0]);
  });

  clause("it is never brought forward, also not by one of several at once", async (bench) => {
    const { clock, heard } = bench;
    const begun = clock.now();
    const { refreshing, context, held } = await working(bench);
    await context.extend(SPAN / 2);
    assertEquals([context.deadline, heard.kinds()], [begun + SPAN, ["claimed"]]);
    await Promise.all([3, 2, 5, 4].map((spans) => context.extend(spans * SPAN)));
    assertEquals(context.deadline, begun + 5 * SPAN);
    assertTime(await promised(bench), begun + 5 * SPAN);
    const told = heard.events.flatMap((event) => event.kind === "extended" ? [event.deadline - begun] : []);
    assertEquals(told, [3 * SPAN, 5 * SPAN]);
    held.finish("one");
    await refreshing;
  });

  clause("a refresh takes 24 hours in all at most, however often it is extended", async (bench) => {
    const { clock } = bench;
    const begun = clock.now();
    const { refreshing, context, held } = await working(bench);
    await context.extend("24h");
    assertEquals(context.deadline, begun + 24 * HOUR);
    await clock.advance(HOUR);
    assertInstanceOf(await rejection(context.extend("23h1ms")), InvalidDurationError);
    await context.extend("23h");
    assertEquals(context.deadline, begun + 24 * HOUR);
    assertTime(await promised(bench), begun + 24 * HOUR);
    const failed = refreshFailure(refreshing);
    await clock.advance(23 * HOUR);
    assertInstanceOf((await failed).cause, RefreshDeadlineError);
    assertEquals(held.signal().aborted, true);
  });

  clause("what is no duration is refused, and the old deadline holds", async (bench) => {
    const { clock, heard } = bench;
    const { refreshing, context } = await working(bench);
    const failed = refreshFailure(refreshing);
    for (const by of [0, -1, NaN, Infinity, "soon", "", "25h", undefined, null, {}]) {
      const error = await rejection(context.extend(by as number));
      assertInstanceOf(error, InvalidDurationError, `${by}`);
      assertEquals([error.what, error.value], ["extend", by]);
    }
    await clock.advance(SPAN);
    assertInstanceOf((await failed).cause, RefreshDeadlineError);
    assertEquals(heard.kinds(), ["claimed", "failed"]);
  });

  clause("a refresh that was superseded is told so, and what it brings is dropped", async (bench) => {
    const { clock, heard, stranger } = bench;
    const { refreshing, context, held } = await working(bench);
    await clock.advance(10);
    await stranger.put(KEY, encode("put"), clock.now());
    const error = await rejection(context.extend("1m"));
    assertInstanceOf(error, SupersededError);
    assertEquals([error.code, error.source], ["SUPERSEDED", "discovery/models"]);
    assertStringIncludes(error.message, "in vain");
    held.fail(error);
    assertEquals(textOf(await refreshing), "put");
    assertEquals(heard.kinds(), ["claimed", "superseded", "adopted"]);
  });

  clause("whose claim was taken over meanwhile cannot put off the other's deadline", async (bench) => {
    const { cache, clock, stranger } = bench;
    await seed(stranger, "old", clock.now() - TTL);
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    clock.jump(3 * SPAN + 1);
    const answer = await stranger.claim(KEY, { refreshDeadline: SPAN, newerThan: clock.now(), force: false });
    assertEquals(answer.kind, "claimed");
    assertInstanceOf(await rejection(held.context().extend("1m")), SupersededError);
    assertTime(await promised(bench), clock.now() + SPAN);
    held.finish("late");
    await cache.drain();
  });

  clause("after its end it does nothing", async (bench) => {
    const { clock, heard, stranger } = bench;
    const { refreshing, context, held } = await working(bench);
    held.finish("one");
    await refreshing;
    await context.extend("1m");
    assertEquals([heard.kinds(), clock.sleeping], [["claimed", "refreshed"], 0]);
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("the wall clock may be set forward: there is as much time as was asked for", async (bench) => {
    const { clock } = bench;
    const { refreshing, context, held } = await working(bench);
    const failed = refreshFailure(refreshing);
    clock.jump(HOUR);
    await context.extend("30s");
    await clock.advance(29_999);
    assertEquals(held.signal().aborted, false);
    await clock.advance(1);
    assertInstanceOf((await failed).cause, RefreshDeadlineError);
  });
}
