/**
 * Randomness that repeats.
 *
 * @module
 */

/**
 * Whole numbers from 0 to below 2^32, one after the other, the same ones for the same seed.
 *
 * A counter whose bits are spread by multiplications and shifts; the constants are from a search for the least bias
 * (Wellons, "Prospecting for Hash Functions").
 */
export function seeded(seed: number): () => number {
  let counter = spread(seed);
  return () => {
    counter = (counter + 0x9e37_79b9) >>> 0;
    return spread(counter);
  };
}

function spread(number: number): number {
  let mixed = number >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a_2d39);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
