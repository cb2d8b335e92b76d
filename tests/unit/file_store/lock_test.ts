import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { claimSection } from "../../../src/file_store/claims.ts";
import { perform } from "../../../src/file_store/driver.ts";
import { sourcePaths } from "../../../src/file_store/layout.ts";
import type { Operation, Step } from "../../../src/file_store/operation.ts";
import type { Party } from "../../../src/file_store/party.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { MemoryAdapter } from "../../support/memory_adapter.ts";
import { MemoryDisk } from "../../support/memory_disk.ts";
import { ProcessTable } from "../../support/process_table.ts";

const paths = sourcePaths("/root/discovery", { tier: "discovery", name: "models" });
const request = { refreshDeadline: 3_600_000, newerThan: Infinity, force: true };

/** A process, and a way to run its sections with something happening after some operations. */
function newProcess() {
  let late = 0;
  const manual = new ManualClock(1_700_000_000_000);
  const clock = { ...bound(manual), now: () => manual.now() + late, monotonic: () => late };
  const processes = new ProcessTable(() => clock.now());
  const identity = processes.start();
  const adapter = new MemoryAdapter({ disk: new MemoryDisk(() => clock.now()), processes, identity });
  adapter.makeDirectory(paths.folder);
  const party: Party = { self: identity, clock, orphans: new Map() };

  /** Runs a section; after the operations that `isSlow` picks the process stands still for longer than it may. */
  function runSlowly<T>(section: Step<T>, isSlow: (operation: Operation) => boolean): T {
    let step = section.next();
    while (!step.done) {
      const operation = step.value;
      const result = perform(adapter, operation);
      if (isSlow(operation)) late += 30_000;
      step = section.next(result);
    }
    return step.value;
  }
  return { adapter, party, runSlowly };
}

function bound(clock: ManualClock) {
  return {
    sleep: (ms: number) => clock.sleep(ms),
    random: () => clock.random(),
    randomBytes: (length: number) => clock.randomBytes(length),
  };
}

describe("a section whose process stands still for too long", () => {
  it("keeps the claim that it was granted, and remembers the lock that it could not give back (P6, P7)", () => {
    const { adapter, party, runSlowly } = newProcess();
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
    const { adapter, party, runSlowly } = newProcess();
    const answer = runSlowly(
      claimSection(party, paths, request),
      (operation) => operation.verb === "replace" && operation.to === paths.marker,
    );
    assertEquals(answer.kind, "claimed");
    assertEquals(party.orphans.size, 0);
    assertEquals([...adapter.list(paths.folder) ?? []].map(({ name }) => name), ["models.refreshing"]);
  });
});
