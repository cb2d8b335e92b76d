import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { runSoak } from "../../scripts/soak/run.ts";
import { share } from "../support/rounds.ts";

const SECONDS = share(60);

describe("a soak", () => {
  it("holds every invariant while processes are killed and stopped", { timeout: 1_200_000 }, async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    console.log(`attack: a soak of ${SECONDS} s, seed ${seed}`);
    const { figures, violations, kept } = await runSoak({ seconds: SECONDS, seed });
    for (const line of figures) console.log(`attack:   ${line}`);
    console.log(`attack:   ${violations.length} violations${kept === undefined ? "" : `; the ledger is ${kept}`}`);
    assertEquals(violations.slice(0, 20), []);
  });
});
