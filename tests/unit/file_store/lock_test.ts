import { assert, assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { claimSection } from "../../../src/file_store/claims.ts";
import { perform } from "../../../src/file_store/driver.ts";
import { inspectLock } from "../../../src/file_store/found_lock.ts";
import { sourcePaths } from "../../../src/file_store/layout.ts";
import { tryLock } from "../../../src/file_store/lock.ts";
import type { Operation, Step } from "../../../src/file_store/operation.ts";
import { Machine, type MachineProcess } from "../../support/machine.ts";

const paths = sourcePaths("/root/discovery", { tier: "discovery", name: "models" });
const request = { refreshDeadline: 3_600_000, newerThan: Infinity, force: true };

/** Runs a section, and tells by which operations; `after` is called after each. */
function drive<T>({ adapter }: MachineProcess, section: Step<T>, after: (operation: Operation) => void = () => {}) {
  const verbs: Operation["verb"][] = [];
  let step = section.next();
  while (!step.done) {
    const operation = step.value;
    verbs.push(operation.verb);
    const result = perform(adapter, operation);
    after(operation);
    step = section.next(result);
  }
  return { answer: step.value, verbs };
}

function newMachine(): Machine {
  const machine = new Machine();
  machine.spawn().adapter.makeDirectory(paths.folder);
  return machine;
}

const names = ({ adapter }: MachineProcess) => [...adapter.list(paths.folder) ?? []].map(({ name }) => name);

/** A process that stands still for longer than it may, after the operations that are picked. */
function newSlowProcess() {
  const machine = newMachine();
  const { process, adapter, party: { self, clock, orphans } } = machine.spawn();
  let late = 0;
  const slow = {
    now: () => clock.now() + late,
    monotonic: () => clock.monotonic() + late,
    sleep: (ms: number) => clock.sleep(ms),
    random: () => clock.random(),
    randomBytes: (length: number) => clock.randomBytes(length),
  };
  const actor: MachineProcess = { process, adapter, party: { self, clock: slow, orphans } };
  function runSlowly<T>(section: Step<T>, isSlow: (operation: Operation) => boolean): T {
    return drive(actor, section, (operation) => {
      if (isSlow(operation)) late += 30_000;
    }).answer;
  }
  return { actor, adapter, party: actor.party, runSlowly };
}

describe("tryLock()", () => {
  it("takes a lock from somebody who is dead, in one attempt, and leaves no guard (P4)", () => {
    const machine = newMachine();
    const dead = machine.spawn();
    drive(dead, tryLock(dead.party, paths.lock));
    machine.kill(dead);
    const next = machine.spawn();
    assertEquals(drive(next, tryLock(next.party, paths.lock)).answer.kind, "held");
    assertEquals(names(next), ["models.lock"]);
  });

  it("does not get it when somebody else was quicker, and says who (P1)", () => {
    const machine = newMachine();
    const [slow, quick] = [machine.spawn(), machine.spawn()];
    const { answer } = drive(slow, tryLock(slow.party, paths.lock), ({ verb }) => {
      if (verb === "createExclusive") drive(quick, tryLock(quick.party, paths.lock));
    });
    assert(answer.kind === "locked");
    assertEquals(answer.holder.pid, quick.process.pid);
    assertEquals(names(slow), ["models.lock"]);
  });
});

describe("inspectLock()", () => {
  it("changes nothing, and says who keeps others out: nobody, if he is dead (P3)", () => {
    const machine = newMachine();
    const [owner, other] = [machine.spawn(), machine.spawn()];
    assertEquals(drive(other, inspectLock(other.party, paths.lock)).answer, undefined);
    drive(owner, tryLock(owner.party, paths.lock));
    const { answer, verbs } = drive(other, inspectLock(other.party, paths.lock));
    assertEquals([answer?.pid, answer?.liveness], [owner.process.pid, "alive"]);
    assertEquals(verbs, ["read", "liveness"]);
    machine.kill(owner);
    assertEquals(drive(other, inspectLock(other.party, paths.lock)).answer, undefined);
  });
});

describe("a section whose process stands still for too long", () => {
  it("keeps the claim that it was granted, and remembers the lock that it could not give back (P6, P7)", () => {
    const { adapter, party, runSlowly } = newSlowProcess();
    const answer = runSlowly(
      claimSection(party, paths, request),
      (operation) =>
        (operation.verb === "replace" && operation.to === paths.marker) ||
        (operation.verb === "link" && operation.path === `${paths.lock}~`),
    );
    assertEquals(answer.kind, "claimed");
    assertEquals([...party.orphans.values()].includes(paths.lock), true);
    assertEquals(adapter.stat(paths.lock) !== undefined, true, "the lock is still there");
    // The next section in this process removes it.
    assertEquals(runSlowly(claimSection(party, paths, request), () => false).kind, "refreshing");
    party.orphans.set(answer.kind === "claimed" ? answer.claim.token : "", paths.marker);
    assertEquals(runSlowly(claimSection(party, paths, request), () => false).kind, "claimed");
    assertEquals(adapter.stat(paths.lock), undefined);
    assertEquals(party.orphans.size, 0);
  });

  it("gives its lock back under the guard when it is late, and nothing is left (P6)", () => {
    const { actor, party, runSlowly } = newSlowProcess();
    const answer = runSlowly(
      claimSection(party, paths, request),
      (operation) => operation.verb === "replace" && operation.to === paths.marker,
    );
    assertEquals(answer.kind, "claimed");
    assertEquals(party.orphans.size, 0);
    assertEquals(names(actor), ["models.refreshing"]);
  });
});
