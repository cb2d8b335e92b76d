/**
 * A program that asks for stale data and leaves. Says how long that took it, in milliseconds from the call to its exit.
 * Arguments: the cache's folder, and how the data is asked for.
 */
import { writeSync } from "node:fs";
import process from "node:process";
import { DiscoveryCache } from "../../dist/mod.js";

const [, , root, refresh] = process.argv;
const cache = new DiscoveryCache({ root });
const source = cache.source({
  name: "a",
  ttl: "1h",
  refreshDeadline: "60s",
  refresh: new URL("./leave_answer.mjs", import.meta.url),
  detached: { permissions: [] },
});
const start = performance.now();
process.on("exit", () => writeSync(1, String(performance.now() - start)));
await source.get({ refresh });
