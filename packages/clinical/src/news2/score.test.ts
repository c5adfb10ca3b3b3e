import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Values, Vital } from '../vitals/vital.ts';
import { vitals } from '../vitals/vital.ts';
import type { Spo2Scale } from './score.ts';
import { news2Maximum, news2Parameters, scoreNews2 } from './score.ts';

// The oracle: RCP's chart as data, each band by its printed ends, read by a few lines that share nothing with score.ts.
// `steps` is the chart's precision. Values are decimal texts and are rounded as texts.
interface Band {
  readonly from: number;
  readonly to: number;
  readonly points: number;
}

const least = Number.NEGATIVE_INFINITY;
const most = Number.POSITIVE_INFINITY;
const band = (from: number, to: number, points: number): Band => ({ from, to, points });

const chart = {
  respiration: [band(least, 8, 3), band(9, 11, 1), band(12, 20, 0), band(21, 24, 2), band(25, most, 3)],
  systolic: [band(least, 90, 3), band(91, 100, 2), band(101, 110, 1), band(111, 219, 0), band(220, most, 3)],
  pulse: [
    band(least, 40, 3),
    band(41, 50, 1),
    band(51, 90, 0),
    band(91, 110, 1),
    band(111, 130, 2),
    band(131, most, 3),
  ],
  temperature: [band(least, 35, 3), band(35.1, 36, 1), band(36.1, 38, 0), band(38.1, 39, 1), band(39.1, most, 2)],
  spo2Scale1: [band(least, 91, 3), band(92, 93, 2), band(94, 95, 1), band(96, most, 0)],
  spo2Scale2OnAir: [band(least, 83, 3), band(84, 85, 2), band(86, 87, 1), band(88, most, 0)],
  spo2Scale2OnOxygen: [
    band(least, 83, 3),
    band(84, 85, 2),
    band(86, 87, 1),
    band(88, 92, 0),
    band(93, 94, 1),
    band(95, 96, 2),
    band(97, most, 3),
  ],
  oxygen: [band(0, 0, 0), band(1, 1, 2)],
  consciousness: [band(0, 0, 0), band(1, 4, 3)],
} as const;

type ChartLine = keyof typeof chart;

/** Points of a decimal text: of the two neighbours on the chart's grid, the nearer one; of a half, the worse one. */
function chartPoints(line: ChartLine, text: string, decimals: 0 | 1): number {
  const [whole = '0', fraction = ''] = text.split('.');
  const kept = Number(`${whole}.${fraction.slice(0, decimals)}0`);
  const rest = fraction.slice(decimals).padEnd(1, '0');
  const step = decimals === 0 ? 1 : 0.1;
  const points = (value: number) => {
    const shown = value.toFixed(decimals);
    return chart[line].find(({ from, to }) => Number(shown) >= from && Number(shown) <= to)?.points ?? Number.NaN;
  };
  const half = /^50*$/.test(rest);
  if (half) return Math.max(points(kept), points(kept + step));
  return points(rest >= '5' ? kept + step : kept);
}

function spo2Line(scale: Spo2Scale, oxygen: number | undefined): ChartLine | undefined {
  if (scale === 1) return 'spo2Scale1';
  if (oxygen === undefined) return undefined;
  return oxygen === 1 ? 'spo2Scale2OnOxygen' : 'spo2Scale2OnAir';
}

function oracle(values: Values, scale: Spo2Scale) {
  const part = (line: ChartLine | undefined, value: number | undefined, decimals: 0 | 1 = 0) =>
    value === undefined || line === undefined ? null : chartPoints(line, String(value), decimals);
  const { spo2, oxygen } = values;
  // Without the oxygen, scale 2 is certain only where both of its lines agree whatever the band above.
  const low = scale === 2 && oxygen === undefined && spo2 !== undefined && Math.round(spo2) <= 92;
  const parts = {
    respiration: part('respiration', values.respiration),
    spo2: part(low ? 'spo2Scale2OnAir' : spo2Line(scale, oxygen), spo2),
    oxygen: part('oxygen', oxygen),
    systolic: part('systolic', values.systolic),
    pulse: part('pulse', values.pulse),
    consciousness: part('consciousness', values.consciousness),
    temperature: part('temperature', values.temperature, 1),
  };
  const known = Object.values(parts).filter((points) => points !== null);
  const total = known.reduce((sum, points) => sum + points, 0);
  const urgentAlone = known.includes(3) ? 'low-medium' : 'low';
  const risk = total >= 7 ? 'high' : total >= 5 ? 'medium' : known.length === 0 ? 'unknown' : urgentAlone;
  return { total, known: known.length, of: 7, parts, risk };
}

/** Both ends of every band, and missing. */
const ends = {
  respiration: [undefined, 1, 8, 9, 11, 12, 20, 21, 24, 25, 60],
  systolic: [undefined, 50, 90, 91, 100, 101, 110, 111, 219, 220, 300],
  pulse: [undefined, 20, 40, 41, 50, 51, 90, 91, 110, 111, 130, 131, 250],
  temperature: [undefined, 25, 35, 35.1, 36, 36.1, 38, 38.1, 39, 39.1, 42],
  oxygen: [undefined, 0, 1],
  consciousness: [undefined, 0, 1, 2, 3, 4],
  spo2: {
    1: [undefined, 50, 91, 92, 93, 94, 95, 96, 100],
    2: [undefined, 50, 83, 84, 85, 86, 87, 88, 92, 93, 94, 95, 96, 97, 100],
  },
} as const;

/** One value of every band, and missing: few enough to take all of them together. */
const bands = {
  respiration: [undefined, 8, 9, 20, 21, 25],
  systolic: [undefined, 90, 91, 101, 219, 220],
  pulse: [undefined, 40, 50, 51, 110, 111, 131],
  temperature: [undefined, 35, 36, 36.1, 39, 39.1],
  oxygen: [undefined, 0, 1],
  consciousness: [undefined, 0, 1, 2, 3, 4],
  spo2: { 1: [undefined, 91, 92, 95, 96], 2: [undefined, 83, 84, 87, 88, 94, 95, 97] },
} as const;

function* everyCombination(scale: Spo2Scale): Generator<Values> {
  for (const respiration of bands.respiration)
    for (const spo2 of bands.spo2[scale])
      for (const oxygen of bands.oxygen)
        for (const systolic of bands.systolic)
          for (const pulse of bands.pulse)
            for (const consciousness of bands.consciousness)
              for (const temperature of bands.temperature)
                yield { respiration, spo2, oxygen, systolic, pulse, consciousness, temperature };
}

describe.each([1, 2] as const)('NEWS2 on SpO2 scale %i', (scale) => {
  test('agrees with the published chart on every combination of bands, missing ones included', () => {
    const wrong: Values[] = [];
    let combinations = 0;
    for (const values of everyCombination(scale)) {
      combinations += 1;
      const score = scoreNews2(values, { scale });
      const expected = oracle(values, scale);
      const agrees =
        score.total === expected.total &&
        score.known === expected.known &&
        score.risk === expected.risk &&
        news2Parameters.every((parameter) => score.parts[parameter] === expected.parts[parameter]);
      if (!agrees) wrong.push(values);
    }
    expect(wrong).toEqual([]);
    expect(combinations).toBe(scale === 1 ? 6 * 5 * 3 * 6 * 7 * 6 * 6 : 6 * 8 * 3 * 6 * 7 * 6 * 6);
  });

  test('agrees with the published chart at both ends of every band', () => {
    for (const vital of ['respiration', 'systolic', 'pulse', 'temperature', 'consciousness'] as const) {
      for (const value of ends[vital]) {
        const values = { [vital]: value };
        expect(scoreNews2(values, { scale }), `${vital} ${value}`).toEqual(oracle(values, scale));
      }
    }
    for (const oxygen of ends.oxygen) {
      for (const spo2 of ends.spo2[scale]) {
        const values = { spo2, oxygen };
        expect(scoreNews2(values, { scale }), `spo2 ${spo2} oxygen ${oxygen}`).toEqual(oracle(values, scale));
      }
    }
  });

  test.each([
    ['respiration', 1, 70],
    ['systolic', 30, 300],
    ['pulse', 20, 250],
    ['temperature', 30, 45],
    ['spo2', 50, 99],
  ] as const)('rounds every hundredth of %s from %i to %i as the decimal text says', (vital, from, to) => {
    for (const oxygen of vital === 'spo2' ? [0, 1] : [undefined]) {
      for (let hundredths = from * 100; hundredths <= to * 100; hundredths += 1) {
        const values = { [vital]: Number((hundredths / 100).toFixed(2)), oxygen };
        const score = scoreNews2(values, { scale });
        const expected = oracle(values, scale);
        if (score.parts[vital] !== expected.parts[vital]) expect(score, JSON.stringify(values)).toEqual(expected);
      }
    }
  });

  test('a missing value replaced by any value never lowers the total or the number known', () => {
    const anyValues = fc.record(
      Object.fromEntries(vitals.map((vital) => [vital, fc.double({ min: -10, max: 400 })])) as Record<
        Vital,
        fc.Arbitrary<number>
      >,
      { requiredKeys: [] },
    );
    const code = fc.record(
      { oxygen: fc.constantFrom(0, 1), consciousness: fc.constantFrom(0, 1, 2, 3, 4) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyValues, code, fc.constantFrom(...news2Parameters), (values, codes, parameter) => {
        const full = { ...values, ...codes };
        const without = { ...full, [parameter]: undefined };
        const more = scoreNews2(full, { scale });
        const fewer = scoreNews2(without, { scale });
        expect(more.total).toBeGreaterThanOrEqual(fewer.total);
        expect(more.known).toBeGreaterThanOrEqual(fewer.known);
      }),
      { seed: 20170712, numRuns: 2000 },
    );
  });
});

describe('halves go away from the normal band', () => {
  test.each([
    ['respiration', 8.5, 3],
    ['respiration', 11.5, 1],
    ['respiration', 11.6, 0],
    ['respiration', 20.4, 0],
    ['respiration', 20.5, 2],
    ['respiration', 24.5, 3],
    ['systolic', 90.5, 3],
    ['systolic', 100.5, 2],
    ['systolic', 110.5, 1],
    ['systolic', 110.51, 0],
    ['systolic', 219.5, 3],
    ['pulse', 40.5, 3],
    ['pulse', 50.5, 1],
    ['pulse', 90.5, 1],
    ['pulse', 90.49, 0],
    ['pulse', 110.5, 2],
    ['pulse', 130.5, 3],
    ['temperature', 35.05, 3],
    ['temperature', 36.05, 1],
    ['temperature', 36.06, 0],
    ['temperature', 38.05, 1],
    ['temperature', 39.05, 2],
    ['spo2', 91.5, 3],
    ['spo2', 93.5, 2],
    ['spo2', 95.5, 1],
    ['spo2', 95.51, 0],
  ] as const)('%s %d scores %i', (vital, value, points) => {
    expect(scoreNews2({ [vital]: value }, { scale: 1 }).parts[vital]).toBe(points);
  });

  test.each([
    [83.5, 1, 3],
    [87.5, 1, 1],
    [92.5, 1, 1],
    [92.5, 0, 0],
    [94.5, 1, 2],
    [96.5, 1, 3],
    [96.5, 0, 0],
  ] as const)('spo2 %d with oxygen %i scores %i on scale 2', (spo2, oxygen, points) => {
    expect(scoreNews2({ spo2, oxygen }, { scale: 2 }).parts.spo2).toBe(points);
  });

  test('binary noise around a half does not hide it', () => {
    for (const temperature of [36.05, 3605 * 0.01, 36 + 0.05, 36.1 - 0.05, (96.89 - 32) / 1.8]) {
      expect(scoreNews2({ temperature }, { scale: 1 }).parts.temperature).toBe(1);
    }
  });
});

describe('what is not known', () => {
  test('nothing known is unknown, not low', () => {
    expect(scoreNews2({}, { scale: 1 })).toMatchObject({ total: 0, known: 0, risk: 'unknown' });
  });

  test('a diastolic pressure is no part of NEWS2', () => {
    expect(scoreNews2({ diastolic: 140 }, { scale: 1 })).toMatchObject({ known: 0, risk: 'unknown' });
  });

  test('a single 3 while others are missing is already a call for urgent review', () => {
    expect(scoreNews2({ respiration: 25 }, { scale: 1 })).toMatchObject({ total: 3, known: 1, risk: 'low-medium' });
  });

  test('SpO2 above 92 on scale 2 is not known while the oxygen is not', () => {
    expect(scoreNews2({ spo2: 97 }, { scale: 2 }).parts.spo2).toBeNull();
    expect(scoreNews2({ spo2: 90 }, { scale: 2 }).parts.spo2).toBe(0);
    expect(scoreNews2({ spo2: 80 }, { scale: 2 }).parts.spo2).toBe(3);
  });

  test('everything at its worst is 20', () => {
    const worst = { respiration: 40, spo2: 70, oxygen: 1, systolic: 60, pulse: 180, consciousness: 4, temperature: 33 };
    expect(scoreNews2(worst, { scale: 1 }).total).toBe(news2Maximum);
  });
});
