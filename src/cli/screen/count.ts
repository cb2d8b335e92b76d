/**
 * An amount of things, in words.
 *
 * @module
 */

/** `1 source`, `2 sources`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}
