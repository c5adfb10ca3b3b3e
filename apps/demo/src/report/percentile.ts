export interface Percentiles {
  readonly p50: number | null;
  readonly p99: number | null;
}

/** Nearest-rank percentiles of latencies in ms, to a tenth; null where nothing was measured. */
export function percentiles(samples: readonly number[]): Percentiles {
  const sorted = Float64Array.from(samples).sort();
  const rank = (share: number): number | null => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    return value === undefined ? null : Math.round(value * 10) / 10;
  };
  return { p50: rank(0.5), p99: rank(0.99) };
}
