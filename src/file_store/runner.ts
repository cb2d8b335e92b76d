/**
 * Runs sections where the protocol meets the world: folders that are not there yet, locks that others hold, and what
 * this process could not remove.
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import { LockTimeoutError, RootError } from "../errors.ts";
import type { Claim, Locked, LockHolder, LockOptions, SourceKey } from "../store.ts";
import type { Obstacle } from "./claims.ts";
import { run } from "./driver.ts";
import { inspectLock } from "./found_lock.ts";
import { type SourcePaths, sourcePaths } from "./layout.ts";
import type { Step } from "./operation.ts";
import { isTidy, tidySection } from "./overrides.ts";
import type { Party } from "./party.ts";
import { COMMIT_LOCK_TIMEOUT_MS, LOCK_POLL_MS } from "./protocol.ts";
import type { Root } from "./root.ts";

/** How often work begins again because the folder, or what was staged in it, had been removed meanwhile. */
export const ROUNDS = 4;

/** Pauses before what could not be done is tried again (rules P7 and P17), in milliseconds. */
const TIDY_PAUSES_MS = [100, 400, 1_600];

/** The pauses after these, which keep no process alive: others cannot remove what is left by one that lives. */
const LATER_TIDY_PAUSE_MS = 10_000;

/** A section of one source. */
export type Section<T> = (paths: SourcePaths) => Step<T | Obstacle>;

function isObstacle<Kind extends Obstacle["kind"]>(answer: unknown, kind: Kind): answer is Obstacle & { kind: Kind } {
  return typeof answer === "object" && answer !== null && "kind" in answer && answer.kind === kind;
}

/** Runs sections on one root. */
export class SectionRunner {
  readonly #adapter: Adapter;
  readonly #party: Party;
  readonly #root: Root;
  /** Sources that are tidied in the later pauses. */
  readonly #untidy = new Set<string>();

  constructor(adapter: Adapter, party: Party, root: Root) {
    this.#adapter = adapter;
    this.#party = party;
    this.#root = root;
  }

  /** The paths of a source; its folder is made if it is not there. */
  paths(key: SourceKey): SourcePaths {
    return sourcePaths(this.#root.makeTier(key.tier), key);
  }

  /** Runs a step to its end, in this turn of the event loop. What it leaves behind is tidied later (rule P7). */
  run<T>(key: SourceKey, step: Step<T>): T {
    const { orphans } = this.#party;
    const before = new Set(orphans.keys());
    try {
      return run(this.#adapter, step);
    } finally {
      if ([...orphans.keys()].some((token) => !before.has(token))) this.#tidy(key).catch(() => {});
    }
  }

  /**
   * One attempt, in this turn of the event loop.
   *
   * @throws RootError If the folder is removed again and again.
   */
  attempt<T>(key: SourceKey, section: Section<T>): Exclude<T, Obstacle> | Locked {
    for (let round = 0; round < ROUNDS; round++) {
      const answer = this.run(key, section(this.paths(key)));
      if (!isObstacle(answer, "no-folder")) return answer as Exclude<T, Obstacle> | Locked;
      this.#root.forget();
    }
    throw new RootError(this.#root.given, "removed");
  }

  /**
   * Attempts until nobody else holds the lock.
   *
   * @throws LockTimeoutError If somebody holds it for all of the time.
   */
  async locked<T>(key: SourceKey, section: Section<T>, options: LockOptions): Promise<Exclude<T, Obstacle>> {
    const { lockTimeout = COMMIT_LOCK_TIMEOUT_MS, signal, keepAlive } = options;
    const { clock } = this.#party;
    const start = clock.monotonic();
    for (;;) {
      signal?.throwIfAborted();
      const answer = this.attempt(key, section);
      if (!isObstacle(answer, "locked")) return answer as Exclude<T, Obstacle>;
      // A try changes the folder, and a crowd that tries holds up the one who is inside: until he is out they only look.
      for (let holder: LockHolder | undefined = answer.holder; holder !== undefined;) {
        const { lock } = this.paths(key);
        const waited = clock.monotonic() - start;
        if (waited >= lockTimeout) throw new LockTimeoutError(lock, holder, waited);
        await clock.sleep(LOCK_POLL_MS * (0.5 + clock.random()), { signal, keepAlive });
        holder = run(this.#adapter, inspectLock(this.#party, lock));
      }
    }
  }

  /**
   * Gives up a claim that could not be ended: in this process it stands in nobody's way any more, and for all others it
   * is ended as soon as that can be done (rule P7).
   */
  abandon({ token, key }: Claim): void {
    this.#party.orphans.set(token, sourcePaths(this.#folder(key) ?? this.#root.given, key).marker);
    this.#tidy(key).catch(() => {});
  }

  /** Tries a section again, off-turn, until nothing keeps it from being run. No process is kept alive for that. */
  insist<T>(key: SourceKey, section: Section<T>): void {
    void this.#insist(key, section);
  }

  /** The folder of a source, if it is there and can be looked at. */
  #folder({ tier }: SourceKey): string | undefined {
    try {
      return this.#root.tier(tier);
    } catch {
      return undefined;
    }
  }

  /** Tries again, off-turn, to remove what this process could not. */
  async #tidy(key: SourceKey): Promise<void> {
    const { clock } = this.#party;
    for (const pause of TIDY_PAUSES_MS) {
      await clock.sleep(pause);
      if (this.#tidyOnce(key)) return;
    }
    const label = `${key.tier}/${key.name}`;
    if (this.#untidy.has(label)) return;
    this.#untidy.add(label);
    do await clock.sleep(LATER_TIDY_PAUSE_MS, { keepAlive: false }); while (!this.#tidyOnce(key));
    this.#untidy.delete(label);
  }

  async #insist<T>(key: SourceKey, section: Section<T>): Promise<void> {
    for (let tries = 0;; tries++) {
      await this.#party.clock.sleep(TIDY_PAUSES_MS[tries] ?? LATER_TIDY_PAUSE_MS, { keepAlive: false });
      try {
        await this.locked(key, section, { keepAlive: false });
        return;
      } catch {
        // Later, then.
      }
    }
  }

  /** One more try to remove what this process left of a source; whether nothing is left by now. */
  #tidyOnce(key: SourceKey): boolean {
    try {
      const folder = this.#root.tier(key.tier);
      if (folder === undefined) return true;
      const paths = sourcePaths(folder, key);
      run(this.#adapter, tidySection(this.#party, paths));
      return isTidy(this.#party, paths);
    } catch {
      return false;
    }
  }
}
