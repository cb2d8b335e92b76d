/**
 * One process of a soak: makes calls of every kind at random, and writes each step into the ledger, until its input ends.
 * Argument: the job.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { DiscoveryCache, type Entry, type RefreshContext } from "../../mod.ts";
import { LedgerWriter, type SoakError, type SoakOp } from "../../scripts/soak/ledger.ts";
import { seededRandom, type SoakJob, type SoakSource, SOURCES } from "../../scripts/soak/plan.ts";
import { FIRST_VERSION, makePayload, readPayload } from "../support/payload.ts";

/** So many calls go on at a time. */
const LANES = 3;
/** The most that a process rests between two calls, in milliseconds. */
const LONGEST_REST_MS = 8;
/** Versions of one process; so many it never makes. */
const VERSIONS_EACH = 1_000_000;

const OPS: readonly SoakOp[] = [
  ...["read", "read", "read", "readSync", "readSync", "state"] as const,
  ...["ifStale", "ifStale", "ifStale", "ifStale", "refresh", "refresh"] as const,
  ...["background", "background", "background", "impatient", "prune"] as const,
];

const job = JSON.parse(process.argv[2] ?? "") as SoakJob;
const ledger = new LedgerWriter(job.ledger, job.number);
const random = seededRandom(job.seed * 10_007 + job.number);
// What is not durable is quicker, and so more happens.
const cache = new DiscoveryCache({ root: job.root, durable: job.number % 2 === 0, backoff: { base: 50, cap: 400 } });
/** The claim that this process was last told of, for each source. */
const tokens = new Map<string, string>();
let calls = 0;
let versions = FIRST_VERSION + job.number * VERSIONS_EACH;
let ending = false;

cache.on((event) => {
  const { name: source } = event.source;
  const token = tokens.get(source) ?? "";
  if (event.kind === "claimed") {
    tokens.set(source, event.token);
    ledger.write({ what: "claimed", source, token: event.token });
  } else if (event.kind === "recovered") {
    const { token: from, reason, startedAt, deadline } = event.from;
    ledger.write({ what: "recovered", source, from, reason, startedAt, deadline });
  } else if (event.kind === "refreshed" || event.kind === "superseded" || event.kind === "aborted") {
    ledger.write({ what: "end", source, token, how: event.kind });
  } else if (event.kind === "error") {
    ledger.write({ what: "error", source, error: report(event.error) });
  }
});

const lanes = Array.from({ length: LANES }, async () => {
  while (!ending) {
    await perform(pick(OPS), pick(SOURCES));
    await rest(random() * LONGEST_REST_MS);
  }
});
for await (const _ of createInterface({ input: process.stdin }));
ending = true;
await Promise.all(lanes);
await cache.drain();

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function report(error: unknown): SoakError {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  return { name: error.name, message: error.message.slice(0, 300) };
}

async function perform(op: SoakOp, source: SoakSource): Promise<void> {
  const call = calls++;
  ledger.write({ what: "call", call, op, source: source.name });
  try {
    const given = await make(op, source);
    ledger.write({ what: "answer", call, ...given });
  } catch (error) {
    ledger.write({ what: "answer", call, error: report(error) });
  }
}

/** The version of an entry; throws if it is torn. */
function seen(entry: Entry & { readonly origin?: string }) {
  const version = entry.data === undefined ? null : readPayload(entry.data);
  return { version, origin: entry.origin ?? entry.state };
}

async function make(op: SoakOp, source: SoakSource): Promise<{ readonly version?: number | null }> {
  const refresher = (context: RefreshContext) => refresh(source, context);
  switch (op) {
    case "read":
      return seen(await cache.read(source));
    case "readSync":
      return seen(cache.readSync(source));
    case "refresh":
      return seen(await cache.refresh(source, refresher));
    case "ifStale":
      return seen(await cache.refreshIfStale(source, refresher));
    case "impatient":
      return seen(await impatiently((signal) => cache.refresh(source, refresher, { signal })));
    case "background":
      cache.maybeRefresh(source, refresher);
      return {};
    case "state":
      await cache.refreshState(source);
      return {};
    case "prune": {
      const { failed: [first] } = await cache.prune(SOURCES.filter(({ pruned }) => !pruned || random() < 0.5));
      if (first !== undefined) throw first.error;
      return {};
    }
  }
}

async function impatiently<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const reason = Object.assign(new Error("nobody waits any more"), { name: "Impatient" });
  const timer = setTimeout(() => controller.abort(reason), random() * 40);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** How long a refresher takes, in milliseconds; now and then longer than it may. */
function slowness({ refreshDeadline }: SoakSource): number {
  const chance = random();
  if (chance < 0.4) return 0;
  if (chance < 0.8) return random() * 20;
  return chance < 0.97 ? random() * 150 : refreshDeadline * (0.9 + random());
}

/** A refresher that tells when it is called and when it is about to return, or was cut off. */
async function refresh(source: SoakSource, { signal }: RefreshContext): Promise<Uint8Array> {
  const token = tokens.get(source.name) ?? "";
  const version = ++versions;
  ledger.write({ what: "enter", source: source.name, token, version });
  const fails = random() < source.failures;
  let cutOff = false;
  const leave = (how: "bytes" | "throws" | "aborted") => {
    if (!cutOff) ledger.write({ what: "leave", source: source.name, token, how });
  };
  const abort = () => {
    leave("aborted");
    cutOff = true;
  };
  signal.addEventListener("abort", abort, { once: true });
  const ms = slowness(source);
  if (ms > 0) await rest(ms);
  signal.removeEventListener("abort", abort);
  const payload = makePayload(version);
  leave(fails ? "throws" : "bytes");
  if (fails) throw new Error("the provider says no");
  return payload;
}
