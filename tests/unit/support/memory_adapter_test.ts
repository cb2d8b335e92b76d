import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { AdapterError } from "../../../src/errors.ts";
import { MemoryAdapter } from "../../support/memory_adapter.ts";
import { MemoryDisk } from "../../support/memory_disk.ts";
import { ProcessTable } from "../../support/process_table.ts";

const DATA = new TextEncoder().encode("data");

/** A disk with a clock that is moved by hand. */
function world() {
  const clock = { now: 1_000 };
  const disk = new MemoryDisk(() => clock.now);
  const processes = new ProcessTable(() => clock.now);
  const adapter = (made = {}, mayAsk = true) =>
    new MemoryAdapter({ disk, processes, identity: processes.start(made), mayAsk });
  return { clock, disk, processes, adapter, one: adapter() };
}

describe("MemoryAdapter", () => {
  it("shares its disk with every adapter on it", () => {
    const { one, adapter } = world();
    const two = adapter();
    assertEquals(one.createExclusive("/file", DATA), "created");
    assertEquals(two.createExclusive("/file", DATA), "exists");
    assertEquals(two.read("/file")?.bytes, DATA);
  });

  it("gives the lowest free inode number to a new file, as ext4 does", () => {
    const { one } = world();
    for (const name of ["a", "b", "c"]) one.createExclusive(`/${name}`, DATA);
    const [a, b] = ["a", "b"].map((name) => one.stat(`/${name}`)?.inode);
    one.remove("/b");
    one.remove("/a");
    one.createExclusive("/d", DATA);
    one.createExclusive("/e", DATA);
    assertEquals(["d", "e"].map((name) => one.stat(`/${name}`)?.inode), [a, b]);
  });

  it("keeps an inode number while any name of the file is left", () => {
    const { one } = world();
    one.createExclusive("/a", DATA);
    one.link("/a", "/b");
    one.remove("/a");
    one.createExclusive("/c", DATA);
    assertEquals(one.stat("/c")?.inode === one.stat("/b")?.inode, false);
  });

  it("takes every time from its clock, and changes the change time with every change", () => {
    const { one, clock } = world();
    one.createExclusive("/a", DATA);
    const times = () => {
      const { modifiedAt, changedAt } = one.stat("/b") ?? one.stat("/a") ?? {};
      return [modifiedAt, changedAt];
    };
    assertEquals(times(), [1_000, 1_000]);
    clock.now = 2_000;
    one.setModified("/a", 500);
    assertEquals(times(), [500, 2_000]);
    clock.now = 3_000;
    one.link("/a", "/c");
    assertEquals(times(), [500, 3_000]);
    clock.now = 4_000;
    one.replace("/a", "/b");
    assertEquals(times(), [500, 4_000]);
    clock.now = 5_000;
    one.remove("/c");
    assertEquals(times(), [500, 5_000]);
  });

  it("lets others see a staged file before its bytes are there", async () => {
    const { one } = world();
    const staged = one.stage("/file", DATA);
    assertEquals(one.read("/file")?.bytes.length, 0);
    assertEquals(await staged, "created");
    assertEquals(one.read("/file")?.bytes, DATA);
  });

  it("calls whoever watches in a microtask, and not before", async () => {
    const { one } = world();
    const told: (string | undefined)[] = [];
    const watcher = one.watch("/", (name) => told.push(name));
    one.createExclusive("/file", DATA);
    assertEquals(told, []);
    await Promise.resolve();
    assertEquals(told, ["file"]);
    one.remove("/file");
    watcher.close();
    await Promise.resolve();
    assertEquals(told, ["file"]);
  });

  it("refuses another user what the modes do not allow", () => {
    const { one, adapter } = world();
    one.makeDirectory("/closed");
    one.createExclusive("/closed/file", DATA);
    const other = adapter({ user: 1000 });
    const calls = [
      () => other.read("/closed/file"),
      () => other.createExclusive("/closed/new", DATA),
      () => other.remove("/closed/file"),
      () => other.list("/closed"),
      () => other.makeDirectory("/closed/a"),
    ];
    for (const call of calls) assertEquals(assertThrows(call, AdapterError).code, "EACCES");
  });

  it("tells a process from another one that has got its PID", () => {
    const { one, processes } = world();
    const first = processes.start({ pid: 50 });
    const { processStart } = one.liveness(50);
    assertEquals(processStart, first.processStart);
    processes.end(first);
    assertEquals(one.liveness(50).state, "dead");
    processes.start({ pid: 50 });
    assertEquals(one.liveness(50).state, "alive");
    assertEquals(one.liveness(50).processStart === processStart, false);
  });

  it("knows the processes of its own host only", () => {
    const { adapter, processes } = world();
    const inside = adapter({ host: "memory:2" });
    const outside = processes.start();
    assertEquals(inside.liveness(outside.pid).state, "dead");
    assertEquals(inside.liveness(inside.self().pid).state, "alive");
  });

  it('says "unknown" of others when it may not ask', () => {
    const { adapter, processes } = world();
    const blind = adapter({ host: undefined }, false);
    assertEquals(blind.liveness(processes.start().pid).state, "unknown");
    assertEquals(blind.liveness(4_242).state, "unknown");
    assertEquals(blind.liveness(0).state, "dead");
    assertEquals(blind.liveness(blind.self().pid).state, "alive");
  });
});
