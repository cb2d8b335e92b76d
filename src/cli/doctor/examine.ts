/**
 * The whole examination.
 *
 * @module
 */

import { isDeno } from "../host.ts";
import { recordedTier } from "../record/record_tiers.ts";
import { SourceRecord } from "../record/records.ts";
import type { ListedSource } from "../../store.ts";
import { codeOf, remedyOf } from "./adapter_faults.ts";
import { findRoot } from "./check_root.ts";
import { attention, type Finding, ok, problem } from "./finding.ts";
import { judgeFiles, judgeTiers } from "./judge_files.ts";
import { findOrphans, judgeLitter } from "./judge_litter.ts";
import { checkLocks } from "./judge_locks.ts";
import { judgeFailures, judgeRefreshes } from "./judge_refreshes.ts";
import { judgeTimes } from "./judge_times.ts";
import { lookAround } from "./look_around.ts";
import { judgeMount, mountOf, parseMountInfo } from "./mounts.ts";
import type { KnownSource, Patient } from "./patient.ts";
import { Probe, removeOldProbes } from "./probe.ts";
import { stateOf, tryProcesses } from "./processes.ts";
import { missingPermissions, readSystemText } from "./system.ts";
import { tryClock, tryLinks, trySpace, tryWatch } from "./try_out.ts";

/** Told of the probe while there is one, for whoever is interrupted. */
export type OnProbe = (probe: Probe | undefined) => void;

function checkPermissions({ root }: Patient): readonly Finding[] {
  if (!isDeno()) return [];
  const missing = missingPermissions(root);
  if (missing.length === 0) return [ok("permissions", "Deno gives all that is needed")];
  const fix = "run it with more permissions: deno run -A";
  return missing.map(({ flag, without }) => {
    const vital = /^--allow-(?:read|write)/.test(flag);
    return (vital ? problem : attention)("permissions", `Deno does not give ${flag}: ${without}`, fix);
  });
}

/** A turn of the event loop, in which a signal that has come is heard: nearly all else here is done in one. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** What can only be found out by trying. */
async function tryOut({ adapter, party }: Patient, ground: string, onProbe: OnProbe): Promise<readonly Finding[]> {
  let probe: Probe;
  try {
    probe = new Probe(adapter, ground);
  } catch (error) {
    return [problem("root", `nothing can be made in ${ground}: ${codeOf(error)}`, remedyOf(error, ground))];
  }
  onProbe(probe);
  try {
    const space = trySpace(probe.folder);
    const links = tryLinks(adapter, probe);
    const clock = tryClock(adapter, probe, party.clock.now);
    const watch = await tryWatch(adapter, probe);
    await turn();
    return [...space, links, clock, watch];
  } finally {
    probe.remove();
    onProbe(undefined);
  }
}

/** Every source that can be listed, and whether these are all. */
async function listAll({ store }: Patient) {
  const listed: ListedSource[] = [];
  try {
    for await (const source of store.list()) listed.push(source);
    return { listed, all: true };
  } catch {
    // What cannot be listed is told of by those who look at folders and files.
    return { listed, all: false };
  }
}

async function known(patient: Patient, listed: readonly ListedSource[]): Promise<readonly KnownSource[]> {
  const sources = listed.filter(({ key }) => recordedTier(key.tier) === undefined);
  return await Promise.all(sources.map(async (source) => {
    const recipe = await new SourceRecord(patient.store, source.key).recipe().catch(() => undefined);
    return { ...source, runnable: recipe !== undefined };
  }));
}

/** What is in the cache, and how it stands with it. */
async function checkContent(patient: Patient, real: string): Promise<readonly Finding[]> {
  const { adapter, party, store, ours } = patient;
  const { user } = adapter.self();
  const { tiers, files } = lookAround(adapter, real);
  const { litter } = await store.prune({ keep: () => true, dryRun: true });
  const { listed, all } = await listAll(patient);
  const sources = await known(patient, listed);
  const now = party.clock.now();
  const factsOf = ({ state }: KnownSource) => {
    const owner = state.kind === "idle"
      ? "unknown"
      : stateOf(patient, { ...state.owner, token: state.token, startedAt: state.startedAt });
    return { owner, now, ours } as const;
  };
  return [
    ...judgeTiers(tiers, user),
    ...judgeFiles(files, user),
    ...checkLocks(patient, files),
    ...judgeRefreshes(sources, factsOf),
    ...judgeFailures(sources, ours),
    ...judgeTimes(files, now),
    judgeLitter(litter, all ? findOrphans(listed, now) : [], ours),
  ];
}

/**
 * Examines a cache. Nothing is changed but a probe, which is removed.
 *
 * @param patient The cache.
 * @param onProbe Told of the probe.
 */
export async function examine(patient: Patient, onProbe: OnProbe): Promise<readonly Finding[]> {
  const { adapter, party } = patient;
  const permissions = checkPermissions(patient);
  if (permissions.some(({ severity }) => severity === "problem")) return permissions;
  const { real, ground, finding } = findRoot(patient);
  const found: Finding[] = [...permissions, finding];
  if (ground === undefined) return found;
  found.push(judgeMount(mountOf(ground, parseMountInfo(readSystemText("/proc/self/mountinfo") ?? ""))));
  if (real !== undefined) removeOldProbes(adapter, real, party.clock.now());
  found.push(...await tryOut(patient, ground, onProbe));
  found.push(tryProcesses(patient, isDeno()));
  if (real === undefined) return found;
  try {
    found.push(...await checkContent(patient, real));
  } catch (error) {
    found.push(problem("folders", `${real} cannot be looked into: ${codeOf(error)}`, remedyOf(error, real)));
  }
  return found;
}
