/** A process with an adapter of its own that does one job and prints what came of it. Arguments: adapter, job. */
import { closeSync, openSync } from "node:fs";
import process from "node:process";
import type { Adapter } from "../../src/adapter.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { nodeAdapter } from "../../src/adapters/node.ts";
import { AdapterError } from "../../src/errors.ts";
import type { FailureReport, Job, RaceResult, VerbCall, VerbResult } from "../support/child_jobs.ts";
import { FIRST_VERSION, makePayload, readPayload } from "../support/payload.ts";
import { endIfOrphaned } from "../support/orphaned.ts";

const [choice, jobText = ""] = process.argv.slice(2);
const adapter: Adapter = choice === "node" ? nodeAdapter() : detectAdapter();
const job = JSON.parse(jobText) as Job;
/** Opened for nothing but to be open. */
const descriptors: number[] = [];
console.log(JSON.stringify(await work(job)));

async function work(job: Job): Promise<unknown> {
  switch (job.job) {
    case "verbs": {
      const results: VerbResult[] = [];
      for (const call of job.calls) results.push(await callOften(call, job.times ?? 1));
      return results;
    }
    case "race":
      waitFor(`${job.folder}/go`);
      return race(job);
    case "replace":
      return replaceUntilStopped(job);
    case "watch":
      return await watch(job);
    case "leak":
      return leak(job);
  }
}

async function callOften(call: VerbCall, times: number): Promise<VerbResult> {
  let result = await callVerb(call);
  for (let count = 1; count < times; count++) result = await callVerb(call);
  return result;
}

/** Opens a file until no descriptor is left. */
function exhaust(path: string): VerbResult {
  try {
    for (;;) descriptors.push(openSync(path, "r"));
  } catch (error) {
    return { value: String(error) };
  }
}

function release(): VerbResult {
  for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
  return { value: undefined };
}

async function callVerb({ verb, args }: VerbCall): Promise<VerbResult> {
  if (verb === "exhaust") return exhaust(String(args[0]));
  if (verb === "release") return release();
  const given = args.map((arg, index) =>
    index === 1 && (verb === "createExclusive" || verb === "stage") ? new TextEncoder().encode(String(arg)) : arg
  );
  if (verb === "watch") given.push(() => {});
  try {
    const work = Reflect.get(adapter, verb) as (...given: unknown[]) => unknown;
    const value = await work.apply(adapter, given);
    return { value: written(value) };
  } catch (error) {
    return { error: report(error) };
  }
}

function written(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("bytes" in value && value.bytes instanceof Uint8Array) {
    return { ...value, bytes: new TextDecoder().decode(value.bytes) };
  }
  return Symbol.iterator in value ? [...value as Iterable<unknown>] : value;
}

function report(error: unknown): FailureReport {
  if (!(error instanceof AdapterError)) return { name: "not an AdapterError", message: String(error), hasCause: false };
  const { name, message, code, operation, path, cause } = error;
  return { name, message, code, operation, path, hasCause: cause instanceof Error };
}

/** Without a pause, so that all who wait start together. */
function waitFor(path: string): void {
  while (adapter.stat(path) === undefined) endIfOrphaned();
}

function race({ how, folder, names, version }: Extract<Job, { job: "race" }>): RaceResult {
  const payload = makePayload(version);
  const won: number[] = [];
  const problems: string[] = [];
  for (let name = 0; name < names; name++) {
    const path = `${folder}/${name}`;
    if (how === "createExclusive") {
      if (adapter.createExclusive(path, payload) === "created") won.push(name);
    } else if (how === "makeDirectory") {
      if (adapter.makeDirectory(`${path}/a/b`) === "created") won.push(name);
    } else if (linkOnce(path, `${path}.${version}`, payload)) won.push(name);
    else problems.push(...lookAt(path));
  }
  return { won, problems };
}

function linkOnce(path: string, own: string, payload: Uint8Array): boolean {
  adapter.createExclusive(own, payload);
  const outcome = adapter.link(own, path);
  adapter.remove(own);
  return outcome === "linked";
}

/** A name that somebody else has just got must have all of its bytes. */
function lookAt(path: string): string[] {
  try {
    const found = adapter.read(path);
    if (found === undefined) return [`${path} was taken, and nothing was there`];
    readPayload(found.bytes);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

function replaceUntilStopped({ folder, target, stop }: Extract<Job, { job: "replace" }>): { versions: number } {
  const own = `${folder}/staged.${adapter.self().pid}`;
  let version = FIRST_VERSION;
  while (adapter.stat(stop) === undefined) {
    endIfOrphaned();
    version++;
    adapter.createExclusive(own, makePayload(version));
    adapter.setModified(own, version);
    adapter.replace(own, target);
  }
  return { versions: version - FIRST_VERSION };
}

async function watch({ folder, changes, close }: Extract<Job, { job: "watch" }>): Promise<{ called: boolean }> {
  let tell = () => {};
  const told = new Promise<void>((resolve) => tell = resolve);
  const watcher = adapter.watch(folder, () => tell());
  for (let change = 0; change < changes; change++) {
    adapter.createExclusive(`${folder}/change-${change}`, new Uint8Array(1));
  }
  if (changes > 0) {
    // The watch does not keep the process alive, so something else has to until it has called.
    const alive = setInterval(() => {}, 1000);
    await told;
    clearInterval(alive);
  }
  if (close) watcher.close();
  return { called: changes > 0 };
}

function leak({ folder, times }: Extract<Job, { job: "leak" }>): { names: number } {
  let names = 0;
  for (let time = 0; time < times; time++) {
    for (const _ of adapter.list(folder) ?? []) {
      names++;
      break;
    }
    for (const refused of [`${folder}/folder`, `${folder}/link`, `${folder}/pipe`, `${folder}/absent`]) {
      callQuietly(refused);
    }
    adapter.read(`${folder}/file`);
    adapter.createExclusive(`${folder}/file`, new Uint8Array(1));
    adapter.createExclusive(`${folder}/made`, new Uint8Array(1));
    adapter.remove(`${folder}/made`);
  }
  return { names };
}

function callQuietly(path: string): void {
  try {
    adapter.read(path);
    adapter.read(path, 0);
  } catch (error) {
    if (!(error instanceof AdapterError) || error.code === "EMFILE") throw error;
  }
}
