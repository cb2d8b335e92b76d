/**
 * Starts a refresh in a process of its own, on whichever runtime this is.
 *
 * ## In which order a claim is handed over, and why
 *
 * 1. The claim is made, by this process. From now on nobody else refreshes.
 * 2. The supervisor is started, in a session of its own and with no terminal. It is told everything on its command line.
 * 3. The claim is transferred: its marker names the supervisor. Whoever looks finds an owner that lives.
 * 4. The supervisor writes its own name into the marker, which it may do only while the claim is current, and begins.
 *
 * The first three are done in one turn of the event loop: a program may exit as soon as it has the stale data. If it dies
 * between two of them, the marker names somebody who is gone, or the supervisor: then either the supervisor finds the
 * claim still current and goes on, or somebody else has taken it over, and the supervisor ends. If the supervisor dies,
 * the marker names it, and its worker, whose standard input ends with it, ends as well. In each case the next caller takes
 * over; in none do two refresh under one claim.
 *
 * @module
 */

import type { Launched, Launcher, LaunchRequest } from "../launcher.ts";
import { commandLines, type LaunchOptions, Obstacle } from "./command_lines.ts";
import type { Job } from "./job.ts";
import { survivesJson } from "./json_value.ts";
import { start } from "./start.ts";

/** Starts refreshes of a cache on disk. */
export class DetachedLauncher implements Launcher {
  readonly #options: LaunchOptions;

  /**
   * @param options Where its supervisors work.
   */
  constructor(options: LaunchOptions) {
    this.#options = options;
  }

  launch(request: LaunchRequest): Launched {
    const { root, durable } = this.#options;
    const { source, claim, backoff, module, codec, schema, freeze, given } = request;
    try {
      if (!given.every(survivesJson)) throw new Obstacle("the key cannot be handed over, since JSON cannot hold it");
      const { supervisor, worker } = commandLines(this.#options, request);
      const { key, ttl, refreshDeadline } = source;
      const job: Job = {
        root,
        durable,
        source: { ...key, ttl, refreshDeadline },
        claim,
        backoff,
        work: { module: module.href, codec, schema, freeze, given },
        worker,
      };
      const started = start([...supervisor, JSON.stringify(job)], { input: false, output: false });
      started.forget();
      if (started.pid === undefined) throw new Obstacle(`${supervisor[0]} cannot be started`);
      return { kind: "launched", pid: started.pid };
    } catch (error) {
      const reason = error instanceof Error ? error.message || error.name : String(error);
      return { kind: "not-launched", reason };
    }
  }
}
