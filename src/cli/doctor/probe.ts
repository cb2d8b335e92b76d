/**
 * A folder in which things are tried, and that nobody finds afterwards.
 *
 * @module
 */

import type { Adapter } from "../../adapter.ts";
import { systemClock } from "../../clock.ts";
import { newToken } from "../../token.ts";
import { removeFolder } from "./system.ts";

/** No tier is called so: whoever walks the cache passes it over. */
const PREFIX = ".discoverycache-doctor-";

/** From this age on a probe is that of somebody who was killed, in milliseconds: an examination takes seconds. */
const LEFT_AGE_MS = 10 * 60 * 1_000;

/** The folder. */
export class Probe {
  /** Its path. */
  readonly folder: string;
  readonly #adapter: Adapter;

  /**
   * Makes it.
   *
   * @param adapter The files.
   * @param parent The folder to make it in.
   * @throws {AdapterError} If it cannot be made.
   */
  constructor(adapter: Adapter, parent: string) {
    this.#adapter = adapter;
    this.folder = `${parent.replace(/\/$/, "")}/${PREFIX}${newToken(systemClock)}`;
    adapter.makeDirectory(this.folder);
  }

  /** The path of a file in it. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** Removes it and all that is in it; whether nothing is left. */
  remove(): boolean {
    return clear(this.#adapter, this.folder);
  }
}

function clear(adapter: Adapter, folder: string): boolean {
  try {
    for (const { name } of [...adapter.list(folder) ?? []]) adapter.remove(`${folder}/${name}`);
    return adapter.stat(folder) === undefined || removeFolder(folder);
  } catch {
    return false;
  }
}

/** Removes the probes of examinations that were killed. */
export function removeOldProbes(adapter: Adapter, root: string, now: number): void {
  const old = [...adapter.list(root) ?? []].filter(({ name, kind }) => kind === "directory" && name.startsWith(PREFIX));
  for (const { name } of old) {
    const found = adapter.stat(`${root}/${name}`);
    if (found !== undefined && now - found.modifiedAt > LEFT_AGE_MS) clear(adapter, `${root}/${name}`);
  }
}
