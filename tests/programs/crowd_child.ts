/** A process that does one thing again and again while others do theirs, and fails at once if it goes wrong. Argument: the job. */
import process from "node:process";
import { DiscoveryCache, FileStore } from "../../mod.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import type {
  ClaimJob,
  ClaimResult,
  CrowdJob,
  PruneJob,
  PruneResult,
  ReadJob,
  ReadResult,
  WriteJob,
} from "../support/crowd_jobs.ts";
import { mark, marked, markedAtOnce } from "../support/marks.ts";
import { endWhenOrphaned } from "../support/orphaned.ts";
import { repeatedPayload, versionOf } from "../support/payload.ts";
import { VersionReader } from "../support/version_reader.ts";

/** Nobody is to be kept waiting by these: far longer than any test takes. */
const LONG_MS = 600_000;

endWhenOrphaned();
const job = JSON.parse(process.argv[2] ?? "") as CrowdJob;
console.log(JSON.stringify({ ready: true }));
console.log(JSON.stringify({ result: await work(job) }));

function work(job: CrowdJob): Promise<unknown> {
  switch (job.job) {
    case "read":
      return read(job);
    case "write":
      return write(job);
    case "prune":
      return prune(job);
    case "claim":
      return claim(job);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function read({ root, marks, name, readers: count, last, times }: ReadJob): Promise<ReadResult> {
  const made = new Map<number, Uint8Array>();
  const expected = (version: number) => {
    const payload = made.get(version) ?? repeatedPayload(version, times);
    made.set(version, payload);
    return payload;
  };
  const readers = Array.from({ length: count }, (_, number) => new VersionReader(root, number, expected));
  let reads = 0;
  for (let marked = 0; marked < last; await turn()) {
    await Promise.all(readers.map((reader) => reader.read()));
    reads += count;
    const seen = Math.min(...readers.map((reader) => reader.seen));
    if (seen > marked) mark(marks, marked = seen, name);
  }
  return { reads, fewestVersions: Math.min(...readers.map(({ versions }) => versions)) };
}

async function write({ root, marks, sources, first, last, times, waitsFor }: WriteJob): Promise<void> {
  const cache = new DiscoveryCache({ root });
  for (let version = first; version <= last; version++) {
    await marked(marks, version - 1, waitsFor);
    for (const name of sources) {
      const source = { name, ttl: LONG_MS, refreshDeadline: LONG_MS };
      const { data, origin } = await cache.refresh(source, () => Promise.resolve(repeatedPayload(version, times)));
      if (origin !== "refreshed" || versionOf(data) !== version) {
        throw new Error(`version ${version} of ${name} was refreshed, and ${versionOf(data)} was ${origin}`);
      }
    }
  }
}

async function prune({ root, marks, name, active, source, first, last }: PruneJob): Promise<PruneResult> {
  const cache = new DiscoveryCache({ root });
  const removed: Record<string, number> = {};
  let prunes = 0;
  mark(marks, first - 1, name);
  for (let next = first; next <= last; prunes++) {
    const report = await cache.prune(active.map((name) => ({ name })));
    for (const key of report.removed) removed[key.name] = (removed[key.name] ?? 0) + 1;
    const unwanted = [...report.litter, ...report.failed.map(({ what, error }) => `${what}: ${error}`)];
    if (unwanted.length > 0) throw new Error(`litter or failures: ${unwanted.join(", ")}`);
    if (report.removed.some((key) => key.name === source)) mark(marks, next++, name);
    await turn();
  }
  return { prunes, removed };
}

async function claim({ root, marks, name, names, rounds }: ClaimJob): Promise<ClaimResult[]> {
  const store = new FileStore({ root, adapter: detectAdapter() });
  const results: ClaimResult[] = [];
  const request = { refreshDeadline: LONG_MS, newerThan: Infinity, force: false };
  for (let round = 0; round < rounds; round++) {
    mark(marks, round, name);
    markedAtOnce(marks, round, names);
    const key = { tier: "discovery", name: `source-${round}` };
    const answer = await store.claim(key, request, { lockTimeout: LONG_MS });
    const { kind } = answer;
    if (answer.kind === "claimed") {
      const { claim, recovered } = answer;
      results.push({ kind, token: claim.token, from: recovered?.owner.pid });
    } else results.push({ kind, token: answer.kind === "refreshing" ? answer.token : undefined, from: undefined });
  }
  // Whoever ends is dead, and his claims may be taken over.
  mark(marks, rounds, name);
  await marked(marks, rounds, names);
  return results;
}
