/**
 * A folder for one test.
 *
 * @module
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives work an empty folder of its own, and removes it afterwards.
 *
 * @param work What to do; its argument is the folder's path.
 * @param base The folder to make it in.
 */
export async function inTemporaryFolder<T>(
  work: (folder: string) => Promise<T> | T,
  base: string = tmpdir(),
): Promise<T> {
  const folder = mkdtempSync(join(base, "discoverycache-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
