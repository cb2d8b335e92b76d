import { assertEquals } from "@std/assert";
import process from "node:process";
import { after, describe, it } from "node:test";
import { adapterSuite } from "../adapter_suite.ts";
import { until } from "./bench.ts";
import { realCapabilities } from "./real_capabilities.ts";
import { scopedDeno } from "./scoped_world.ts";

/** Generous: a machine may be busy. */
const TIMEOUT_MS = 120_000;

/** The whole suite for Deno with read and write permission for its root, and what is different there. */
export function scopedClauses(name: string): void {
  describe(`adapter ${name}, on a terminal`, () => {
    const deno = scopedDeno();
    const { adapter } = deno;
    let finished = false;
    after(async () => {
      if (!finished) await deno.abandon();
    });

    adapterSuite(
      name,
      deno.makeFixture,
      realCapabilities(deno.child, {
        "yields": "the adapter is in another process, and so is the work that it would have to let go on",
        "liveness": "Deno tells nothing of the host and of other processes without every permission",
      }),
    );

    it("self() gives the PID and nothing else", () => {
      const { pid } = adapter.self();
      assertEquals(adapter.self(), { pid, host: undefined, processStart: undefined, user: undefined });
    });

    it('liveness() says "unknown" when it is another process, dead or alive', () => {
      for (const pid of [1, process.pid, 4_194_304]) {
        assertEquals(adapter.liveness(pid), { state: "unknown", processStart: undefined, startedAt: undefined });
      }
    });

    it("makeDirectory() makes its root when neither that nor the folders above it are there", () => {
      assertEquals(adapter.makeDirectory(deno.absentRoot), "created");
      assertEquals(adapter.makeDirectory(deno.absentRoot), "exists");
      assertEquals(adapter.stat(deno.absentRoot)?.mode, 0o700);
    });

    it("a prompt would be seen, if there were one", { timeout: TIMEOUT_MS }, async () => {
      const other = scopedDeno();
      try {
        other.terminal.tell({ ask: "call", verb: "stat", args: [`${other.folder}/../outside`] });
        await until(() => other.terminal.text.includes("Allow?"));
      } finally {
        await other.abandon();
      }
    });

    it("nothing has been printed on the terminal, and no prompt", { timeout: TIMEOUT_MS }, async () => {
      const text = await deno.finish();
      finished = true;
      assertEquals(text, "");
    });
  });
}
