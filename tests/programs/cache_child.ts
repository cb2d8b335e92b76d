/** A process with a cache of its own that makes one call and tells what happens. Argument: the job. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { DiscoveryCache, systemClock } from "../../mod.ts";
import type { RefreshContext } from "../../mod.ts";
import type { CacheJob, ErrorReport, Line, Outcome, RefresherJob } from "../support/cache_jobs.ts";

/** How often a gate is looked at, in milliseconds. */
const LOOK_MS = 3;

const job = JSON.parse(process.argv[2] ?? "") as CacheJob;
const { root, method, ttl = 60_000, refreshDeadline = 60_000 } = job;
const source = { name: "models", ttl, refreshDeadline };
// A failure cools down for longer than any test goes on, whatever the jitter.
const clock = { ...systemClock, random: () => 0.9 };
const cache = new DiscoveryCache({ root, clock, backoff: { base: 600_000 } });
const decoder = new TextDecoder();

cache.on((event) => tell({ event: JSON.parse(JSON.stringify(event, (_key, value) => reported(value))) }));
if (job.badListener === true) {
  process.on("uncaughtException", (error) => tell({ uncaught: error.message }));
  cache.on(({ kind }) => {
    throw new Error(`a listener's mistake at ${kind}`);
  });
}

tell({ ready: true });
if (job.go !== undefined) { while (!existsSync(job.go)); }
if (method === "maybeRefresh") cache.maybeRefresh(source, refresher);
else tell({ outcome: await call().catch((error: unknown) => ({ error: report(error) })) });

async function call(): Promise<Outcome> {
  if (method === "get") {
    const definition = { ...source, refresh: async (context: RefreshContext) => JSON.parse(await refresher(context)) };
    const { data, state, origin } = await cache.source<unknown>(definition).getEntry();
    return { text: JSON.stringify(data), state, origin };
  }
  if (method === "prune") {
    const { removed, litter, failed } = await cache.prune([], { all: true });
    const failures = failed.map(({ error }) => report(error).code);
    return { text: JSON.stringify({ removed: removed.length, litter: litter.length, failures }), state: "pruned" };
  }
  if (method === "read") {
    const { data, state } = await cache.read(source);
    return { text: data && decoder.decode(data), state };
  }
  const entry = method === "refresh" ? cache.refresh(source, refresher) : cache.refreshIfStale(source, refresher);
  const { data, state, origin } = await entry;
  return { text: decoder.decode(data), state, origin };
}

function refresher(context: RefreshContext): Promise<string> {
  const { payload, times = 1, runs, mischief } = job.refresher;
  appendFileSync(runs, `${process.pid}\n`);
  if (mischief === "throws") throw new Error("thrown at once");
  if (mischief === "returns undefined") return Promise.resolve(undefined as unknown as string);
  if (mischief === "rejects with undefined") return Promise.reject(undefined);
  return passGate(job.refresher, context).then(() => payload.repeat(times));
}

async function passGate({ gate }: RefresherJob, { signal }: RefreshContext): Promise<void> {
  if (gate === undefined) return;
  while (!existsSync(gate)) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const complaint = readFileSync(gate, "utf8");
  if (complaint !== "") throw new Error(complaint);
}

function tell(line: Line): void {
  console.log(JSON.stringify(line));
}

function reported(value: unknown): unknown {
  return value instanceof Error ? report(value) : value;
}

function report(error: unknown): ErrorReport {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  const { name, message, cause } = error;
  const { code, reason, attempts, retryAt, problem, pid } = error as unknown as Record<string, unknown>;
  const causeCode = cause instanceof Error ? (cause as unknown as Record<string, unknown>)["code"] : undefined;
  return { name, message, code, reason, attempts, retryAt, problem, pid, causeCode };
}
