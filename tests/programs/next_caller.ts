/** A process that is the next caller of sources whose refreshers were killed. Argument: the root. */
import process from "node:process";
import { DiscoveryCache } from "../../mod.ts";
import type { NextCall, NextCaller } from "../support/attack/next_caller_job.ts";
import { serve } from "../support/attack/serve.ts";
import { makePayload, readPayload } from "../support/payload.ts";

const [root = ""] = process.argv.slice(2);
const cache = new DiscoveryCache({ root });
let recovered: string[] = [];
cache.on("recovered", ({ source }) => recovered.push(source.name));

await serve<NextCall>(async ({ name, version }): Promise<NextCaller> => {
  const source = { name, ttl: 0, refreshDeadline: 60_000 };
  recovered = [];
  try {
    const found = await cache.read(source);
    const before = found.data && readPayload(found.data);
    const start = performance.now();
    const entry = await cache.refresh(source, () => Promise.resolve(makePayload(version)));
    const took = performance.now() - start;
    return { before, after: readPayload(entry.data), origin: entry.origin, took, recovered: recovered.includes(name) };
  } catch (error) {
    return { problem: String(error) };
  }
});
