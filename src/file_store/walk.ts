/**
 * Walking a cache: what is in it, and what of that is litter (rule P15).
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import { RootError } from "../errors.ts";
import type { ListedSource } from "../store.ts";
import { run } from "./driver.ts";
import { type FileRole, fileRole, type SourcePaths, sourcePaths } from "./layout.ts";
import { readMarker, stateSection } from "./marker_file.ts";
import { stat, type Step } from "./operation.ts";
import type { Party } from "./party.ts";
import { STAGED_LITTER_AGE_MS } from "./protocol.ts";
import type { Root } from "./root.ts";

/** How many names are looked at before other work gets its turn. */
const NAMES_A_TURN = 64;

/** A file of ours. */
export interface FoundFile {
  /** Its path. */
  readonly path: string;
  /** What it is. */
  readonly role: FileRole;
  /** The source it belongs to. */
  readonly paths: SourcePaths;
}

/** A tier's folder; `undefined` if it is none that a cache may use. */
function tierFolder(root: Root, tier: string): string | undefined {
  try {
    return root.tier(tier);
  } catch (error) {
    if (error instanceof RootError) return undefined;
    throw error;
  }
}

/** Lets other work run. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * Every file of ours, as the folders are read; other work gets its turn in between.
 *
 * @param adapter The files.
 * @param root The cache's folders.
 * @param tiers The tiers to walk; all of them if `undefined`.
 */
export async function* walk(
  adapter: Adapter,
  root: Root,
  tiers: readonly string[] | undefined,
): AsyncGenerator<FoundFile> {
  const found = root.find();
  if (found === undefined) return;
  let names = 0;
  for (const { name: tier, kind } of adapter.list(found) ?? []) {
    if (kind !== "directory" || tiers?.includes(tier) === false) continue;
    const folder = tierFolder(root, tier);
    if (folder === undefined) continue;
    for (const { name: fileName, kind } of adapter.list(folder) ?? []) {
      if (++names % NAMES_A_TURN === 0) await nextTurn();
      const role = kind === "file" ? fileRole(fileName) : undefined;
      if (role === undefined) continue;
      yield { path: `${folder}/${fileName}`, role, paths: sourcePaths(folder, { tier, name: role.name }) };
    }
  }
}

/**
 * The source that a file stands for: each source with data for its data, each other for its marker. So every source comes
 * up once, and nothing has to be remembered.
 */
export function* describeSource(party: Party, file: FoundFile): Step<ListedSource | undefined> {
  const { paths, role } = file;
  if (role.kind !== "data" && role.kind !== "marker") return undefined;
  const data = yield* stat(paths.data);
  if ((data !== undefined) !== (role.kind === "data")) return undefined;
  if (role.kind === "marker" && (yield* stat(paths.marker)) === undefined) return undefined;
  const state = yield* stateSection(party, paths, undefined);
  return { key: paths.key, size: data?.size, capturedAt: data?.modifiedAt, state };
}

/** Whether a staged file belongs to nobody any more. */
export function* isLitter(party: Party, file: FoundFile): Step<boolean> {
  const found = yield* stat(file.path);
  if (found === undefined || Math.abs(party.clock.now() - found.modifiedAt) < STAGED_LITTER_AGE_MS) return false;
  const marker = yield* readMarker(file.paths.marker);
  return file.role.token === undefined || marker?.token !== file.role.token || marker.lastError !== undefined;
}

/** Every source, in no order. */
export async function* listSources(adapter: Adapter, party: Party, root: Root): AsyncGenerator<ListedSource> {
  for await (const file of walk(adapter, root, undefined)) {
    const source = run(adapter, describeSource(party, file));
    if (source !== undefined) yield source;
  }
}
