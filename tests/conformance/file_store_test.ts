import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { FileStore } from "../../src/file_store/file_store.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { type MortalProcess, type StoreFixture, storeSuite } from "./store_suite.ts";

const adapter = detectAdapter();

/** A process that does nothing, for ten minutes at the most. */
async function spawnOwner(): Promise<MortalProcess> {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  await once(child, "spawn");
  if (child.pid === undefined) throw new Error("sleep has no process id");
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return { pid: child.pid, kill };
}

function makeFixture(): StoreFixture {
  const folder = mkdtempSync(join(tmpdir(), "discoverycache-store-"));
  const clock = new ManualClock();
  const owners: MortalProcess[] = [];
  return {
    open: () => new FileStore({ root: join(folder, "root"), adapter, clock }),
    clock,
    pids: { own: process.pid, other: process.ppid },
    spawnOwner: async () => {
      const owner = await spawnOwner();
      owners.push(owner);
      return owner;
    },
    dispose: async () => {
      for (const owner of owners) await owner.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

storeSuite(`files with the ${adapter.name} adapter`, makeFixture, {
  "sync": true,
  "self": true,
  "dead-owners": process.platform === "win32" ? "there is no command `sleep`" : true,
});
