/**
 * New data on its way to its file: staged outside the lock, made the data under it (rules P10 and P11).
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import { RootError } from "../errors.ts";
import type { LockOptions, SourceKey, StoredData } from "../store.ts";
import type { Obstacle } from "./claims.ts";
import { discardStaged, stageData } from "./data_file.ts";
import { type SourcePaths, stagedPath } from "./layout.ts";
import type { Step } from "./operation.ts";
import type { Root } from "./root.ts";
import { ROUNDS, type SectionRunner } from "./runner.ts";

/** What publishing works with. */
export interface PublishTools {
  /** The files. */
  readonly adapter: Adapter;
  /** The cache's folders. */
  readonly root: Root;
  /** Runs what needs a source's lock. */
  readonly runner: SectionRunner;
  /** Whether data is forced to disk. */
  readonly durable: boolean;
}

/** Makes staged bytes the data, under the lock. */
export type PublishSection<T> = (paths: SourcePaths, staged: string) => Step<T | "unstaged" | Obstacle>;

/**
 * Stages data, and runs a section that makes it the data; again if it is cleared away meanwhile. What is staged does not
 * stay, unless it became the data.
 *
 * @param tools The files, and what runs sections on them.
 * @param key The source.
 * @param token Whose the staged file is.
 * @param data The bytes and their time.
 * @param section What makes them the data.
 * @param options How long to try for the lock.
 * @throws {RootError} If the folder is removed again and again.
 */
export async function publish<T extends string>(
  tools: PublishTools,
  key: SourceKey,
  token: string,
  data: StoredData,
  section: PublishSection<T>,
  options: LockOptions,
): Promise<T> {
  const { adapter, root, runner, durable } = tools;
  for (let round = 0; round < ROUNDS; round++) {
    const staged = stagedPath(runner.paths(key).data, token);
    let replaced = false;
    try {
      if (!(await stageData(adapter, staged, data.bytes, data.capturedAt, durable))) {
        root.forget();
        continue;
      }
      const answer: T | "unstaged" = await runner.locked(key, (paths) => section(paths, staged), options);
      replaced = answer === "committed" || answer === "done";
      if (answer !== "unstaged") return answer;
    } finally {
      if (!replaced) discardStaged(adapter, staged);
    }
  }
  throw new RootError(root.given, "removed");
}
