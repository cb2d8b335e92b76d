import { assert, assertEquals } from "@std/assert";
import { renameSync } from "node:fs";
import { describe, it } from "node:test";
import { claimSection, commitSection } from "../../src/file_store/claims.ts";
import { perform } from "../../src/file_store/driver.ts";
import { type SourcePaths, sourcePaths, stagedPath } from "../../src/file_store/layout.ts";
import { locked } from "../../src/file_store/lock.ts";
import { createExclusive, type Operation, remove, stat, type Step } from "../../src/file_store/operation.ts";
import { encodeLock } from "../../src/file_store/record.ts";
import type { ClaimAnswer } from "../../src/store.ts";
import { encode, failing, KEY, quick, refreshFailure, SOURCE, SPAN, textOf } from "../cache/bench.ts";
import { inPlace } from "../faults/bench.ts";
import { Machine, type MachineProcess } from "../support/machine.ts";
import { goLock, goMarker, goTime } from "./go_files.ts";
import { judgeGoMarker } from "./go_reader.ts";

const paths: SourcePaths = sourcePaths("/root/discovery", KEY);
const FORCED = { refreshDeadline: SPAN, newerThan: Infinity, force: true };

/** A section of somebody's that is driven by hand. */
class Hand<T> {
  result: T | undefined;
  readonly #process: MachineProcess;
  readonly #section: Step<T>;
  #next: IteratorResult<Operation, T>;

  constructor(process: MachineProcess, section: Step<T>) {
    this.#process = process;
    this.#section = section;
    this.#next = section.next();
  }

  /** So many operations; `false` if it came to its end before. */
  go(operations: number): boolean {
    for (let done = 0; done < operations; done++) {
      if (this.#next.done) return false;
      this.#next = this.#section.next(perform(this.#process.adapter, this.#next.value));
    }
    return true;
  }

  /** Goes on until it is about to do something; to its end, if it never is. */
  goTo(verb?: Operation["verb"], path?: string): this {
    for (;;) {
      if (this.#next.done) {
        assertEquals(verb, undefined, `it ended, and never came to ${verb} ${path}`);
        this.result = this.#next.value;
        return this;
      }
      const operation = this.#next.value;
      const about = "path" in operation ? operation.path : "to" in operation ? operation.to : "";
      if (operation.verb === verb && about === path) return this;
      this.#next = this.#section.next(perform(this.#process.adapter, operation));
    }
  }
}

/** The Go package at a lock: what it takes for dead it removes, whatever is there by then; and what it does inside. */
function* goLocked(machine: Machine, actor: MachineProcess, inside: Step<void>): Step<void> {
  const bytes = encode(goLock(actor.process.pid, goTime(machine.clock.now(), 1)));
  if ((yield* createExclusive(paths.lock, bytes)) === "exists") {
    yield* remove(paths.lock);
    assertEquals(yield* createExclusive(paths.lock, bytes), "created");
  }
  yield* inside;
  yield* remove(paths.lock);
}

/** Its claim. It writes its marker over whatever it has taken for none, or for a stale one, before. */
function* goClaim(machine: Machine, actor: MachineProcess): Step<void> {
  const now = machine.clock.now();
  const marker = encode(goMarker(actor.process.pid, goTime(now), goTime(now + SPAN)));
  yield* remove(paths.marker);
  yield* createExclusive(paths.marker, marker);
}

/** Looks once, so that there is something to be inside for. */
function* look(): Step<void> {
  yield* stat(paths.data);
}

/** A machine with one process of ours, one of the Go package's, and a dead lock. */
function makeWorld(): { readonly machine: Machine; readonly ours: MachineProcess; readonly go: MachineProcess } {
  const machine = new Machine();
  const [ours, go, dead] = [machine.spawn(), machine.spawn(), machine.spawn()];
  ours.adapter.makeDirectory(paths.folder);
  machine.kill(dead);
  const { pid, host, processStart } = dead.process;
  const lock = { pid, host, processStart, token: "d".repeat(32), startedAt: machine.clock.now() };
  ours.adapter.createExclusive(paths.lock, encodeLock(lock));
  return { machine, ours, go };
}

const textAt = ({ adapter }: MachineProcess, path: string) => {
  const found = adapter.read(path);
  return found && new TextDecoder().decode(found.bytes);
};

describe("what a root of both packages cannot promise", () => {
  it("P4 is lost: its unguarded removal of a dead lock takes a fresh one of ours, and both are inside", () => {
    const { machine, ours, go } = makeWorld();
    const theirs = new Hand(go, goLocked(machine, go, look())).goTo("remove", paths.lock);
    const own = new Hand(ours, locked(ours.party, paths.lock, look)).goTo("stat", paths.data);
    theirs.goTo("stat", paths.data);
    // Both are between acquire and release; the lock is the Go package's.
    assert(textAt(go, paths.lock)?.includes(`"pid":${go.process.pid},`));
    // What still holds: a release removes only what is its own (P2).
    own.goTo();
    assert(textAt(go, paths.lock)?.includes(`"pid":${go.process.pid},`));
    theirs.goTo();
    assertEquals(textAt(go, paths.lock), undefined);
  });

  it("P4 is lost: it makes a lock between our last look at a dead one and our removal, and ours takes it away", () => {
    const { machine, ours, go } = makeWorld();
    const own = new Hand(ours, locked(ours.party, paths.lock, look)).goTo("remove", paths.lock);
    const theirs = new Hand(go, goLocked(machine, go, look())).goTo("stat", paths.data);
    own.goTo("stat", paths.data);
    assert(textAt(ours, paths.lock)?.includes(ours.process.processStart ?? "none"));
    // What does not hold: its release is by path, and takes ours away.
    theirs.goTo();
    assertEquals(textAt(ours, paths.lock), undefined);
    own.goTo();
  });

  it("one claim at a time is lost with it, and our fence still holds: of two refreshers ours is told (P10)", () => {
    const { machine, ours, go } = makeWorld();
    const theirs = new Hand(go, goLocked(machine, go, goClaim(machine, go))).goTo("remove", paths.lock);
    const own = new Hand<ClaimAnswer | { kind: string }>(ours, claimSection(ours.party, paths, FORCED)).goTo();
    theirs.goTo();
    const answer = own.result;
    assert(answer?.kind === "claimed" && "claim" in answer);
    assert(textAt(go, paths.marker)?.includes(`"pid":${go.process.pid},`), "both refresh");
    const staged = stagedPath(paths.data, answer.claim.token);
    ours.adapter.createExclusive(staged, encode("ours"));
    const commit = new Hand(ours, commitSection(ours.party, paths, answer.claim, staged)).goTo();
    assertEquals(commit.result, "superseded");
    assertEquals(textAt(ours, paths.data), undefined);
  });

  it("data goes back: a late owner of the Go package's commits without a fence, over newer data of ours", async () => {
    await inPlace(async (place) => {
      const { clock } = place;
      const { pid } = await place.living();
      place.plant("refreshing", goMarker(pid, goTime(clock.now(), 1), goTime(clock.now() + SPAN, 1)));
      await clock.advance(3 * SPAN + 1);
      const cache = place.cache();
      assertEquals(textOf(await cache.refresh(SOURCE, quick("newer").refresh)), "newer");
      // The stopped process goes on: it writes its bytes, which get the time of the writing.
      place.plant("json.tmp", "older");
      renameSync(place.path("json.tmp"), place.path("json"));
      const entry = cache.readSync(SOURCE);
      assertEquals([textOf(entry), entry.state], ["older", "fresh"]);
    });
  });

  it("a cool-down of ours ends, for it, with our process, and lasts, for us, until its end (P12)", async () => {
    await inPlace(async (place) => {
      const cache = place.cache();
      await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
      const killed = await place.killed();
      const { pid } = JSON.parse(place.text("refreshing") ?? "") as { pid: number };
      const left = place.text("refreshing")?.replace(`"pid":${pid},`, `"pid":${killed.pid},`) ?? "";
      place.plant("refreshing", left);
      assertEquals(judgeGoMarker(left, place.clock.now(), SPAN), "stale");
      assertEquals((await cache.refreshState(SOURCE)).kind, "cooling-down");
    });
  });

  it("a claim of ours in another PID namespace is, for it, a dead process's, and for us it is not", async () => {
    await inPlace(async (place) => {
      const elsewhere = { ...await place.killed(), host: "linux:another-boot:4026531836" };
      place.plant("refreshing", place.markerOf(elsewhere));
      assertEquals(judgeGoMarker(place.text("refreshing"), place.clock.now(), SPAN), "stale");
      assertEquals((await place.store().claim(KEY, FORCED)).kind, "refreshing");
    });
  });

  it("and what it can: with no dead lock in the way, both keep out of each other's sections", () => {
    let kept = 0;
    let overtaken = true;
    for (let operations = 0; overtaken; operations++) {
      const { machine, ours, go } = makeWorld();
      ours.adapter.remove(paths.lock);
      const own = new Hand(ours, claimSection(ours.party, paths, FORCED));
      overtaken = own.go(operations);
      const bytes = encode(goLock(go.process.pid, goTime(machine.clock.now())));
      if (go.adapter.createExclusive(paths.lock, bytes) === "exists") {
        kept++;
        continue;
      }
      // It is inside, and ours comes to no claim, unless that was granted before.
      const granted = textAt(ours, paths.marker);
      own.goTo();
      assertEquals(own.result?.kind, granted === undefined ? "locked" : "claimed");
      assertEquals(textAt(ours, paths.marker), granted);
      assertEquals(textAt(go, paths.lock), new TextDecoder().decode(bytes));
    }
    assert(kept > 5, `it was kept out ${kept} times`);
  });
});
