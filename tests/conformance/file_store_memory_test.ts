import type { Adapter } from "../../src/adapter.ts";
import { FileStore } from "../../src/file_store/file_store.ts";
import { FaultyAdapter } from "../support/faulty_adapter.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { MemoryAdapter } from "../support/memory_adapter.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { ProcessTable } from "../support/process_table.ts";
import { type StoreFixture, storeSuite } from "./store_suite.ts";

let fixtures = 0;

/** Files on a disk in memory, whose two processes see each other or, without `mayAsk`, do not. */
function makeFixture(mayAsk: boolean, wrap: (adapter: Adapter) => Adapter): StoreFixture {
  const clock = new ManualClock();
  const now = () => clock.now();
  const disk = new MemoryDisk(now);
  const processes = new ProcessTable(now);
  // A store is known by its path: two disks with one path would look like the same data.
  const root = `/root-${++fixtures}`;
  const [identity, other] = [processes.start(), processes.start()];
  const adapter = wrap(new MemoryAdapter({ disk, processes, identity, mayAsk }));
  return {
    open: () => new FileStore({ root, adapter, clock }),
    clock,
    pids: { own: identity.pid, other: other.pid },
    spawnOwner: () => {
      const owner = processes.start();
      return Promise.resolve({ pid: owner.pid, kill: () => Promise.resolve(processes.end(owner)) });
    },
    dispose: () => {},
  };
}

const plain = (adapter: Adapter) => adapter;
const withoutLinks = (adapter: Adapter) =>
  new FaultyAdapter(adapter, (verb) => verb === "link" ? { returns: "unsupported" } : undefined);

storeSuite("files in memory", () => makeFixture(true, plain), { "sync": true, "self": true, "dead-owners": true });

storeSuite("files in memory, without hard links", () => makeFixture(true, withoutLinks), {
  "sync": true,
  "self": true,
  "dead-owners": true,
});

storeSuite("files in memory, processes unseen", () => makeFixture(false, plain), {
  "sync": true,
  "self": true,
  "dead-owners": "its processes may not ask about each other, so that only time tells",
});
