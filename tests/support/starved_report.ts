/**
 * What the program `starved_child` tells, as a line of JSON.
 *
 * @module
 */

/** What came of a call: a text, or an error. */
export interface Answer {
  readonly text?: string | undefined;
  readonly name?: string | undefined;
  readonly code?: string | undefined;
  readonly causeCode?: string | undefined;
}

/** The report. */
export interface StarvedReport {
  /** What came of each call while there were no descriptors, by the cache that remembers and the one that does not. */
  readonly starved: Readonly<Record<"keeping" | "forgetful", Readonly<Record<string, Answer>>>>;
  /** What the caches' listeners were told. */
  readonly errors: readonly Answer[];
  /** How many descriptors more than before were open when all had been given back. */
  readonly leaked: number;
  /** What came of a refresh after that. */
  readonly after: Answer;
}
