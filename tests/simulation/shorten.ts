/**
 * Makes a schedule shorter that violates an invariant: leaves out decisions, or makes them quiet, for as long as it still
 * violates the same one.
 *
 * @module
 */

import { Choices } from "./choices.ts";
import { playSchedule, type Report } from "./schedule.ts";

/**
 * The shortest schedule that shows the same as a given one, with its steps.
 *
 * @param made The decisions of the schedule that was found.
 * @param found What it came to.
 * @param mostSteps About how many operations are carried out in search of a shorter one.
 */
export function shorten(made: readonly number[], found: Report, mostSteps: number): Report {
  let best = [...made];
  let fewest = found.steps;
  let played = 0;
  const attempt = (candidate: readonly number[]): boolean => {
    if (played > mostSteps) return false;
    const choices = new Choices(candidate);
    const { violation, steps } = playSchedule(choices);
    played += steps;
    if (violation?.invariant !== found.violation?.invariant || steps > fewest) return false;
    // Quiet decisions at the end need not be written down.
    const used = choices.made.slice(0, 1 + choices.made.findLastIndex((choice) => choice !== 0));
    if (steps === fewest && used.length >= best.length && sum(used) >= sum(best)) return false;
    best = used;
    fewest = steps;
    return true;
  };
  for (let improved = true; improved && played <= mostSteps;) {
    improved = false;
    for (let size = best.length; size >= 1; size = size >> 1) {
      for (let start = 0; start < best.length; start += size) {
        const without = [...best.slice(0, start), ...best.slice(start + size)];
        const quiet = best.map((choice, index) => index >= start && index < start + size ? 0 : choice);
        if (attempt(without) || attempt(quiet)) improved = true;
      }
    }
  }
  return playSchedule(new Choices(best), true);
}

function sum(choices: readonly number[]): number {
  return choices.reduce((total, choice) => total + choice, 0);
}
