import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "node:test";
import { AdapterError, LockTimeoutError } from "../../../src/errors.ts";
import { run } from "../../../src/file_store/driver.ts";
import { FileStore } from "../../../src/file_store/file_store.ts";
import { tryLock, unlock } from "../../../src/file_store/lock.ts";
import { FaultyAdapter } from "../../support/faulty_adapter.ts";
import { Machine, type MachineProcess } from "../../support/machine.ts";

const KEY = { tier: "discovery", name: "models" };
const REQUEST = { refreshDeadline: 1_000, newerThan: Infinity, force: true };

describe("a store that waits for a lock", () => {
  it("only looks until the lock is free, and then takes it", async () => {
    const { clock, spawn } = machine();
    const [owner, waiting] = [spawn(), spawn()];
    owner.adapter.makeDirectory("/root/discovery");
    const held = run(owner.adapter, tryLock(owner.party, "/root/discovery/models.lock"));
    assert(held.kind === "held");
    const counted = new FaultyAdapter(waiting.adapter, () => undefined);
    const store = new FileStore({ root: "/root", adapter: counted, clock });
    const claiming = store.claim(KEY, REQUEST, { lockTimeout: 10_000 });
    await clock.advance(1_000);
    assertEquals(counted.count("createExclusive"), 1, "tries");
    assert(counted.count("read") > 50, `${counted.count("read")} looks`);
    run(owner.adapter, unlock(owner.party, held.lock));
    assertEquals((await clock.advanceUntil(claiming)).kind, "claimed");
  });

  it("gives up in time, and names who holds it", async () => {
    const { clock, spawn } = machine();
    const [owner, waiting] = [spawn(), spawn()];
    owner.adapter.makeDirectory("/root/discovery");
    run(owner.adapter, tryLock(owner.party, "/root/discovery/models.lock"));
    const store = new FileStore({ root: "/root", adapter: waiting.adapter, clock });
    const claiming = store.claim(KEY, REQUEST, { lockTimeout: 100 });
    const error = await assertRejects(() => clock.advanceUntil(claiming), LockTimeoutError);
    assertEquals([error.holder.pid, error.holder.liveness], [owner.process.pid, "alive"]);
  });

  it("keeps the process alive meanwhile, or not, as it was asked to", async () => {
    for (const keepAlive of [undefined, true, false]) {
      const { clock, spawn } = machine();
      const [owner, waiting] = [spawn(), spawn()];
      owner.adapter.makeDirectory("/root/discovery");
      const held = run(owner.adapter, tryLock(owner.party, "/root/discovery/models.lock"));
      assert(held.kind === "held");
      const store = new FileStore({ root: "/root", adapter: waiting.adapter, clock });
      const claiming = store.claim(KEY, REQUEST, { lockTimeout: 10_000, keepAlive });
      await clock.advance(100);
      assertEquals([clock.sleeping, clock.holding], [1, keepAlive === false ? 0 : 1]);
      run(owner.adapter, unlock(owner.party, held.lock));
      assertEquals((await clock.advanceUntil(claiming)).kind, "claimed");
    }
  });
});

describe("a claim that is handed over, and whose marker cannot name the child yet (P17)", () => {
  /** A parent that has claimed, on a disk that fails from now on; and its child. */
  async function handsOver() {
    const { clock, spawn, kill } = machine();
    const [parent, child, other] = [spawn(), spawn(), spawn()];
    let broken = false;
    const adapter = new FaultyAdapter(
      parent.adapter,
      (verb) => broken && verb === "createExclusive" ? "ENOSPC" : undefined,
    );
    const store = new FileStore({ root: "/root", adapter, clock });
    const answer = await store.claim(KEY, { ...REQUEST, refreshDeadline: 600_000 });
    assert(answer.kind === "claimed");
    broken = true;
    await assertRejects(() => store.transfer(answer.claim, child.process.pid), AdapterError);
    const onlooker = new FileStore({ root: "/root", adapter: other.adapter, clock });
    const owner = async () => {
      const state = await onlooker.state(KEY);
      return "owner" in state ? [state.kind, state.owner.pid] : [state.kind];
    };
    return { clock, kill, parent, child, store, claim: answer.claim, owner, mend: () => broken = false };
  }

  it("names it as soon as that can be done", async () => {
    const { clock, parent, child, owner, mend } = await handsOver();
    await clock.advance(30_000);
    assertEquals(await owner(), ["refreshing", parent.process.pid]);
    mend();
    await clock.advance(10_001);
    assertEquals(await owner(), ["refreshing", child.process.pid]);
  });

  it("names it although it has ended meanwhile, so that the next caller takes over", async () => {
    const { clock, child, owner, mend, kill } = await handsOver();
    kill(child);
    mend();
    await clock.advance(101);
    assertEquals(await owner(), ["abandoned", child.process.pid]);
  });

  it("leaves the claim alone when it has ended meanwhile", async () => {
    const { clock, store, claim, owner, mend } = await handsOver();
    mend();
    assertEquals(await store.release(claim), "done");
    await clock.advance(60_000);
    assertEquals(await owner(), ["idle"]);
  });
});

function machine() {
  const made = new Machine();
  return { clock: made.clock, spawn: () => made.spawn(), kill: (process: MachineProcess) => made.kill(process) };
}
