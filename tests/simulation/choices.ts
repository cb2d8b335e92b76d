/**
 * Where a schedule's every decision comes from: drawn from a seed and written down, or read from what was written down.
 *
 * 0 is always the quiet choice: nobody dies, nothing fails, whoever runs goes on. So a list of decisions becomes a
 * simpler schedule when some of them are set to 0, or left out.
 *
 * @module
 */

import { seeded } from "../support/seeded.ts";

/** A list of decisions. */
export class Choices {
  /** The decisions so far, in order. */
  readonly made: number[] = [];
  readonly #given: readonly number[] | undefined;
  readonly #draw: () => number;

  /** @param origin A seed, or the decisions to repeat; after the last of these every decision is 0. */
  constructor(origin: number | readonly number[]) {
    this.#given = typeof origin === "number" ? undefined : origin;
    this.#draw = seeded(typeof origin === "number" ? origin : 0);
  }

  /** A number from 0 to below `n`. */
  below(n: number): number {
    const choice = this.#given === undefined ? this.#draw() % n : (this.#given[this.made.length] ?? 0) % n;
    this.made.push(choice);
    return choice;
  }

  /** True once in `n` times; `n` of 0 is never. */
  rarely(n: number): boolean {
    return n > 0 && this.below(n) === n - 1;
  }

  /** One of a list, whose first is the quiet one. */
  of<T>(list: readonly [T, ...(readonly T[])]): T {
    return list[this.below(list.length)] ?? list[0];
  }
}
