/**
 * What the killing attack asks the next caller, and what he answers.
 *
 * @module
 */

/** Read a source, and refresh it. */
export interface NextCall {
  readonly name: string;
  /** The version to bring. */
  readonly version: number;
}

/** What came of it. */
export type NextCaller =
  | {
    /** The version that was there. */
    readonly before: number | undefined;
    /** The version that the refresh gave. */
    readonly after: number;
    readonly origin: string;
    /** How long the refresh took, in milliseconds. */
    readonly took: number;
    /** Whether the claim was taken over from the one who was killed. */
    readonly recovered: boolean;
  }
  | { readonly problem: string };
