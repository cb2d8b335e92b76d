/**
 * A workbench for the example programs: each runs as its first lines say, with a cache folder of the test's own.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { command, projectRoot, runtime, tsxLoader } from "../../scripts/runtimes.ts";
import {
  CommandBench,
  type Ended,
  ownRuntime,
  type Running,
  type StartOptions,
  until,
} from "../support/command_bench.ts";

/** The examples, with a home of their own. */
export class ExampleBench extends CommandBench {
  /** Starts an example. */
  example(name: string, args: readonly string[], options: StartOptions = {}): Running {
    const file = join(projectRoot, "scripts/examples", name);
    const line = ownRuntime === "node"
      ? [runtime("node").path, "--import", tsxLoader(), file]
      : command(ownRuntime, file);
    const env = { HOME: this.folder, XDG_CACHE_HOME: this.folder, LOCALAPPDATA: this.folder, ...options.env };
    return this.startOther([...line, ...args], { ...options, env });
  }

  /** Lets an example run to its end. */
  async runExample(name: string, args: readonly string[], options?: StartOptions): Promise<Ended> {
    return await this.example(name, args, options).ended;
  }

  /** The files of a tier that an example's cache has, by their names. */
  files(app: string, tier: string): string[] {
    const folder = this.#tier(app, tier);
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  /** Resolves when nobody refreshes there any more, and there is so much data. */
  async settles(app: string, tier: string, sources = 1): Promise<void> {
    await until(() => `${sources} sources settle: ${this.files(app, tier)}`, () => {
      const files = this.files(app, tier);
      return files.length === sources && files.every((file) => file.endsWith(".json"));
    });
  }

  /** The data that a file of an example's cache has. */
  kept(app: string, tier: string, file: string): unknown {
    return JSON.parse(readFileSync(join(this.#tier(app, tier), file), "utf8"));
  }

  /** Makes all data of a tier as old as that. */
  makeOlder(app: string, tier: string, hours: number): void {
    const then = Date.now() / 1_000 - hours * 3_600;
    for (const file of this.files(app, tier)) utimesSync(join(this.#tier(app, tier), file), then, then);
  }

  #tier(app: string, tier: string): string {
    const caches = existsSync(join(this.folder, "Library")) ? join(this.folder, "Library", "Caches") : this.folder;
    return join(caches, app, tier);
  }
}
