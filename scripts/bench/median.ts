/** The value in the middle: what a machine with other things to do disturbs least. */
export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? NaN;
}
