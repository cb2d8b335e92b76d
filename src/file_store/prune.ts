/**
 * Pruning: sources that nobody wants any more, and what crashes have left (rule P15).
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import type { ListedSource, PruneReport, PruneRequest, RefreshState, SourceKey } from "../store.ts";
import { run } from "./driver.ts";
import { remove } from "./operation.ts";
import { clearLock, removeSection } from "./overrides.ts";
import type { Party } from "./party.ts";
import type { Root } from "./root.ts";
import type { SectionRunner } from "./runner.ts";
import { describeSource, type FoundFile, isLitter, walk } from "./walk.ts";

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
  readonly failed: { readonly what: string; readonly error: unknown }[];
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
      removeSection(tools.party, paths, (now, data) => {
        state = now;
        if (now.kind === "refreshing") return false;
        return !request.keep({ key, size: data?.size, capturedAt: data?.modifiedAt, state: now });
      }), {});
    if (answer === "removed") draft.removed.push(key);
    if (answer !== "kept") return;
  }
  if (state.kind === "refreshing") draft.refreshing.push(key);
  else if (request.dryRun === true) draft.removed.push(key);
  else draft.kept++;
}

/** Removes what a crash has left: a staged file that is nobody's, or a lock whose owner is dead. */
function pruneLitter(tools: PruneTools, request: PruneRequest, file: FoundFile, draft: Draft): void {
  const { adapter, party, runner } = tools;
  if (file.role.kind === "staged") {
    if (!run(adapter, isLitter(party, file))) return;
    if (request.dryRun === true || run(adapter, remove(file.path))) draft.litter.push(file.path);
  } else if (request.dryRun !== true && runner.run(file.paths.key, clearLock(party, file.path)) === "cleared") {
    draft.litter.push(file.path);
  }
}

/** Prunes what is not kept, and litter. One thing that fails does not keep the rest from going. */
export async function pruneFiles(tools: PruneTools, request: PruneRequest): Promise<PruneReport> {
  const draft: Draft = { removed: [], refreshing: [], kept: 0, litter: [], failed: [] };
  for await (const file of walk(tools.adapter, tools.root, request.tiers)) {
    try {
      const source = run(tools.adapter, describeSource(tools.party, file));
      if (source !== undefined) await pruneSource(tools, request, source, draft);
      else if (file.role.kind === "staged" || file.role.kind === "lock") pruneLitter(tools, request, file, draft);
    } catch (error) {
      draft.failed.push({ what: file.path, error });
    }
  }
  return draft;
}
