/**
 * The cache's folders: made when they are first needed, and refused when somebody else could write into them.
 *
 * @module
 */

import type { Adapter, FileStat } from "../adapter.ts";
import { RootError, type RootProblem } from "../errors.ts";

/** Permission bits that let others than the owner write. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * What is wrong with a folder of the cache; `undefined` if nothing is.
 *
 * @param found What is at the path.
 * @param user The user id of this process, if known.
 */
export function judgeFolder(found: FileStat, user: number | undefined): RootProblem | undefined {
  if (found.kind === "link") return "link";
  if (found.kind !== "directory") return "not-a-folder";
  if (user !== undefined && found.owner !== undefined && found.owner !== user) return "foreign-owner";
  if (found.mode !== undefined && (found.mode & WRITABLE_BY_OTHERS) !== 0) return "writable-by-others";
  return undefined;
}

/** The root's folders, each checked once. */
export class Root {
  /** The root as it was given. */
  readonly given: string;
  readonly #adapter: Adapter;
  readonly #tiers = new Map<string, string>();
  #real: string | undefined;

  constructor(adapter: Adapter, given: string) {
    this.#adapter = adapter;
    this.given = given;
  }

  /**
   * The root's real path, a link to it followed once; `undefined` if it is not there.
   *
   * @throws RootError If it is there and cannot be trusted.
   */
  find(): string | undefined {
    if (this.#real !== undefined) return this.#real;
    const real = this.#adapter.realPath(this.given);
    const found = real === undefined ? this.#adapter.stat(this.given) : this.#adapter.stat(real);
    if (found === undefined) return undefined;
    if (real === undefined) throw new RootError(this.given, "dangling-link");
    this.#check(real, found);
    this.#real = real;
    return real;
  }

  /** The folder of a tier, if it is there. Looked up once; after that it is taken to be there. */
  tier(tier: string): string | undefined {
    const known = this.#tiers.get(tier);
    if (known !== undefined) return known;
    const root = this.find();
    if (root === undefined) return undefined;
    const folder = `${root}/${tier}`;
    const found = this.#adapter.stat(folder);
    if (found === undefined) return undefined;
    this.#check(folder, found);
    this.#tiers.set(tier, folder);
    return folder;
  }

  /** The folder of a tier, made if it is not there. */
  makeTier(tier: string): string {
    const known = this.tier(tier);
    if (known !== undefined) return known;
    if (this.find() === undefined) this.#adapter.makeDirectory(this.given);
    const root = this.find();
    if (root === undefined) throw new RootError(this.given, "removed");
    this.#adapter.makeDirectory(`${root}/${tier}`);
    const folder = this.tier(tier);
    if (folder === undefined) throw new RootError(`${root}/${tier}`, "removed");
    return folder;
  }

  /** Forgets what is known: the folders have been removed behind our back. */
  forget(): void {
    this.#tiers.clear();
    this.#real = undefined;
  }

  #check(folder: string, found: FileStat): void {
    const problem = judgeFolder(found, this.#adapter.self().user);
    if (problem !== undefined) throw new RootError(folder, problem);
  }
}
