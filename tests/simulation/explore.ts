/**
 * Plays many schedules, and makes the first that violates an invariant as short as it can.
 *
 * @module
 */

import { Choices } from "./choices.ts";
import { playSchedule, type Report } from "./schedule.ts";
import { shorten } from "./shorten.ts";

/** What many schedules came to. */
export interface Sums {
  schedules: number;
  steps: number;
  commits: number;
  kills: number;
  takeOvers: number;
  /** How many claims were taken over by the process that they were handed to. */
  handOvers: number;
  superseded: number;
  /** How many of them played in the second regime. */
  second: number;
}

/** A schedule that violates an invariant. */
export interface Finding {
  /** Its seed: `--seed` with this plays it first. */
  readonly seed: number;
  /** How many were played until it was found, itself included. */
  readonly after: number;
  /** How many operations it had when it was found. */
  readonly steps: number;
  /** The shortest one that shows the same. */
  readonly shortest: Report;
}

/** About how many operations are carried out in search of a shorter schedule. */
const MOST_STEPS = 4_000_000;

/**
 * Plays the schedules of the seeds `seed`, `seed + 1`, ... until one violates an invariant.
 *
 * @param schedules How many.
 * @param seed The first.
 * @param mostSteps About how many operations are carried out in search of a shorter one.
 */
export function explore(
  schedules: number,
  seed: number,
  mostSteps: number = MOST_STEPS,
): { readonly sums: Sums; readonly finding: Finding | undefined } {
  // Most errors of a schedule are answers, and where they came from is of no interest.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return playAll(schedules, seed, mostSteps);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function playAll(schedules: number, seed: number, mostSteps: number) {
  const sums: Sums = {
    ...{ schedules: 0, steps: 0, commits: 0, kills: 0, takeOvers: 0, handOvers: 0, superseded: 0, second: 0 },
  };
  for (let played = 0; played < schedules; played++) {
    const choices = new Choices((seed + played) >>> 0);
    const report = playSchedule(choices);
    sums.schedules++;
    sums.steps += report.steps;
    sums.commits += report.commits;
    sums.kills += report.kills;
    sums.takeOvers += report.takeOvers;
    sums.handOvers += report.handOvers;
    sums.superseded += report.superseded;
    if (report.regime === 2) sums.second++;
    if (report.violation === undefined) continue;
    const shortest = shorten(choices.made, report, mostSteps);
    return { sums, finding: { seed: (seed + played) >>> 0, after: played + 1, steps: report.steps, shortest } };
  }
  return { sums, finding: undefined };
}
