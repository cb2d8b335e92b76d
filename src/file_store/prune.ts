/**
 * Pruning: sources that nobody wants any more, and what crashes have left (rule P15).
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import type { ListedSource, PruneReport, PruneRequest, RefreshState, SourceKey } from "../store.ts";
import { run } from "./driver.ts";
import { findLock, judgeLock } from "./found_lock.ts";
import { removeDead } from "./lock.ts";
import { remove, type Step } from "./operation.ts";
import { removeSection } from "./overrides.ts";
import type { Party } from "./party.ts";
import type { Root } from "./root.ts";
import type { SectionRunner } from "./runner.ts";
import { describeSource, type FoundFile, isData, isLitter, type Unwalked, walk } from "./walk.ts";

/** What pruning works with. */
export interface PruneTools {
  /** The files. */
  readonly adapter: Adapter;
  /** This process. */
  readonly party: Party;
  /** The cache's folders. */
  readonly root: Root;
  /** Runs what needs a source's lock. */
  readonly runner: SectionRunner;
}

/** A report that is being written. */
interface Draft {
  readonly removed: SourceKey[];
  readonly refreshing: SourceKey[];
  kept: number;
  readonly litter: string[];
  readonly failed: Unwalked[];
}

/** Whether a file is one that comes and goes: nothing of it is to stay. */
function isPassing({ role }: FoundFile): boolean {
  return role.kind === "staged" || role.kind === "lock";
}

/** Removes a source that is not kept, unless what is found under its lock says otherwise. */
async function pruneSource(tools: PruneTools, request: PruneRequest, source: ListedSource, draft: Draft) {
  const { key } = source;
  if (request.keep(source)) {
    draft.kept++;
    return;
  }
  let state: RefreshState = source.state;
  if (request.dryRun !== true) {
    const answer = await tools.runner.locked(key, (paths) =>
      removeSection(tools.party, paths, (now, found) => {
        state = now;
        if (now.kind === "refreshing") return false;
        const data = isData(found) ? found : undefined;
        if (request.keep({ key, size: data?.size, capturedAt: data?.modifiedAt, state: now })) return false;
        return data === undefined ? "marker" : true;
      }), {});
    if (answer === "removed") draft.removed.push(key);
    if (answer !== "kept") return;
  }
  if (state.kind === "refreshing") draft.refreshing.push(key);
  else if (request.dryRun === true) draft.removed.push(key);
  else draft.kept++;
}

/**
 * Removes what a crash has left: a staged file that is nobody's, or a lock whose owner is dead. A lock that somebody lives
 * to give back is none.
 *
 * @returns Whether it was litter and is gone, or, in a dry run, would be.
 */
export function* clearLitter(party: Party, { path, role, paths }: FoundFile, dryRun: boolean): Step<boolean> {
  if (role.kind === "staged") {
    return (yield* isLitter(party, { path, role, paths })) && (dryRun || (yield* remove(path)));
  }
  const found = yield* findLock(path);
  if (found === undefined || (yield* judgeLock(party, found)).liveness !== "dead") return false;
  return dryRun || (yield* removeDead(party, path, found)) === true;
}

/** Prunes what is not kept, and litter. One thing that fails does not keep the rest from going. */
export async function pruneFiles(tools: PruneTools, request: PruneRequest): Promise<PruneReport> {
  const { adapter, party, root, runner } = tools;
  const { tiers, dryRun = false } = request;
  const draft: Draft = { removed: [], refreshing: [], kept: 0, litter: [], failed: [] };
  for await (const file of walk(adapter, root, tiers, (failure) => draft.failed.push(failure))) {
    try {
      const source = run(adapter, describeSource(party, file));
      if (source !== undefined) await pruneSource(tools, request, source, draft);
      if (!isPassing(file)) continue;
      if (runner.run(file.paths.key, clearLitter(party, file, dryRun))) draft.litter.push(file.path);
    } catch (error) {
      draft.failed.push({ what: file.path, error });
    }
  }
  return draft;
}
