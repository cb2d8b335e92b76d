/**
 * A reader with a cache of its own that checks whatever it reads: one version, whole, and none older than the last.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { DiscoveryCache } from "../../mod.ts";
import { versionOf } from "./payload.ts";

const SOURCE = { name: "models", ttl: "1h", refreshDeadline: "1h" };

/** One of many readers. */
export class VersionReader {
  readonly #cache: DiscoveryCache;
  readonly #atOnce: boolean;
  readonly #expected: (version: number) => Uint8Array;
  /** The version that it saw last. */
  seen = 0;
  /** How many versions it has seen. */
  versions = 0;

  /**
   * @param root The cache's root.
   * @param number Which reader it is: every second one reads at once, every third keeps nothing in memory.
   * @param expected The bytes of a version.
   */
  constructor(root: string, number: number, expected: (version: number) => Uint8Array) {
    this.#cache = new DiscoveryCache({ root, ...(number % 3 === 0 ? { memory: 0 } : {}) });
    this.#atOnce = number % 2 === 0;
    this.#expected = expected;
  }

  /**
   * Reads once.
   *
   * @throws Error If nothing is there, or no whole version, or an older one than before.
   */
  async read(): Promise<void> {
    const { data } = this.#atOnce ? this.#cache.readSync(SOURCE) : await this.#cache.read(SOURCE);
    if (data === undefined) throw new Error(`nothing there after version ${this.seen}`);
    const version = versionOf(data);
    if (version === undefined || Buffer.compare(data, this.#expected(version)) !== 0) {
      throw new Error(`torn after version ${this.seen}: ${data.length} bytes that begin as version ${version}`);
    }
    if (version < this.seen) throw new Error(`version ${version} after version ${this.seen}`);
    if (version > this.seen) this.versions++;
    this.seen = version;
  }
}
