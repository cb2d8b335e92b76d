/**
 * What a cache has going on, and how that ends when the cache is closed.
 *
 * @module
 */

import { CacheClosedError } from "./errors.ts";
import { follow } from "./until_aborted.ts";

/** Work that goes on. */
interface Task {
  /** Whether nobody waits for it. */
  readonly background: boolean;
  /** Ends it, where closing does not wait for it. */
  readonly controller: AbortController | undefined;
  /** Its end. Never rejects. */
  ended: Promise<unknown>;
}

/** What is run, given a signal that ends it. */
type Work<Result> = (signal: AbortSignal | undefined) => Result;

/** The refreshes of one cache object, until it is closed. */
export class Lifetime {
  readonly #keepAlive: boolean;
  readonly #tasks = new Set<Task>();
  readonly #closing = new AbortController();

  /** @param keepAlive Whether closing waits for what goes on in the background; otherwise it ends whatever goes on. */
  constructor(keepAlive: boolean) {
    this.#keepAlive = keepAlive;
  }

  /** Whether the cache was closed. */
  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** @throws {CacheClosedError} If the cache was closed. */
  assertOpen(): void {
    if (this.closed) throw new CacheClosedError();
  }

  /** Aborted when the cache is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Whether what goes on keeps the process alive. */
  get keepAlive(): boolean {
    return this.#keepAlive;
  }

  /**
   * Runs work that nobody waits for; it begins at once. Nothing is run when the cache was closed.
   *
   * @param work The work, given a signal that is aborted when closing ends it.
   * @param failed Is told if it fails.
   */
  background(work: Work<Promise<unknown> | undefined>, failed: (error: unknown) => void): void {
    if (this.closed) return;
    this.#run(true, this.#keepAlive ? undefined : new AbortController(), work).catch(failed);
  }

  /**
   * Runs work that a caller waits for.
   *
   * @param signal The caller's.
   * @param work The work, given a signal that is aborted when the caller's is, or when closing ends the wait.
   * @throws {CacheClosedError} If the cache was closed, or is closed meanwhile and does not wait.
   */
  async wait<T>(signal: AbortSignal | undefined, work: Work<Promise<T>>): Promise<T> {
    this.assertOpen();
    if (this.#keepAlive) return await work(signal);
    const controller = new AbortController();
    const unfollow = follow(controller, signal);
    try {
      return await this.#run(false, controller, work);
    } finally {
      unfollow();
    }
  }

  /** Resolves when nothing goes on in the background. */
  async drain(): Promise<void> {
    await this.#end((task) => task.background);
  }

  /** Begins nothing more, ends what is to be ended, and resolves when nothing goes on. */
  async close(): Promise<void> {
    const reason = new CacheClosedError();
    this.#closing.abort(reason);
    for (const { controller } of [...this.#tasks]) controller?.abort(reason);
    // Where closing waits, those who wait for a refresh are not followed: they get it.
    await this.#end(() => true);
  }

  async #end(awaited: (task: Task) => boolean): Promise<void> {
    for (;;) {
      const tasks = [...this.#tasks].filter(awaited);
      if (tasks.length === 0) return;
      await Promise.all(tasks.map((task) => task.ended));
    }
  }

  #run<T>(background: boolean, controller: AbortController | undefined, work: Work<Promise<T> | T>): Promise<T> {
    // It may close the cache in its first turn: it is known before it begins.
    const task: Task = { background, controller, ended: Promise.resolve() };
    this.#tasks.add(task);
    const running = (async () => {
      try {
        return await work(controller?.signal);
      } finally {
        this.#tasks.delete(task);
      }
    })();
    task.ended = running.catch(() => {});
    return running;
  }
}
