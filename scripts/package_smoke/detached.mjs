/** Lets a refresh outlive the call: the package finds its own program for that, wherever it was installed. */
import { DiscoveryCache } from "@discoverycache/core";
import { mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const root = mkdtempSync(join(tmpdir(), "discoverycache-smoke-"));
const cache = new DiscoveryCache({ root });
const events = [];
cache.on(({ kind }) => events.push(kind));
const source = cache.source({
  name: "a",
  ttl: "1h",
  refreshDeadline: "30s",
  refresh: new URL("./detached_answer.mjs", import.meta.url),
  detached: { permissions: [] },
});

const first = await source.get();
utimesSync(join(root, "discovery/a.json"), 1, 1);
const stale = await source.get();
const start = performance.now();
let entry = source.readSync();
while (entry.state !== "fresh" && performance.now() - start < 30_000) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  entry = source.readSync();
}
rmSync(root, { recursive: true, force: true });
// It was asked here first, and then by another process.
const pids = [first, stale, entry.data].map(({ pid }) => pid === process.pid);
if (pids.join() !== "true,true,false" || entry.state !== "fresh" || !events.includes("detached")) {
  throw new Error(`${pids} ${entry.state} ${events}`);
}
