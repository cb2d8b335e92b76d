/**
 * Which tiers hold records of the command's, and not somebody's data.
 *
 * @module
 */

/** The ending of the tiers that say how data was obtained. */
export const COMMAND_ENDING = ".command";

/** The ending of the tiers with what was written to standard error. */
export const STDERR_ENDING = ".stderr";

/** The tier whose sources a tier holds records of; `undefined` if it holds none. */
export function recordedTier(tier: string): string | undefined {
  const ending = [COMMAND_ENDING, STDERR_ENDING].find((ending) => tier.endsWith(ending));
  return ending && tier.slice(0, -ending.length);
}
