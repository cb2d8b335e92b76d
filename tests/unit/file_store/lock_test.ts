import { assert, assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { perform } from "../../../src/file_store/driver.ts";
import { type LockAnswer, tryLock } from "../../../src/file_store/lock.ts";
import type { Operation, Step } from "../../../src/file_store/operation.ts";
import { type Walker, World } from "../../support/walker.ts";

const FOLDER = "/root/discovery";
const LOCK = `${FOLDER}/models.lock`;

/** Tries for the lock, and tells by which operations. */
function attempt(walker: Walker): { readonly answer: LockAnswer; readonly verbs: readonly Operation["verb"][] } {
  const verbs: Operation["verb"][] = [];
  const section: Step<LockAnswer> = tryLock(walker.party, LOCK);
  let step = section.next();
  while (!step.done) {
    verbs.push(step.value.verb);
    step = section.next(perform(walker.adapter, step.value));
  }
  return { answer: step.value, verbs };
}

function newWorld(): World {
  const world = new World(1);
  world.spawn().adapter.makeDirectory(FOLDER);
  return world;
}

describe("tryLock()", () => {
  it("changes nothing in the folder when somebody who lives holds the lock (P3)", () => {
    const world = newWorld();
    assertEquals(attempt(world.spawn()).answer.kind, "held");
    const { answer, verbs } = attempt(world.spawn());
    assertEquals(answer.kind, "locked");
    assertEquals(verbs, ["read", "liveness"]);
  });

  it("takes a lock from somebody who is dead, in one attempt, and leaves no guard (P4)", () => {
    const world = newWorld();
    const dead = world.spawn();
    attempt(dead);
    world.kill(dead);
    const next = world.spawn();
    assertEquals(attempt(next).answer.kind, "held");
    assertEquals([...(next.adapter.list(FOLDER) ?? [])].map(({ name }) => name), ["models.lock"]);
  });

  it("begins again when somebody else was quicker, and then finds him there (P1)", () => {
    const world = newWorld();
    const [slow, quick] = [world.spawn(), world.spawn()];
    const section = tryLock(slow.party, LOCK);
    let step = section.next();
    while (!step.done) {
      if (step.value.verb === "link") assertEquals(attempt(quick).answer.kind, "held");
      step = section.next(perform(slow.adapter, step.value));
    }
    assert(step.value.kind === "locked");
    assertEquals(step.value.holder.pid, quick.process.pid);
  });
});
