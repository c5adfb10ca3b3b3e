/** NaN where there is nothing. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** By nearest rank. @param share 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** To so many digits that tell: 0.0123, 1.23, 123, 12300. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
