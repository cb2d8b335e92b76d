import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { FolderWatches, openFeed } from "../../../src/file_store/wait.ts";
import { ManualClock, turn } from "../../support/manual_clock.ts";
import { Machine } from "../../support/machine.ts";

const FOLDER = "/root/discovery";
const BYTES = new Uint8Array([1]);

/** Waits on a feed of the source `models`, and says whether a file that comes up ends the wait. */
async function isWokenBy(file: string): Promise<boolean> {
  const { adapter } = new Machine().spawn();
  adapter.makeDirectory(FOLDER);
  const feed = openFeed(new FolderWatches(adapter), FOLDER, "models", new ManualClock());
  let woken = false;
  void feed.next(60_000).then(() => woken = true);
  adapter.createExclusive(`${FOLDER}/${file}`, BYTES);
  await turn();
  await turn();
  feed.close();
  return woken;
}

describe("openFeed()", () => {
  it("wakes whoever waits when the data or the marker changes", async () => {
    assertEquals(await isWokenBy("models.json"), true);
    assertEquals(await isWokenBy("models.refreshing"), true);
  });

  it("lets him sleep through locks, guards, staged files, and other sources", async () => {
    const token = "0".repeat(32);
    const others = ["models.lock", "models.lock~", `models.json.${token}.tmp`, `models.lock.${token}.tmp`];
    for (const file of [...others, "models.2.json", "other.json"]) assertEquals(await isWokenBy(file), false, file);
  });
});
