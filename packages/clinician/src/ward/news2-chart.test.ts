import { scoreNews2 } from '@vitalseal/clinical';
import { expect, test } from 'vitest';
import { bandOf, bandsOf, pointsOf, type ScoredVital, scoredVitals } from './news2-chart.ts';

/** Every value of the table's precision that a band can hold. */
const ranges: Record<ScoredVital, readonly [from: number, to: number, step: number]> = {
  respiration: [1, 60, 1],
  spo2: [50, 100, 1],
  oxygen: [0, 1, 1],
  systolic: [40, 260, 1],
  pulse: [20, 220, 1],
  consciousness: [0, 4, 1],
  temperature: [30, 43, 0.1],
};

const cases = scoredVitals.flatMap((vital) =>
  [1, 2].flatMap((scale) => [0, 1].map((oxygen) => [vital, scale as 1 | 2, oxygen] as const)),
);

test.each(cases)('the chart of %s on scale %d with oxygen %d says what the score says', (vital, scale, oxygen) => {
  const [from, to, step] = ranges[vital];
  const bands = bandsOf(vital, scale, oxygen > 0);
  for (let i = 0; from + i * step <= to + step / 2; i += 1) {
    const value = Number((from + i * step).toFixed(1));
    const { parts } = scoreNews2({ oxygen, [vital]: value }, { scale });
    const band = bandOf(bands, value);
    expect(band && pointsOf(band), `${vital} ${value}`).toBe(parts[vital]);
  }
});
