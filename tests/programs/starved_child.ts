/**
 * A process that uses up its descriptors, calls its caches all the same, gives the descriptors back, and calls again.
 * Arguments: the root, and how many descriptors it leaves free.
 */
import { closeSync, openSync, readdirSync, statSync } from "node:fs";
import process from "node:process";
import { DiscoveryCache } from "../../mod.ts";
import type { Source } from "../../mod.ts";
import type { Answer, StarvedReport } from "../support/starved_report.ts";

const [, , root = "", free = "0"] = process.argv;
const source: Source = { name: "models", ttl: "1m", refreshDeadline: "10s" };
const decoder = new TextDecoder();
const errors: Answer[] = [];

/** One that remembers what it has read, and one that does not. */
const [keeping, forgetful] = [new DiscoveryCache({ root }), new DiscoveryCache({ root, memory: 0 })];
for (const cache of [keeping, forgetful]) cache.on("error", ({ error }) => errors.push(answerOf(error)));

function answerOf(error: unknown): Answer {
  const { name, code, cause } = error as { name: string; code?: string; cause?: { code?: string } };
  return { name, code, causeCode: cause?.code };
}

async function ask(question: () => Promise<string | undefined>): Promise<Answer> {
  try {
    return { text: await question() };
  } catch (error) {
    return answerOf(error);
  }
}

const textOf = ({ data }: { readonly data: Uint8Array | undefined }) => data && decoder.decode(data);
const refresher = () => Promise.resolve('"new"');

/** Every call, by name. */
const CALLS: Readonly<Record<string, (cache: DiscoveryCache) => Promise<string | undefined>>> = {
  read: async (cache) => textOf(await cache.read(source)),
  readSync: (cache) => Promise.resolve().then(() => textOf(cache.readSync(source))),
  refreshState: async (cache) => (await cache.refreshState(source)).kind,
  get: (cache) => cache.source<string>({ ...source, refresh: () => Promise.resolve("new") }).get(),
  maybeRefresh: async (cache) => {
    cache.maybeRefresh(source, refresher);
    await cache.drain();
    return "done";
  },
  refreshIfStale: async (cache) => textOf(await cache.refreshIfStale(source, refresher)),
  refresh: async (cache) => textOf(await cache.refresh(source, refresher)),
  prune: async (cache) => `${(await cache.prune([source])).kept}`,
};

async function askAll(cache: DiscoveryCache): Promise<Record<string, Answer>> {
  const answers: Record<string, Answer> = {};
  for (const [name, call] of Object.entries(CALLS)) answers[name] = await ask(() => call(cache));
  await cache.drain();
  return answers;
}

function exhaust(): number[] {
  const held: number[] = [];
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch (error) {
    if ((error as { code?: string }).code !== "EMFILE") throw error;
  }
  for (const descriptor of held.splice(0, Number(free))) closeSync(descriptor);
  return held;
}

const openFiles = () => readdirSync("/proc/self/fd").length;

await askAll(new DiscoveryCache({ root: `${root}/warm` }));
// What changed less than a second ago is not remembered: Deno knows no more of a change than its second.
while (Date.now() - statSync(`${root}/discovery/models.json`).ctimeMs < 1_100) {
  await new Promise((resolve) => setTimeout(resolve, 50));
}
await keeping.read(source);
const before = openFiles();
const held = exhaust();
const starved = { keeping: await askAll(keeping), forgetful: await askAll(forgetful) };
for (const descriptor of held) closeSync(descriptor);
const leaked = openFiles() - before;
const after = await ask(async () => textOf(await keeping.refresh(source, refresher)));
const report: StarvedReport = { starved, errors, leaked, after };
console.log(JSON.stringify(report));
