import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { pathToFileURL } from "node:url";
import { InvalidOptionError } from "../../../src/errors.ts";
import {
  type AddClause,
  failing,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  refreshFailure,
  SOURCE,
  Transcript,
  until,
} from "../bench.ts";

const SECRET = "sk-123456";
const redact = (text: string) => text.replaceAll(SECRET, "***");
const NOT_TOLD = "not told: the cache's redact function failed";

/** What others must not read. */
export function redactClauses(clause: AddClause): void {
  clause("why a refresh failed is redacted for everybody; its cause is not", async ({ fixture, other, stranger }) => {
    const cache = fixture.open({ redact });
    const heard = new Transcript(cache);
    const cause = new Error(`no answer from /models?key=${SECRET}`);
    const error = await refreshFailure(cache.refresh(SOURCE, failing(cause)));
    assertEquals(error.reason, "no answer from /models?key=***");
    assertEquals(error.message.includes(SECRET), false);
    assertStrictEquals(error.cause, cause);
    assertStrictEquals(heard.first("failed").error, error);
    const state = await stranger.state(KEY);
    assertEquals("lastError" in state && state.lastError, error.reason);
    assertEquals((await refreshFailure(other.refreshIfStale(SOURCE, FORBIDDEN))).reason, error.reason);
  });

  clause("what a refresher reports is redacted for everybody", async ({ fixture, stranger }) => {
    const cache = fixture.open({ redact });
    const heard = new Transcript(cache);
    const held = new HeldRefresher();
    const refreshing = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    held.context().report({ done: 1, total: 2, message: `asking with ${SECRET}` });
    await until(() => heard.events.length > 1);
    const progress = { done: 1, total: 2, message: "asking with ***" };
    assertEquals(heard.first("progress").progress, progress);
    const state = await stranger.state(KEY);
    assertEquals(state.kind === "refreshing" && state.progress, progress);
    held.finish("one");
    await refreshing;
  });

  const failures: Record<string, (text: string) => unknown> = {
    "throws": () => {
      throw new Error(SECRET);
    },
    "returns nothing": () => undefined,
    "returns no text": () => ({ toString: () => SECRET }),
    "is async by mistake": (text) => Promise.resolve(text),
    "is async by mistake, and rejects": () => Promise.reject(new Error(SECRET)),
  };
  for (const [what, fails] of Object.entries(failures)) {
    clause(`nothing of a text is told if it ${what}, and the refresh goes on`, async ({ fixture, stranger }) => {
      const cache = fixture.open({ redact: fails as (text: string) => string });
      const heard = new Transcript(cache);
      const held = new HeldRefresher();
      const refreshing = refreshFailure(cache.refresh(SOURCE, held.refresh));
      await held.begun();
      held.context().report({ done: 1, message: SECRET });
      await until(() => heard.events.length > 1);
      assertEquals(heard.first("progress").progress, { done: 1, message: NOT_TOLD });
      const cause = new Error(SECRET);
      held.fail(cause);
      const error = await refreshing;
      assertEquals([error.reason, error.cause], [NOT_TOLD, cause]);
      const state = await stranger.state(KEY);
      assertEquals("lastError" in state && state.lastError, NOT_TOLD);
    });
  }

  clause("a text of which nothing is left is an unknown error, here and elsewhere", async ({ fixture, stranger }) => {
    const cache = fixture.open({ redact: () => "" });
    assertEquals((await refreshFailure(cache.refresh(SOURCE, failing(new Error(SECRET))))).reason, "unknown error");
    const state = await stranger.state(KEY);
    assertEquals("lastError" in state && state.lastError, "unknown error");
  });

  clause("a text is redacted as a whole, and then cut to 2,000 characters", async ({ fixture, stranger }) => {
    const cache = fixture.open({ redact });
    const heard = new Transcript(cache);
    const held = new HeldRefresher();
    const refreshing = refreshFailure(cache.refresh(SOURCE, held.refresh));
    await held.begun();
    const before = "x".repeat(1_998);
    held.context().report({ message: `${before}${SECRET} and more` });
    await until(() => heard.events.length > 1);
    held.fail(new Error(`${before}${SECRET} and more`));
    assertEquals((await refreshing).reason, `${before}**`);
    assertEquals(heard.first("progress").progress, { message: `${before}**` });
    const state = await stranger.state(KEY);
    assertEquals("lastError" in state && state.lastError, `${before}**`);
  });

  clause("a refresh of a module stays in this process then, and the listeners hear why", async ({ fixture, clock }) => {
    const cache = fixture.open({ redact });
    const heard = new Transcript(cache);
    const models = cache.source<string>({
      ...SOURCE,
      refresh: pathToFileURL("/nowhere/models.js"),
      detached: true,
    });
    models.maybeRefresh();
    await cache.drain();
    const { reason } = heard.first("not-detached");
    assertEquals(reason, "the cache has a redact function, which another process does not have");
    assertEquals(heard.kinds(), ["absent", "claimed", "not-detached", "failed"]);
    assert(clock.sleeping === 0, "nothing is left");
  });

  clause("data is none of its business", async ({ fixture }) => {
    const cache = fixture.open({ redact });
    const { data } = await cache.refresh(SOURCE, quick(SECRET).refresh);
    assertEquals(new TextDecoder().decode(data), SECRET);
  });

  clause("what is no function is refused", ({ fixture }) => {
    for (const wrong of [null, true, "***", /sk-.*/]) {
      const open = () => fixture.open({ redact: wrong as unknown as typeof redact });
      assertThrows(open, InvalidOptionError, "redact cannot be");
    }
    return Promise.resolve();
  });
}
