import { assertEquals, assertMatch } from "@std/assert";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { detectAdapter } from "../../../src/adapters/detect.ts";
import type { Finding } from "../../../src/cli/doctor/finding.ts";
import { Probe } from "../../../src/cli/doctor/probe.ts";
import { tryClock, tryLinks, tryWatch } from "../../../src/cli/doctor/try_out.ts";
import type { Adapter } from "../../../src/adapter.ts";
import { FaultyAdapter, type FaultyVerb } from "../../support/faulty_adapter.ts";
import { inTemporaryFolder } from "../../support/temporary_folder.ts";

type Fault = ConstructorParameters<typeof FaultyAdapter>[1];

/** Tries something on a disk with a fault; nothing is left of it. */
async function on(
  fault: Fault,
  trial: (adapter: Adapter, probe: Probe) => Finding | Promise<Finding>,
): Promise<Finding> {
  return await inTemporaryFolder(async (folder) => {
    const adapter = new FaultyAdapter(detectAdapter(), fault);
    const probe = new Probe(adapter, folder);
    const finding = await trial(adapter, probe);
    assertEquals([probe.remove(), readdirSync(folder)], [true, []]);
    return finding;
  });
}

describe("tryLinks()", () => {
  it("finds a disk of this machine in order", async () => {
    assertEquals((await on(() => undefined, tryLinks)).severity, "ok");
  });

  it("bears with a disk that has no hard links", async () => {
    const { severity, what } = await on((verb) => verb === "link" ? { returns: "unsupported" } : undefined, tryLinks);
    assertEquals(severity, "attention");
    assertMatch(what, /^there are none: /);
  });

  const lies: readonly (readonly [string, FaultyVerb, number, unknown])[] = [
    ["two who make one file both win", "createExclusive", 2, "created"],
    ["two who link one name both win", "link", 2, "linked"],
    ["a link is said to be there already", "link", 1, "exists"],
    ["what is to replace is said to be gone", "replace", 1, "absent"],
    ["a file is said to be gone that is there", "remove", 1, false],
    ["a link leads to nothing", "read", 1, undefined],
    ["a replaced file is still the old one", "replace", 1, "replaced"],
  ];
  for (const [what, lying, when, returns] of lies) {
    it(`finds a problem if ${what}`, async () => {
      const lie: Fault = (verb, _path, count) => verb === lying && count === when ? { returns } : undefined;
      const { severity, fix } = await on(lie, tryLinks);
      assertEquals([severity, fix], ["problem", "choose another --root, on a local disk"]);
    });
  }

  it("says what the system refused", async () => {
    const { severity, what } = await on((verb) => verb === "createExclusive" ? "ENOSPC" : undefined, tryLinks);
    assertEquals([severity, what], ["problem", "they cannot be tried: ENOSPC"]);
  });
});

describe("tryClock()", () => {
  it("compares the time of a new file with the clock", async () => {
    const at = (offset: number) =>
      on(() => undefined, (adapter, probe) => tryClock(adapter, probe, () => Date.now() + offset));
    assertEquals((await at(0)).severity, "ok");
    assertMatch((await at(3_600_000)).what, /^a new file's time is (1h|59m).* behind this machine's clock$/);
    assertMatch((await at(-3_600_000)).what, /^a new file's time is (1h|59m).* ahead of this machine's clock$/);
  });

  it("says what the system refused", async () => {
    const { severity, what } = await on((verb) => verb === "createExclusive" ? "EIO" : undefined, tryClock0);
    assertEquals([severity, what], ["problem", "it cannot be compared: EIO"]);
  });
});

const tryClock0 = (adapter: Adapter, probe: Probe) => tryClock(adapter, probe, Date.now);

describe("tryWatch()", () => {
  it("hears of a real change", { timeout: 120_000 }, async () => {
    assertEquals((await on(() => undefined, tryWatch)).severity, "ok");
  });

  it("says that it hears nothing where the system is silent", { timeout: 120_000 }, async () => {
    const silent = { close: () => {} };
    const { severity, what } = await on(
      (verb) => verb === "watch" ? { returns: silent } : undefined,
      (adapter, probe) => tryWatch(adapter, probe, 20),
    );
    assertEquals(severity, "attention");
    assertMatch(what, /^a change was not noticed: /);
  });

  it("says what to do where the system has no watches left, and where the disk is full", async () => {
    const watches = await on((verb) => verb === "watch" ? "EMFILE" : undefined, tryWatch);
    assertMatch(watches.fix ?? "", /^sudo sysctl fs\.inotify\./);
    const full = await on((verb) => verb === "createExclusive" ? "ENOSPC" : undefined, tryWatch);
    assertMatch(full.fix ?? "", /^make room on the disk: df -h /);
  });
});
