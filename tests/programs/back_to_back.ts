/**
 * A process that refreshes one source without a pause, version after version, and says each one when it is committed.
 * Arguments: the root, the source, the first version, "durable" or nothing.
 */
import { writeSync } from "node:fs";
import process from "node:process";
import { DiscoveryCache } from "../../mod.ts";
import { makePayload } from "../support/payload.ts";

const [root = "", name = "", first = "0", durable] = process.argv.slice(2);
const source = { name, ttl: 0, refreshDeadline: 60_000 };
const cache = new DiscoveryCache({ root, durable: durable === "durable" });

for (let version = Number(first);; version++) {
  await cache.refresh(source, () => Promise.resolve(makePayload(version)));
  // At once, so that nothing that was said is lost with the process.
  writeSync(1, `${version}\n`);
}
