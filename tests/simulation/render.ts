/**
 * What is printed of schedules.
 *
 * @module
 */

import type { Finding, Sums } from "./explore.ts";

/** One line about schedules that were played. */
export function renderSums(sums: Sums): string {
  const { schedules, second, steps, commits, kills, takeOvers, handOvers, superseded } = sums;
  return `${schedules} schedules (${second} in the second regime), ${steps} steps, ${commits} commits, ${kills} kills, ` +
    `${takeOvers} take-overs, ${handOvers} hand-overs, ${superseded} late commits refused`;
}

/** A violation: how to see it again, the shortest way to it, step by step, and what is wrong. */
export function renderFinding({ seed, after, steps, shortest }: Finding): string {
  const numbered = shortest.trace.map((step, index) => `${String(index + 1).padStart(4)}  ${step}`);
  return [
    `Schedule ${after} violates an invariant. To see it again: npm run simulate -- --schedules 1 --seed ${seed}`,
    `It has ${steps} steps; the shortest that shows the same has ${shortest.steps}, in the ${
      shortest.regime === 1 ? "first" : "second"
    } regime:`,
    ...numbered,
    `      invariant ${shortest.violation?.message}`,
  ].join("\n");
}
