/**
 * What a schedule may show: that an invariant does not hold.
 *
 * @module
 */

/** Stands for an invariant where a section ended with an error that no user should ever see. */
export const CRASH = "crash";

/** An invariant does not hold. */
export class Violation extends Error {
  override readonly name = "Violation";
  /** Which: the number in the list of invariants, and the rules of the protocol behind it. */
  readonly invariant: string;

  /**
   * @param invariant Which invariant.
   * @param what What happened.
   */
  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`);
    this.invariant = invariant;
  }
}
