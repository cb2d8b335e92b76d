/** One process of a crowd on one source: see tests/attack. Argument: the root. */
import process from "node:process";
import { DiscoveryCache, FileStore, type SourceKey } from "../../mod.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import type { ChurnAnswer, ChurnJob, HerdAnswer, HerdJob } from "../support/attack/crowd_job.ts";
import { haltUntil, serve } from "../support/attack/serve.ts";
import { FIRST_VERSION, makePayload, readPayload } from "../support/payload.ts";

/** No call of these attacks should ever come near to it, in milliseconds. */
const DEADLINE_MS = 60_000;

const payload = makePayload(FIRST_VERSION);
const [root = ""] = process.argv.slice(2);
const store = new FileStore({ root, adapter: detectAdapter() });
const cache = new DiscoveryCache({ store });
let granted = 0;
cache.on("claimed", () => granted++);

await serve<HerdJob | ChurnJob>((question) => question.job === "herd" ? herd(question) : churn(question));

async function herd({ name, slow, version, at }: HerdJob): Promise<HerdAnswer> {
  let runs = 0;
  const refresher = async () => {
    runs++;
    await new Promise((resolve) => setTimeout(resolve, slow));
    return makePayload(version);
  };
  haltUntil(at);
  try {
    const entry = await cache.refreshIfStale({ name, ttl: "1h", refreshDeadline: DEADLINE_MS }, refresher);
    return { runs, version: readPayload(entry.data), origin: entry.origin };
  } catch (error) {
    return { runs, problem: String(error) };
  }
}

async function churn({ call, name, at, until }: ChurnJob): Promise<ChurnAnswer> {
  const key: SourceKey = { tier: "discovery", name };
  const problems: string[] = [];
  let [calls, slowest, total] = [0, 0, 0];
  granted = 0;
  haltUntil(at);
  while (Date.now() < until) {
    const start = performance.now();
    try {
      if (call === "claim") await claimAndRelease(key);
      else await cache.refresh({ name, ttl: 0, refreshDeadline: DEADLINE_MS }, () => Promise.resolve(payload));
    } catch (error) {
      problems.push(String(error));
    }
    const took = performance.now() - start;
    calls++;
    slowest = Math.max(slowest, took);
    total += took;
    // Whoever is kept out asks again, but lets others have a turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return { calls, granted, slowest, total, problems };
}

async function claimAndRelease(key: SourceKey): Promise<void> {
  const request = { refreshDeadline: DEADLINE_MS, newerThan: Infinity, force: true };
  // As a caller does who waits for data.
  const answer = await store.claim(key, request, { lockTimeout: DEADLINE_MS });
  if (answer.kind === "adopted" || answer.kind === "cooling-down") throw new Error(`the claim was ${answer.kind}`);
  if (answer.kind !== "claimed") return;
  granted++;
  if (answer.recovered !== undefined) throw new Error("the claim was taken over from somebody who lives");
  const ending = await store.release(answer.claim);
  if (ending !== "done") throw new Error(`the claim was ${ending}`);
}
