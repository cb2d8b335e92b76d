import { assert, assertEquals } from "@std/assert";
import { describe } from "node:test";
import { KEY, SOURCE, until } from "../cache/bench.ts";
import type { Wrap } from "../support/processes.ts";
import { fault, here, type Place } from "./bench.ts";

const UNSHARE = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];

/** In a PID namespace of its own, in which its PID is 1. */
const APART: Wrap = (argv) => [...UNSHARE, ...argv];

/** The same, below a shell: whoever is the first there cannot be stopped. Its PID is 2. */
const APART_AND_SECOND: Wrap = (argv) => [...UNSHARE, "sh", "-c", '"$@"; exit', "sh", ...argv];

const FORCED = { refreshDeadline: 60_000, newerThan: Infinity, force: true };

/** Sets the clock to a moment. */
function setClock({ clock }: Place, moment: number): void {
  clock.jump(moment - clock.now());
}

describe("PID namespaces on one root", () => {
  fault(21, "processes of two namespaces do not both claim, though both have the same PID", async (place) => {
    const refreshing = place.scene.start(here, { wrap: APART, refresher: { gate: place.scene.file("gate") } });
    await refreshing.hears("claimed");
    const wraps: readonly { wrap?: Wrap }[] = [{ wrap: APART }, {}];
    const others = wraps.map((wrap) => place.scene.start(here, { method: "refreshIfStale", ...wrap }));
    for (const other of others) assertEquals((await other.hears("waiting")).state?.owner.pid, 1);
    place.catchUp();
    assertEquals((await place.cache().refreshState(SOURCE)).kind, "refreshing");
    place.scene.open("gate");
    for (const child of [refreshing, ...others]) {
      const outcome = await child.outcome();
      assertEquals("text" in outcome && outcome.text, `"${here}"`);
    }
    assertEquals(place.scene.runs(), [1]);
  }, "namespaces");

  fault(
    21,
    "a killed refresher of another namespace is taken over by time, whoever has its PID here",
    async (place) => {
      const killed = place.scene.start(here, { wrap: APART, refresher: { gate: place.scene.file("never") } });
      await killed.hears("claimed");
      killed.signal("SIGKILL");
      await killed.ended;
      place.catchUp();
      const store = place.store();
      const state = await store.state(KEY);
      assert(state.kind === "refreshing");
      setClock(place, state.startedAt + 179_999);
      assertEquals((await store.claim(KEY, FORCED)).kind, "refreshing");
      setClock(place, state.startedAt + 180_001);
      const answer = await store.claim(KEY, FORCED);
      assert(answer.kind === "claimed");
      assertEquals([answer.recovered?.reason, answer.recovered?.owner.pid], ["overdue", 1]);
    },
    "namespaces",
  );

  fault(21, "a lock of another namespace is not broken by whoever finds no such process here", async (place) => {
    place.scene.startFault(
      here,
      { signal: "SIGSTOP", before: { verb: "replace", ending: ".refreshing" } },
      APART_AND_SECOND,
    );
    await until(() => place.text("lock") !== undefined);
    place.catchUp();
    const store = place.store();
    const answer = store.tryClaim(KEY, FORCED);
    assert(answer.kind === "locked", answer.kind);
    const { pid, liveness, since } = answer.holder;
    assertEquals([pid, liveness], [2, "unknown"]);
    setClock(place, (since ?? 0) + 9_999);
    assertEquals(store.tryClaim(KEY, FORCED).kind, "locked");
    setClock(place, (since ?? 0) + 10_001);
    assertEquals(store.tryClaim(KEY, FORCED).kind, "claimed");
  }, "namespaces");
});
