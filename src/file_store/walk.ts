/**
 * Walking a cache: what is in it, and what of that is litter (rule P15).
 *
 * @module
 */

import type { Adapter, FileStat } from "../adapter.ts";
import { AdapterError, RootError } from "../errors.ts";
import type { ListedSource } from "../store.ts";
import { run } from "./driver.ts";
import { type FileRole, fileRole, isTierName, type SourcePaths, sourcePaths } from "./layout.ts";
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

/** What could not be walked, and why. */
export interface Unwalked {
  /** Its path. */
  readonly what: string;
  /** Why. */
  readonly error: unknown;
}

/** Whether an error is one of a folder or a file, which the others need not suffer from. */
function isLocal(error: unknown): boolean {
  return error instanceof AdapterError || error instanceof RootError;
}

/** To be asked for each name: the promise of a moment for other work, whenever that is due. */
type Pause = () => Promise<void> | undefined;

function pauses(): Pause {
  let names = 0;
  return () => ++names % NAMES_A_TURN === 0 ? new Promise((resolve) => setTimeout(resolve, 0)) : undefined;
}

/** Every file of ours in a tier's folder. */
async function* walkTier(adapter: Adapter, folder: string, tier: string, pause: Pause): AsyncGenerator<FoundFile> {
  for (const { name: fileName, kind } of adapter.list(folder) ?? []) {
    const due = pause();
    if (due !== undefined) await due;
    const role = kind === "file" ? fileRole(fileName) : undefined;
    if (role === undefined) continue;
    yield { path: `${folder}/${fileName}`, role, paths: sourcePaths(folder, { tier, name: role.name }) };
  }
}

/** Whether a folder that may not be used holds what could be a source's, and so is a tier rather than somebody else's. */
async function holdsOurs(adapter: Adapter, folder: string, tier: string, pause: Pause): Promise<boolean> {
  try {
    for await (const _file of walkTier(adapter, folder, tier, pause)) return true;
  } catch (error) {
    if (!isLocal(error)) throw error;
  }
  return false;
}

/**
 * Every file of ours, as the folders are read; other work gets its turn in between. Folders and files of others are passed
 * over.
 *
 * @param adapter The files.
 * @param root The cache's folders.
 * @param tiers The tiers to walk; all of them if `undefined`.
 * @param unwalked Told of each tier that cannot be read, or that may not be used and is not empty. The walk goes on.
 * @throws {AdapterError} If the root cannot be read.
 * @throws {RootError} If the root cannot be trusted.
 */
export async function* walk(
  adapter: Adapter,
  root: Root,
  tiers: readonly string[] | undefined,
  unwalked: (failure: Unwalked) => void,
): AsyncGenerator<FoundFile> {
  const found = root.find();
  if (found === undefined) return;
  const pause = pauses();
  for (const { name: tier, kind } of adapter.list(found) ?? []) {
    if (kind !== "directory" || !isTierName(tier) || tiers?.includes(tier) === false) continue;
    try {
      const folder = root.tier(tier);
      if (folder !== undefined) yield* walkTier(adapter, folder, tier, pause);
    } catch (error) {
      if (!isLocal(error)) throw error;
      const what = `${found}/${tier}`;
      if (error instanceof RootError && !(await holdsOurs(adapter, what, tier, pause))) continue;
      unwalked({ what, error });
    }
  }
}

/** Whether what is at a data file's path is data. A folder or a link there is somebody else's: no read would take it. */
export function isData(found: FileStat | undefined): found is FileStat {
  return found?.kind === "file";
}

/**
 * The source that a file stands for: each source with data for its data, each other for its marker. So every source comes
 * up once, and nothing has to be remembered.
 */
export function* describeSource(party: Party, file: FoundFile): Step<ListedSource | undefined> {
  const { paths, role } = file;
  if (role.kind !== "data" && role.kind !== "marker") return undefined;
  const found = yield* stat(paths.data);
  const data = isData(found) ? found : undefined;
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

/**
 * Every source, in no order. What cannot be read does not keep the rest from coming up, and is not kept quiet about: after
 * the last source its error is thrown, the first if there are several.
 */
export async function* listSources(adapter: Adapter, party: Party, root: Root): AsyncGenerator<ListedSource> {
  let first: Unwalked | undefined;
  const unwalked = (failure: Unwalked) => void (first ??= failure);
  for await (const file of walk(adapter, root, undefined, unwalked)) {
    const source = describeOr(unwalked, adapter, party, file);
    if (source !== undefined) yield source;
  }
  if (first !== undefined) throw first.error;
}

function describeOr(unwalked: (failure: Unwalked) => void, adapter: Adapter, party: Party, file: FoundFile) {
  try {
    return run(adapter, describeSource(party, file));
  } catch (error) {
    if (!isLocal(error)) throw error;
    unwalked({ what: file.path, error });
    return undefined;
  }
}
