/** A process with a cache of its own that makes one call and tells what happens. Argument: the job. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { DiscoveryCache, RetryAfterError, systemClock } from "../../mod.ts";
import type { NotModified, RefreshContext, SourceKey } from "../../mod.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import type { CacheJob, ErrorReport, Line, Outcome, RefresherJob, StepJob } from "../support/cache_jobs.ts";
import { FaultyAdapter } from "../support/faulty_adapter.ts";
import { endIfOrphaned, endWhenOrphaned } from "../support/orphaned.ts";
import { waitBlocking } from "../support/wait_blocking.ts";

/** How often a gate is looked at, in milliseconds. */
const LOOK_MS = 3;

const job = JSON.parse(process.argv[2] ?? "") as CacheJob;
const { root, method, name = "models", ttl = 60_000, refreshDeadline = 60_000, keepAlive, leaves } = job;
const source = { name, ttl, refreshDeadline };
// A failure cools down for longer than any test goes on, whatever the jitter.
const clock = { ...systemClock, random: () => 0.9, now };
const adapter = job.step === undefined ? undefined : steppingAdapter(job.step);
const { redact: secret } = job;
const redact = secret === undefined ? undefined : (text: string) => text.replaceAll(secret, "***");
// Where operations are counted, none may depend on how old a file is: what is remembered need not be read again.
const memory = job.step === undefined ? undefined : 0;
const cache = new DiscoveryCache({ root, clock, adapter, memory, keepAlive, redact, backoff: { base: 600_000 } });
const decoder = new TextDecoder();

cache.on((event) => tell({ event: JSON.parse(JSON.stringify(event, (_key, value) => reported(value))) }));
if (job.badListener === true) {
  process.on("uncaughtException", (error) => tell({ uncaught: error.message }));
  cache.on(({ kind }) => {
    throw new Error(`a listener's mistake at ${kind}`);
  });
}

endWhenOrphaned();
tell({ ready: true });
if (job.go !== undefined) { while (!existsSync(job.go)) endIfOrphaned(); }
if (method === "maybeRefresh") cache.maybeRefresh(source, refresher);
else {
  let outcome = await outcomeOfCall();
  for (let count = 1; count < (job.times ?? 1); count++) outcome = await outcomeOfCall();
  tell({ outcome });
}
if (job.leavesAt !== undefined) await opened(job.leavesAt);
if (leaves === "closes") await cache.close();
if (leaves === "disposes") await cache[Symbol.asyncDispose]();
if (leaves === "exits") process.exit();
if (leaves === "exits by Deno") (globalThis as unknown as { Deno: { exit(): void } }).Deno.exit();

/** The wall clock, perhaps ahead of everybody else's. */
function now(): number {
  const { ahead } = job;
  return systemClock.now() + (ahead !== undefined && existsSync(ahead.at) ? ahead.ms : 0);
}

/** Dies, or waits, before one operation; all others are the runtime's own. */
function steppingAdapter({ verb, ending = "", count, waitsFor, exits }: StepJob): FaultyAdapter {
  let left = count;
  return new FaultyAdapter(detectAdapter(), (called, path) => {
    if ((verb !== undefined && verb !== called) || !path.endsWith(ending) || --left !== 0) return undefined;
    if (exits === true) process.exit();
    if (waitsFor === undefined) process.kill(process.pid, "SIGKILL");
    else {
      tell({ step: true });
      waitBlocking(waitsFor);
    }
    return undefined;
  });
}

async function outcomeOfCall(): Promise<Outcome> {
  return await call().catch((error: unknown) => ({ error: report(error) }));
}

async function prune(): Promise<Outcome> {
  const active = (job.active ?? []).map((name) => ({ name }));
  const { removed, refreshing, kept, litter, failed } = await cache.prune(active, { all: true });
  const names = (keys: readonly SourceKey[]) => keys.map(({ name }) => name).sort();
  const failures = failed.map(({ what, error }) => `${what}: ${error}`);
  const pruned = { removed: names(removed), refreshing: names(refreshing), kept, litter: litter.length };
  return { pruned: { ...pruned, failed: failures } };
}

async function call(): Promise<Outcome> {
  if (method === "prune") return await prune();
  if (method === "get") {
    const definition = {
      ...source,
      refresh: async (context: RefreshContext) => JSON.parse(String(await refresher(context))),
    };
    const { data, state, origin } = await cache.source<unknown>(definition).getEntry();
    return { text: JSON.stringify(data), state, origin };
  }
  if (method === "read" || method === "readSync") {
    const { data, state } = method === "read" ? await cache.read(source) : cache.readSync(source);
    return { text: data && decoder.decode(data), state };
  }
  const entry = method === "refresh" ? cache.refresh(source, refresher) : cache.refreshIfStale(source, refresher);
  const { data, state, origin } = await entry;
  return { text: decoder.decode(data), state, origin };
}

function refresher(context: RefreshContext): Promise<string | NotModified> {
  const { payload, times = 1, runs, mischief, fetches } = job.refresher;
  appendFileSync(runs, `${process.pid}\n`);
  const previous = context.previous?.data;
  tell({
    began: {
      deadline: context.deadline,
      previous: previous instanceof Uint8Array ? decoder.decode(previous) : undefined,
    },
  });
  context.signal.addEventListener("abort", () => tell({ aborted: report(context.signal.reason) }));
  if (mischief === "throws") throw new Error("thrown at once");
  if (mischief === "returns undefined") return Promise.resolve(undefined as unknown as string);
  if (mischief === "rejects with undefined") return Promise.reject(undefined);
  if (mischief === "never settles") return new Promise(() => {});
  if (fetches !== undefined) return fetch(fetches, { signal: context.signal }).then((response) => response.text());
  return work(job.refresher, context).then((answer) => answer ?? payload.repeat(times));
}

/** What is done before there is data; perhaps nothing has changed. */
async function work(plan: RefresherJob, context: RefreshContext): Promise<NotModified | undefined> {
  for (const { at, report, extend } of plan.deeds ?? []) {
    if (at !== undefined) await opened(at, context.signal);
    if (report !== undefined) context.report(report);
    if (extend !== undefined) await context.extend(extend);
  }
  await passGate(plan, context);
  if (plan.retryAfter !== undefined) throw new RetryAfterError(plan.retryAfter);
  return plan.unchanged === true ? context.notModified() : undefined;
}

async function passGate({ gate, waits = "heeds" }: RefresherJob, { signal }: RefreshContext): Promise<void> {
  if (gate === undefined) return;
  if (waits === "blocks") waitBlocking(gate);
  await opened(gate, waits === "heeds" ? signal : undefined);
  const complaint = readFileSync(gate, "utf8");
  if (complaint !== "") throw new Error(complaint);
}

/** Resolves when a file is there. */
async function opened(path: string, signal?: AbortSignal): Promise<void> {
  while (!existsSync(path)) {
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
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
