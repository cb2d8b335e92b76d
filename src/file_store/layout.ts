/**
 * Which file is what: names out of sources, and sources out of names.
 *
 * @module
 */

import type { SourceKey } from "../store.ts";

/** The paths of one source. */
export interface SourcePaths {
  /** The source. */
  readonly key: SourceKey;
  /** The tier's folder. */
  readonly folder: string;
  /** The data. */
  readonly data: string;
  /** The tier-1 lock. */
  readonly lock: string;
  /** The refresh marker. */
  readonly marker: string;
}

/** What a file name in a tier's folder says. */
export interface FileRole {
  /** The source it belongs to. */
  readonly name: string;
  /** `"lock"` stands for guards, too; `"staged"` for anything on its way to its real name. */
  readonly kind: "data" | "lock" | "marker" | "staged";
  /** Whose staged file it is; `undefined` for other kinds, and for one without a token. */
  readonly token: string | undefined;
}

/** The ending of data files. */
export const DATA_ENDING = ".json";

/** The ending of refresh markers. */
export const MARKER_ENDING = ".refreshing";

const ROLE =
  /^(?<name>[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)\.(?<ending>json|refreshing|lock~*)(?<staged>(?:\.(?<token>[0-9a-f]{32}))?\.tmp)?$/;

const TIER = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;

/**
 * The paths of a source.
 *
 * @param folder The tier's folder.
 * @param key The source; its name has been checked.
 */
export function sourcePaths(folder: string, key: SourceKey): SourcePaths {
  const stem = `${folder}/${key.name}`;
  return { key, folder, data: stem + DATA_ENDING, lock: `${stem}.lock`, marker: stem + MARKER_ENDING };
}

/** The private name under which the holder of `token` stages what is to become `path`. */
export function stagedPath(path: string, token: string): string {
  return `${path}.${token}.tmp`;
}

/** The lock that guards the removal of a dead lock. */
export function guardPath(lock: string): string {
  return `${lock}~`;
}

/** What a file in a tier's folder is; `undefined` if it is none of ours. */
export function fileRole(fileName: string): FileRole | undefined {
  const groups = ROLE.exec(fileName)?.groups;
  if (groups?.name === undefined || groups.ending === undefined) return undefined;
  const { name, ending, staged, token } = groups;
  if (staged !== undefined) return { name, kind: "staged", token };
  if (ending === "json") return { name, kind: "data", token: undefined };
  if (ending === "refreshing") return { name, kind: "marker", token: undefined };
  return { name, kind: "lock", token: undefined };
}

/** Whether a folder in the root may be a tier's. Others are somebody else's, as `lost+found` is. */
export function isTierName(folderName: string): boolean {
  return TIER.test(folderName);
}
