import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { AdapterError } from "../../../src/errors.ts";
import { type FaultPlan, FaultyAdapter, withoutHardLinks } from "../../support/faulty_adapter.ts";
import { MemoryAdapter } from "../../support/memory_adapter.ts";
import { MemoryDisk } from "../../support/memory_disk.ts";
import { ProcessTable } from "../../support/process_table.ts";

const DATA = new TextEncoder().encode("data");

function faulty(plan: FaultPlan): FaultyAdapter {
  const now = () => 1_000;
  const processes = new ProcessTable(now);
  return new FaultyAdapter(
    new MemoryAdapter({ disk: new MemoryDisk(now), processes, identity: processes.start() }),
    plan,
  );
}

describe("FaultyAdapter", () => {
  it("does what the other one does when nothing is planned", async () => {
    const adapter = faulty(() => undefined);
    assertEquals(adapter.makeDirectory("/a"), "created");
    assertEquals(adapter.createExclusive("/a/b", DATA), "created");
    assertEquals(await adapter.stage("/a/c", DATA, { durable: true }), "created");
    assertEquals(adapter.link("/a/b", "/a/d"), "linked");
    assertEquals(adapter.replace("/a/c", "/a/d"), "replaced");
    assertEquals(adapter.setModified("/a/d", 5), true);
    assertEquals(adapter.stat("/a/d")?.modifiedAt, 5);
    assertEquals((await adapter.readLarge("/a/d"))?.bytes, adapter.read("/a/d")?.bytes);
    assertEquals([...adapter.list("/a") ?? []].map(({ name }) => name).sort(), ["b", "d"]);
    assertEquals(adapter.realPath("/a/../a/d"), "/a/d");
    assertEquals(adapter.remove("/a/d"), true);
    assertEquals(adapter.liveness(adapter.self().pid).state, "alive");
    adapter.watch("/a", () => {}).close();
  });

  it("fails before the operation when an errno is planned", () => {
    const adapter = faulty((verb) => verb === "createExclusive" ? "EIO" : undefined);
    const error = assertThrows(() => adapter.createExclusive("/file", DATA), AdapterError);
    assertEquals([error.operation, error.path, error.code], ["createExclusive", "/file", "EIO"]);
    assertEquals(adapter.stat("/file"), undefined);
  });

  it("fails after the operation took effect when that is planned", async () => {
    const adapter = faulty((verb) => verb === "link" || verb === "stage" ? { after: "EIO" } : undefined);
    adapter.createExclusive("/file", DATA);
    assertThrows(() => adapter.link("/file", "/name"), AdapterError, "EIO");
    assertEquals(adapter.read("/name")?.bytes, DATA);
    await assertRejects(() => adapter.stage("/staged", DATA, { durable: true }), AdapterError, "EIO");
    assertEquals(adapter.read("/staged")?.bytes, DATA);
  });

  it("leaves half of a file when a short write is planned", async () => {
    const adapter = faulty((verb) => verb === "createExclusive" || verb === "stage" ? "short" : undefined);
    assertThrows(() => adapter.createExclusive("/file", DATA), AdapterError, "ENOSPC");
    await assertRejects(() => adapter.stage("/staged", DATA, { durable: true }), AdapterError, "ENOSPC");
    for (const path of ["/file", "/staged"]) assertEquals(adapter.stat(path)?.size, 2);
  });

  it("returns what is planned instead of working", () => {
    const adapter = withoutHardLinks(faulty(() => undefined));
    adapter.createExclusive("/file", DATA);
    assertEquals(adapter.link("/file", "/name"), "unsupported");
    assertEquals(adapter.stat("/name"), undefined);
  });

  it("tells the plan the verb, the path, and how often the verb has been called", () => {
    const asked: unknown[] = [];
    const adapter = faulty((...call) => void asked.push(call));
    adapter.stat("/a");
    adapter.link("/a", "/b");
    adapter.stat("/c");
    adapter.liveness(7);
    assertEquals(asked, [["stat", "/a", 1], ["link", "/b", 1], ["stat", "/c", 2], ["liveness", "7", 1]]);
    assertEquals([adapter.count("stat"), adapter.count("read")], [2, 0]);
  });
});
