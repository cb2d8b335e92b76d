/**
 * The faults that were found in the Go package by running it, each with what went wrong there. What holds here instead is
 * said, and shown, by the tests of this folder.
 *
 * @module
 */

/** By number. */
export const FAULTS = {
  1: "a background refresh on an empty root never ran",
  2: "an empty, torn or foreign lock file blocked its source for ever",
  3: "so did a lock whose PID belonged to another process, or to one that was stopped or a zombie",
  4: "two who recovered one dead lock both held it",
  5: "a late owner overwrote newer data, which then read as fresh",
  6: "two writers shared one temporary name, and published torn data",
  7: "one PID was taken for one owner, and one cache's calls shared no refresh",
  8: "a forced refresh while a failure cooled down returned without refreshing",
  9: "who joined a refresh that failed got neither data nor an error",
  10: "data from the future was fresh until then",
  11: "names led out of the root, and a link at the temporary name was written through",
  12: "a refresher that panicked blocked its source for three deadlines",
  13: "bytes and age came from two calls, and did not belong together",
  14: "what crashes left was never pruned",
  15: "the cool-down ended with the process that had failed",
  16: "a commit that found the lock busy said nothing, and left its marker",
  17: "a deadline of 0 let four refreshers run at once",
  18: "prune took the marker of a refresh past its deadline away",
  19: "the marker was rewritten in place, and a reader found none",
  20: "a marker with a deadline in 2099 was believed",
  21: "processes of two PID namespaces both claimed",
  22: "a refresher that ignored its signal held its caller up, and committed late",
  23: "a background refresh waited for a lock that was held",
  24: "nil data was published as an empty file",
  25: "short commands never refreshed anything in the background",
  26: "a waiter sat through commits, since it saw only the marker",
  27: "a zombie refresher blocked its source for three deadlines",
  28: "staleness was judged by the reader's deadline",
} as const;

/** A fault's number. */
export type FaultNumber = keyof typeof FAULTS;
