/**
 * What happens next and what there is to do, for every state of data with every state of a refresh.
 *
 * @module
 */

import type { Hint, NextStep } from "../../../src/explanation.ts";
import { type DATA, HOUR, type REFRESH, SECOND } from "./cases.ts";

type Told = readonly [kind: NextStep["kind"], after: number | undefined, what: string, hint: keyof typeof HINTS];

/** What there is to do, by a name for this file. */
export const HINTS = {
  nothing: { action: "none", text: "nothing needs to be done" },
  ask: { action: "ask", text: 'nothing needs to be done; to wait for new data, ask with { refresh: "if-stale" }' },
  clock: {
    action: "check-clock",
    text: "check the clock of this machine; the next refresh gives the data a true time",
  },
  ttl: { action: "say-ttl", text: "name its TTL to hear whether it is fresh" },
  bring: { action: "ask", text: "ask for it: that brings it" },
  replace: { action: "force", text: 'ask with { refresh: "force" } to replace it now, or delete it' },
  force: {
    action: "force",
    text: 'ask with { refresh: "force" } to try at once, and to see the whole error if it fails',
  },
  wait: { action: "wait", text: "nothing needs to be done: it is being refreshed" },
  look: {
    action: "check-process",
    text: "look at process 123: if it hangs, end it, and whoever asks next takes over at once",
  },
  later: { action: "none", text: "nothing needs to be done: the refresh is taken over when somebody needs it" },
  hangs: {
    action: "check-process",
    text: "look at process 123: its refresh may hang; nobody waits for it any more",
  },
  clocks: { action: "check-clock", text: "check the clock of this machine, and of whoever wrote such a time" },
} as const satisfies Record<string, Hint>;

/** What happens next, in how many milliseconds, in words, and what to do. */
export const NEXT: Record<keyof typeof REFRESH, Record<keyof typeof DATA, Told>> = {
  idle: {
    fresh: [
      "stale",
      21 * HOUR,
      "it goes stale at 2026-11-22T09:00:00.000Z (in 21h); whoever asks after that gets it stale, and starts a refresh in the background",
      "nothing",
    ],
    stale: [
      "refresh",
      undefined,
      "whoever asks next gets the stale data, and starts a refresh in the background",
      "ask",
    ],
    future: [
      "refresh",
      undefined,
      "whoever asks next gets the stale data, and starts a refresh in the background",
      "clock",
    ],
    unknown: [
      "unknown",
      undefined,
      "whoever asks next gets the data there is, and starts a refresh in the background if that is stale",
      "ttl",
    ],
    absent: ["refresh", undefined, "whoever asks next refreshes it, and waits for that, 10s at the most", "bring"],
    corrupt: ["refresh", undefined, "whoever asks next refreshes it, and waits for that, 10s at the most", "replace"],
  },
  failed: {
    fresh: [
      "stale",
      21 * HOUR,
      "it goes stale at 2026-11-22T09:00:00.000Z (in 21h); whoever asks after that gets it stale, and starts a refresh in the background",
      "nothing",
    ],
    stale: [
      "refresh",
      undefined,
      "whoever asks next gets the stale data, and starts a refresh in the background",
      "force",
    ],
    future: [
      "refresh",
      undefined,
      "whoever asks next gets the stale data, and starts a refresh in the background",
      "force",
    ],
    unknown: [
      "unknown",
      undefined,
      "whoever asks next gets the data there is, and starts a refresh in the background if that is stale",
      "force",
    ],
    absent: ["refresh", undefined, "whoever asks next refreshes it, and waits for that, 10s at the most", "force"],
    corrupt: ["refresh", undefined, "whoever asks next refreshes it, and waits for that, 10s at the most", "force"],
  },
  refreshing: {
    fresh: [
      "end",
      48 * SECOND,
      "it has promised to end by 2026-11-21T12:00:48.000Z (in 48s); if it has not, whoever asks after 2026-11-21T12:02:48.000Z (in 2m48s) takes over; whoever asks meanwhile gets the fresh data",
      "wait",
    ],
    stale: [
      "end",
      48 * SECOND,
      "it has promised to end by 2026-11-21T12:00:48.000Z (in 48s); if it has not, whoever asks after 2026-11-21T12:02:48.000Z (in 2m48s) takes over; whoever asks meanwhile gets the stale data",
      "wait",
    ],
    future: [
      "end",
      48 * SECOND,
      "it has promised to end by 2026-11-21T12:00:48.000Z (in 48s); if it has not, whoever asks after 2026-11-21T12:02:48.000Z (in 2m48s) takes over; whoever asks meanwhile gets the stale data",
      "wait",
    ],
    unknown: [
      "end",
      48 * SECOND,
      "it has promised to end by 2026-11-21T12:00:48.000Z (in 48s); if it has not, whoever asks after 2026-11-21T12:02:48.000Z (in 2m48s) takes over; whoever asks meanwhile gets the data there is",
      "wait",
    ],
    absent: [
      "end",
      48 * SECOND,
      "it has promised to end by 2026-11-21T12:00:48.000Z (in 48s); if it has not, whoever asks after 2026-11-21T12:02:48.000Z (in 2m48s) takes over; whoever asks meanwhile waits for it",
      "wait",
    ],
    corrupt: [
      "end",
      48 * SECOND,
      "it has promised to end by 2026-11-21T12:00:48.000Z (in 48s); if it has not, whoever asks after 2026-11-21T12:02:48.000Z (in 2m48s) takes over; whoever asks meanwhile waits for it",
      "wait",
    ],
  },
  late: {
    fresh: [
      "take-over",
      115 * SECOND,
      "it is late; if it does not end, whoever asks after 2026-11-21T12:01:55.000Z (in 1m55s) takes over; whoever asks meanwhile gets the fresh data",
      "look",
    ],
    stale: [
      "take-over",
      115 * SECOND,
      "it is late; if it does not end, whoever asks after 2026-11-21T12:01:55.000Z (in 1m55s) takes over; whoever asks meanwhile gets the stale data",
      "look",
    ],
    future: [
      "take-over",
      115 * SECOND,
      "it is late; if it does not end, whoever asks after 2026-11-21T12:01:55.000Z (in 1m55s) takes over; whoever asks meanwhile gets the stale data",
      "look",
    ],
    unknown: [
      "take-over",
      115 * SECOND,
      "it is late; if it does not end, whoever asks after 2026-11-21T12:01:55.000Z (in 1m55s) takes over; whoever asks meanwhile gets the data there is",
      "look",
    ],
    absent: [
      "take-over",
      115 * SECOND,
      "it is late; if it does not end, whoever asks after 2026-11-21T12:01:55.000Z (in 1m55s) takes over; whoever asks meanwhile gets a time-out error at once",
      "look",
    ],
    corrupt: [
      "take-over",
      115 * SECOND,
      "it is late; if it does not end, whoever asks after 2026-11-21T12:01:55.000Z (in 1m55s) takes over; whoever asks meanwhile gets a time-out error at once",
      "look",
    ],
  },
  cooling: {
    fresh: [
      "stale",
      21 * HOUR,
      "it goes stale at 2026-11-22T09:00:00.000Z (in 21h); whoever asks after that gets it stale, and starts a refresh in the background",
      "nothing",
    ],
    stale: [
      "retry",
      25 * SECOND,
      "it is tried again by whoever asks after 2026-11-21T12:00:25.000Z (in 25s), or at once if forced; whoever asks meanwhile gets the stale data",
      "force",
    ],
    future: [
      "retry",
      25 * SECOND,
      "it is tried again by whoever asks after 2026-11-21T12:00:25.000Z (in 25s), or at once if forced; whoever asks meanwhile gets the stale data",
      "force",
    ],
    unknown: [
      "retry",
      25 * SECOND,
      "it is tried again by whoever asks after 2026-11-21T12:00:25.000Z (in 25s), or at once if forced; whoever asks meanwhile gets the data there is",
      "force",
    ],
    absent: [
      "retry",
      25 * SECOND,
      "it is tried again by whoever asks after 2026-11-21T12:00:25.000Z (in 25s), or at once if forced; whoever asks meanwhile gets the error of the last try",
      "force",
    ],
    corrupt: [
      "retry",
      25 * SECOND,
      "it is tried again by whoever asks after 2026-11-21T12:00:25.000Z (in 25s), or at once if forced; whoever asks meanwhile gets the error of the last try",
      "force",
    ],
  },
  gone: {
    fresh: [
      "stale",
      21 * HOUR,
      "it goes stale at 2026-11-22T09:00:00.000Z (in 21h); whoever asks after that gets it stale, and takes the refresh over",
      "later",
    ],
    stale: ["take-over", undefined, "whoever asks next gets the stale data, and takes the refresh over", "later"],
    future: ["take-over", undefined, "whoever asks next gets the stale data, and takes the refresh over", "later"],
    unknown: [
      "take-over",
      undefined,
      "whoever asks next gets the data there is, and takes the refresh over if that is stale",
      "later",
    ],
    absent: [
      "take-over",
      undefined,
      "whoever asks next takes the refresh over, and waits for that, 10s at the most",
      "later",
    ],
    corrupt: [
      "take-over",
      undefined,
      "whoever asks next takes the refresh over, and waits for that, 10s at the most",
      "later",
    ],
  },
  overdue: {
    fresh: [
      "stale",
      21 * HOUR,
      "it goes stale at 2026-11-22T09:00:00.000Z (in 21h); whoever asks after that gets it stale, and takes the refresh over",
      "hangs",
    ],
    stale: ["take-over", undefined, "whoever asks next gets the stale data, and takes the refresh over", "hangs"],
    future: ["take-over", undefined, "whoever asks next gets the stale data, and takes the refresh over", "hangs"],
    unknown: [
      "take-over",
      undefined,
      "whoever asks next gets the data there is, and takes the refresh over if that is stale",
      "hangs",
    ],
    absent: [
      "take-over",
      undefined,
      "whoever asks next takes the refresh over, and waits for that, 10s at the most",
      "hangs",
    ],
    corrupt: [
      "take-over",
      undefined,
      "whoever asks next takes the refresh over, and waits for that, 10s at the most",
      "hangs",
    ],
  },
  impossible: {
    fresh: [
      "stale",
      21 * HOUR,
      "it goes stale at 2026-11-22T09:00:00.000Z (in 21h); whoever asks after that gets it stale, and takes the refresh over",
      "clocks",
    ],
    stale: ["take-over", undefined, "whoever asks next gets the stale data, and takes the refresh over", "clocks"],
    future: ["take-over", undefined, "whoever asks next gets the stale data, and takes the refresh over", "clocks"],
    unknown: [
      "take-over",
      undefined,
      "whoever asks next gets the data there is, and takes the refresh over if that is stale",
      "clocks",
    ],
    absent: [
      "take-over",
      undefined,
      "whoever asks next takes the refresh over, and waits for that, 10s at the most",
      "clocks",
    ],
    corrupt: [
      "take-over",
      undefined,
      "whoever asks next takes the refresh over, and waits for that, 10s at the most",
      "clocks",
    ],
  },
};
