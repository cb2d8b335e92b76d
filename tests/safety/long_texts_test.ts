import { assert, assertEquals } from "@std/assert";
import { statSync } from "node:fs";
import { describe, it } from "node:test";
import { ERROR_TEXT_LIMIT, RECORD_LIMIT_BYTES } from "../../src/file_store/protocol.ts";
import { claimElsewhere, KEY, rejection, SOURCE } from "../cache/bench.ts";
import { inPlace, type Place } from "../faults/bench.ts";

const options = { timeout: 120_000 };

/** What a text may be made of, and how many bytes one piece of it needs in a marker at the most. */
const PIECES: Readonly<Record<string, string>> = {
  "zeros": "\u0000",
  "control characters": "\u001b\u0007\u0008",
  "lone surrogates": "\ud800",
  "line separators": "\u2028\u2029",
  "characters of three bytes": "語",
  "emoji": "\ud83d\ude00",
  "quotes and backslashes": '"\\',
};

/** A text of megabytes. */
function long(piece: string): string {
  return piece.repeat(3_000_000 / piece.length);
}

/** The marker's size, which must be one that everybody reads. */
function assertReadable(place: Place, what: string): void {
  const { size } = statSync(place.path("refreshing"));
  assert(size > ERROR_TEXT_LIMIT && size < RECORD_LIMIT_BYTES, `${what}: ${size} bytes`);
}

describe("texts and numbers without a bound", () => {
  for (const [what, piece] of Object.entries(PIECES)) {
    it(
      `an error text of megabytes, of ${what}: bounded in the marker, and told to everybody`,
      options,
      () =>
        inPlace(async (place) => {
          const text = long(piece);
          await rejection(place.cache().refresh(SOURCE, () => Promise.reject(new Error(text))));
          assertReadable(place, "the failure");
          const state = await place.cache().refreshState(SOURCE);
          assert(state.kind === "cooling-down" || state.kind === "idle", state.kind);
          assertEquals([state.lastError, state.attempts], [text.slice(0, ERROR_TEXT_LIMIT), 1]);
        }),
    );

    it(
      `an error text and progress of megabytes, of ${what}: both are in one marker`,
      options,
      () =>
        inPlace(async (place) => {
          const [text, store] = [long(piece), place.store()];
          const failed = await claimElsewhere(store);
          await store.fail(failed, { message: text, retryAt: place.clock.now() });
          const claim = await claimElsewhere(store);
          const progress = { done: Number.MAX_VALUE, total: Number.MIN_VALUE, message: text };
          assertEquals(await store.report(claim, progress), "done");
          assertReadable(place, "the progress");
          const state = await place.store().state(KEY);
          assert(state.kind === "refreshing", state.kind);
          assertEquals(state.progress, { ...progress, message: text.slice(0, ERROR_TEXT_LIMIT) });
          assertEquals(state.attempts, 1);

          // Given back, and what was before is there again.
          assertEquals(await store.release(claim), "done");
          const before = await place.store().state(KEY);
          assert(before.kind === "idle", before.kind);
          assertEquals(before.lastError, text.slice(0, ERROR_TEXT_LIMIT));
          const again = await claimElsewhere(store);
          assertEquals(await store.commit(again, new TextEncoder().encode("new"), place.clock.now()), "committed");
          assertEquals(place.names(), ["models.json"]);
        }),
    );
  }

  it("progress with fields that do not belong there: they are not written", options, () =>
    inPlace(async (place) => {
      const store = place.store();
      const claim = await claimElsewhere(store);
      const progress = { done: 1, total: 2, message: "half", log: long("x"), toJSON: undefined };
      assertEquals(await store.report(claim, progress), "done");
      assert(statSync(place.path("refreshing")).size < 1_000);
      const state = await store.state(KEY);
      assert(state.kind === "refreshing", state.kind);
      assertEquals(state.progress, { done: 1, total: 2, message: "half" });
    }));
});
