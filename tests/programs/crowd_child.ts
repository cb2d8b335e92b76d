/** A process that does one thing again and again while others do theirs. Argument: the job. */
import { Buffer } from "node:buffer";
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
  WriteResult,
} from "../support/crowd_jobs.ts";
import { mark, marked, markedAtOnce } from "../support/marks.ts";
import { repeatedPayload, versionOf } from "../support/payload.ts";

/** Nobody is to be kept waiting by these: far longer than any test takes. */
const LONG_MS = 600_000;

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

/** One of many readers: what it saw last, and how many versions. */
class Reader {
  readonly #cache: DiscoveryCache;
  readonly #source = { name: "models", ttl: LONG_MS, refreshDeadline: LONG_MS };
  readonly #atOnce: boolean;
  seen = 0;
  versions = 0;

  /** Every second one reads at once, and every third keeps nothing in memory. */
  constructor(root: string, number: number) {
    this.#cache = new DiscoveryCache({ root, ...(number % 3 === 0 ? { memory: 0 } : {}) });
    this.#atOnce = number % 2 === 0;
  }

  /** What is wrong with one read. */
  async read(times: number, expected: (version: number) => Uint8Array): Promise<string | undefined> {
    const { data } = this.#atOnce ? this.#cache.readSync(this.#source) : await this.#cache.read(this.#source);
    if (data === undefined) return `nothing there after version ${this.seen}`;
    const version = versionOf(data);
    if (version === undefined || Buffer.compare(data, expected(version)) !== 0) {
      return `torn: ${data.length} bytes after version ${this.seen}, ${times} times ${version}`;
    }
    if (version < this.seen) return `version ${version} after version ${this.seen}`;
    if (version > this.seen) this.versions++;
    this.seen = version;
    return undefined;
  }
}

async function read({ root, marks, name, readers: count, last, times }: ReadJob): Promise<ReadResult> {
  const readers = Array.from({ length: count }, (_, number) => new Reader(root, number));
  const made = new Map<number, Uint8Array>();
  const expected = (version: number) => {
    const payload = made.get(version) ?? repeatedPayload(version, times);
    made.set(version, payload);
    return payload;
  };
  const problems: string[] = [];
  let reads = 0;
  let marked = 0;
  while (problems.length === 0 && marked < last) {
    const found = await Promise.all(readers.map((reader) => reader.read(times, expected)));
    problems.push(...found.filter((problem) => problem !== undefined));
    reads += count;
    const seen = Math.min(...readers.map((reader) => reader.seen));
    if (seen > marked) mark(marks, marked = seen, name);
    await turn();
  }
  return { reads, fewestVersions: Math.min(...readers.map(({ versions }) => versions)), problems };
}

async function write({ root, marks, sources, first, last, times, waitsFor }: WriteJob): Promise<WriteResult> {
  const cache = new DiscoveryCache({ root });
  const problems: string[] = [];
  for (let version = first; version <= last; version++) {
    await marked(marks, version - 1, waitsFor);
    for (const name of sources) {
      const source = { name, ttl: LONG_MS, refreshDeadline: LONG_MS };
      const { data, origin } = await cache.refresh(source, () => Promise.resolve(repeatedPayload(version, times)));
      if (origin !== "refreshed" || versionOf(data) !== version) {
        problems.push(`${name} ${version}: ${origin} ${versionOf(data)}`);
      }
    }
  }
  return { problems };
}

async function prune({ root, marks, name, active, source, first, last }: PruneJob): Promise<PruneResult> {
  const cache = new DiscoveryCache({ root });
  const removed: Record<string, number> = {};
  const problems: string[] = [];
  let prunes = 0;
  mark(marks, first - 1, name);
  for (let next = first; next <= last; prunes++) {
    const report = await cache.prune(active.map((name) => ({ name })));
    for (const key of report.removed) removed[key.name] = (removed[key.name] ?? 0) + 1;
    problems.push(...report.litter, ...report.failed.map(({ what, error }) => `${what}: ${error}`));
    if (problems.length > 0) break;
    if (report.removed.some((key) => key.name === source)) mark(marks, next++, name);
    await turn();
  }
  return { prunes, removed, problems };
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
