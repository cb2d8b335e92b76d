/**
 * A clock that stands still until it is told to go on, so that no test waits for time and none depends on speed.
 *
 * @module
 */

import type { Clock, SleepOptions } from "../../src/clock.ts";

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
  readonly keepAlive: boolean;
}

/** One turn of the real event loop: lets whatever was woken, and real files and watches, have their say. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A {@linkcode Clock} that is moved by hand, and whose randomness repeats. */
export class ManualClock implements Clock {
  #wall: number;
  #elapsed = 0;
  #random: number;
  readonly #sleepers = new Set<Sleeper>();

  /**
   * @param now Where the wall clock starts: the real present, in whole milliseconds, if left out, since files carry
   * real times, too.
   * @param seed Where the randomness starts. Clocks with different seeds never make the same token.
   */
  constructor(now: number = Date.now(), seed: number = 1) {
    this.#wall = Math.floor(now);
    this.#random = seed >>> 0;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(ms: number, options: SleepOptions = {}): Promise<void> {
    const { signal, keepAlive = true } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", abort);
      };
      const abort = () => {
        end();
        reject(signal?.reason);
      };
      const wake = () => {
        end();
        resolve();
      };
      const sleeper: Sleeper = { due: this.#elapsed + ms, wake, keepAlive };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** A linear congruential generator (Numerical Recipes): the same sequence for the same seed. */
  random(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random / 2 ** 32;
  }

  randomBytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(this.random() * 256));
  }

  /** How many sleep. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** How many sleeps would keep the process alive. */
  get holding(): number {
    return [...this.#sleepers].filter(({ keepAlive }) => keepAlive).length;
  }

  /**
   * Lets time pass: everybody whose sleep ends within it is woken at his own moment, in order, and gets a turn of the
   * event loop before time goes on; so does who falls asleep again on the way.
   *
   * @param ms How much time, in milliseconds.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    for (;;) {
      const next = Math.min(end, ...Array.from(this.#sleepers, (sleeper) => sleeper.due));
      this.#wall += next - this.#elapsed;
      this.#elapsed = next;
      const due = [...this.#sleepers].filter((sleeper) => sleeper.due <= next);
      for (const sleeper of due) sleeper.wake();
      await turn();
      if (next === end && due.length === 0) return;
    }
  }

  /**
   * Sets the wall clock forward or back, as an administrator would: nobody is woken, no time passes.
   *
   * @param ms By how much, in milliseconds.
   */
  jump(ms: number): void {
    this.#wall += ms;
  }

  /**
   * Lets time pass in small steps until a promise settles: for whatever may sleep and be woken on the way.
   *
   * @param promise What is waited for.
   * @param limit The most time that may pass, in milliseconds.
   * @param step How much passes at once, in milliseconds.
   * @returns What the promise resolves to.
   * @throws Error If it has not settled within the limit.
   */
  async advanceUntil<T>(promise: Promise<T>, limit: number = 10_000, step: number = 5): Promise<T> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    promise.then(mark, mark);
    const end = this.#elapsed + limit;
    await turn();
    while (!settled) {
      if (this.#elapsed >= end) throw new Error(`still pending after ${limit} ms of the manual clock`);
      await this.advance(step);
    }
    return await promise;
  }
}
