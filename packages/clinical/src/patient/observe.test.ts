import { describe, expect, test } from 'vitest';
import { ClinicalError } from '../errors.ts';
import { defaultPolicy } from '../policy/default-policy.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { Bedside, midnight, minute, veryIll, well } from '../testing/bedside.ts';
import type { Vital } from '../vitals/vital.ts';
import { observe } from './observe.ts';
import { news2At } from './present.ts';
import { dismiss, tick } from './tick.ts';

describe('values and their validity', () => {
  test('a value is carried while it is valid and is missing after, never normal', () => {
    const bed = new Bedside(defaultPolicy);
    bed.reading(0, well);
    bed.reading(10, { pulse: 70 });
    expect(bed.news2).toMatchObject({ known: 7, total: 0 });
    bed.reading(10.1, { pulse: 70 });
    expect(bed.news2).toMatchObject({ known: 5, parts: { respiration: null, spo2: null, pulse: 0 } });
    bed.reading(61, { pulse: 70 });
    expect(bed.news2).toMatchObject({
      known: 4,
      parts: { systolic: null, temperature: 0, oxygen: 0, consciousness: 0 },
    });
    bed.reading(13 * 60, { pulse: 70 });
    expect(bed.news2).toMatchObject({ known: 1, total: 0, risk: 'low' });
  });

  test('the score of a page that stays open ages without a reading', () => {
    const bed = new Bedside(defaultPolicy);
    bed.reading(0, veryIll);
    expect(news2At(bed.state, defaultPolicy, midnight)).toMatchObject({ total: 9, known: 7 });
    expect(news2At(bed.state, defaultPolicy, midnight + 20 * minute)).toMatchObject({ total: 2, known: 4 });
    expect(news2At(bed.state, defaultPolicy, midnight + 24 * 60 * minute)).toMatchObject({ known: 0, risk: 'unknown' });
  });

  test('without carrying, each reading is scored from its own values alone', () => {
    const bed = new Bedside(parsePolicy({ carry: 'none' }));
    bed.reading(0, veryIll);
    bed.reading(0, { pulse: 70 });
    expect(bed.news2).toMatchObject({ total: 0, known: 1 });
  });

  test('a value that cannot be true does not replace a true one, and is counted', () => {
    const bed = new Bedside(defaultPolicy);
    bed.reading(0, { ...well, spo2: 84 });
    bed.reading(1, { spo2: Number.NaN, pulse: -1, systolic: 65535, temperature: 37 });
    expect(bed.news2?.parts).toMatchObject({ spo2: 3, pulse: 0, systolic: 0 });
    expect(bed.state.counts.implausible).toBe(3);
  });

  test('two values of one moment: the more worrying stays, in either order of delivery', () => {
    const after = (vital: Vital, ...order: number[]) => {
      const bed = new Bedside(defaultPolicy);
      for (const value of order) bed.reading(0, { [vital]: value });
      return bed.state.last[vital]?.value;
    };
    expect([after('spo2', 97, 88), after('spo2', 88, 97)]).toEqual([88, 88]);
    expect([after('pulse', 60, 80), after('pulse', 80, 60)]).toEqual([80, 80]);
  });
});

describe('persistence', () => {
  test('one artefact raises nothing', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 30, well);
    bed.reading(30, { ...well, spo2: 40, pulse: 250 });
    bed.minutes(31, 90, well);
    expect(bed.changes).toEqual([]);
    expect(bed.state.rules).toEqual({});
  });

  test('three of five raise, with two normal ones between them', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 10, well);
    expect(bed.reading(10, veryIll)).toEqual([]);
    expect(bed.reading(11, well)).toEqual([]);
    expect(bed.reading(12, veryIll)).toEqual([]);
    expect(bed.reading(13, well)).toEqual([]);
    expect(bed.reading(14, veryIll)).toEqual(['raised news2-emergency']);
  });

  test('what a sensor repeats within seconds is one sample', () => {
    const bed = new Bedside(defaultPolicy);
    for (let second = 0; second < 25; second += 1) bed.reading(second / 60, { spo2: 60 });
    expect(bed.changes).toEqual([]);
    bed.reading(0.6, { spo2: 60 });
    expect(bed.reading(1.2, { spo2: 60 })).toEqual(['raised spo2-low', 'raised single-parameter']);
  });

  test('a carried artefact is not confirmed by readings of other vitals', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 10, well);
    bed.reading(10, { ...well, spo2: 70 });
    for (let at = 11; at < 15; at += 1) bed.reading(at, { pulse: 70, respiration: 16 });
    bed.reading(15, well);
    expect(bed.changes).toEqual([]);
  });

  test('a single alarming value followed by nothing is raised when its window is over, and calls no ambulance', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 10, well);
    bed.reading(10, { ...well, spo2: 60 });
    expect(bed.tick(19.9)).toEqual([]);
    expect(bed.tick(20)).toEqual(['raised spo2-low', 'raised single-parameter']);
    expect(bed.changes.map(({ dispatch }) => dispatch)).toEqual([false, false]);
  });

  test('the same without a tick is raised by the next reading, even a normal one', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 10, well);
    bed.reading(10, { ...well, spo2: 60 });
    expect(bed.reading(40, well)).toEqual(['raised spo2-low', 'raised single-parameter']);
    expect(bed.changes[0]?.reason).toMatchObject({ kind: 'limit', vital: 'spo2', value: 60, limit: 85 });
  });

  test('a single alarming value that the next contradicts is not', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 10, well);
    bed.reading(10, { ...well, spo2: 60 });
    bed.reading(11, well);
    expect(bed.tick(14)).toEqual([]);
    expect(bed.tick(22)).toEqual([]);
  });

  test('a single alarming value is not contradicted by its own expiry', () => {
    const persistence = { readings: 3, of: 5, withinS: 1200 };
    const rule = { id: 'single', kind: 'single-parameter', priority: 'medium', persistence };
    const bed = new Bedside(parsePolicy({ rules: [rule] }));
    bed.minutes(0, 10, well);
    bed.reading(10, { spo2: 60 });
    expect(bed.minutes(11, 30, { pulse: 70 })).toEqual([]);
    expect(bed.tick(30)).toEqual(['raised single']);
  });

  test('where observations come by the hour, one is enough', () => {
    const bed = new Bedside(defaultPolicy);
    bed.reading(0, well);
    bed.reading(60, well);
    expect(bed.reading(120, veryIll)).toEqual(['raised news2-emergency']);
    expect(bed.changes.at(-1)).toMatchObject({ dispatch: true, priority: 'high' });
  });

  test('the first reading after a drop-out of a sensor that sends by the minute is not such an observation', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 10, well);
    expect(bed.reading(60, veryIll)).toEqual([]);
    expect(bed.reading(61, veryIll)).toEqual([]);
    expect(bed.reading(62, veryIll)).toEqual(['raised news2-emergency']);
  });
});

describe('raising', () => {
  test('a higher rule holds back a lower one that says the same', () => {
    const bed = new Bedside(defaultPolicy);
    expect(bed.minutes(0, 10, veryIll)).toEqual(['raised news2-emergency']);
    expect(bed.changes[0]).toMatchObject({ reason: { kind: 'news2', total: 9, known: 7 } });
  });

  test('when the higher one is over and the lower one is not, the lower one is raised', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 5, veryIll);
    const told = bed.minutes(5, 20, { ...well, pulse: 115, respiration: 22, spo2: 95 });
    expect(told).toEqual(['resolved news2-emergency', 'raised news2-urgent']);
  });

  test('an alarm that goes on only because its vitals are gone hides no new trouble', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 5, veryIll);
    const told = bed.minutes(5, 40, { ...well, pulse: undefined, respiration: 26 });
    expect(told).toContain('raised single-parameter');
    expect(bed.active()).toEqual(expect.arrayContaining(['news2-emergency', 'single-parameter']));
  });

  test('an active alarm that grows worse says so once', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 10, { ...veryIll, spo2: 95, systolic: 108 });
    expect(bed.active()).toEqual(['news2-emergency']);
    expect(bed.minutes(10, 20, { ...veryIll, systolic: 92, spo2: 91, consciousness: 1 })).toEqual([
      'worsened news2-emergency',
    ]);
  });

  test('while the higher rule is active, growing worse is told by that one alone', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 5, { ...well, pulse: 115, respiration: 22, spo2: 95 });
    expect(bed.minutes(5, 30, { ...well, pulse: 135, respiration: 26, spo2: 90, systolic: 92 })).toEqual([
      'raised news2-emergency',
    ]);
  });

  test('a limit in decimals is worse by exactly what it says', () => {
    const rule = { id: 'low', kind: 'limit', priority: 'high', vital: 'temperature', side: 'low' };
    const bed = new Bedside(parsePolicy({ limits: { temperature: { low: 30 } }, rules: [rule] }));
    bed.minutes(0, 5, { temperature: 20.9 });
    expect(bed.minutes(5, 10, { temperature: 15.9 })).toEqual(['worsened low']);
  });

  test('an unresponsive patient is raised at once: a person said so', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 10, well);
    expect(bed.reading(10, { consciousness: 4 })).toContain('raised unresponsive');
  });

  test('only a high rule dispatches, and once', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 10, veryIll);
    bed.minutes(10, 40, { ...veryIll, spo2: 90 });
    expect(bed.changes.filter(({ dispatch }) => dispatch)).toHaveLength(1);
    const urgent = new Bedside(defaultPolicy);
    urgent.minutes(0, 20, { ...well, pulse: 115, respiration: 22, spo2: 95 });
    expect(urgent.changes.map(({ rule, dispatch }) => [rule, dispatch])).toEqual([['news2-urgent', false]]);
  });
});

describe('clearing', () => {
  const raised = () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 5, { ...well, spo2: 80 });
    expect(bed.active()).toEqual(['spo2-low', 'single-parameter']);
    return bed;
  };

  test('five minutes known normal resolve', () => {
    const bed = raised();
    expect(bed.minutes(5, 9, well)).toEqual([]);
    expect(bed.reading(9, well)).toEqual(['resolved spo2-low', 'resolved single-parameter']);
  });

  test('inside the limit but not past the margin is not normal yet', () => {
    const bed = raised();
    bed.minutes(5, 60, { ...well, spo2: 86 });
    expect(bed.active()).toContain('spo2-low');
  });

  test('one abnormal reading in the run begins it anew', () => {
    const bed = raised();
    bed.minutes(5, 9, well);
    bed.reading(9, { ...well, spo2: 84 });
    expect(bed.minutes(10, 14, well)).toEqual([]);
    expect(bed.minutes(14, 15, well)).toContain('resolved spo2-low');
  });

  test('an alarm does not end because its vital is no longer measured', () => {
    const bed = raised();
    bed.minutes(5, 600, { ...well, spo2: undefined });
    expect(bed.active()).toContain('spo2-low');
    expect(bed.active()).toContain('single-parameter');
  });

  test('an alarm does not end because values that cannot be true come', () => {
    const bed = raised();
    bed.minutes(5, 100, { ...well, spo2: 127 });
    bed.minutes(100, 200, { ...well, spo2: Number.NaN });
    expect(bed.active()).toContain('spo2-low');
  });

  test('a NEWS2 alarm does not end because what made it high expired', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 5, { ...veryIll, temperature: undefined });
    expect(bed.active()).toEqual(['news2-emergency']);
    bed.minutes(5, 300, { pulse: 135 });
    expect(bed.news2?.total).toBe(3);
    expect(bed.active()).toContain('news2-emergency');
    expect(bed.minutes(300, 320, well)).toContain('resolved news2-emergency');
  });

  test('an alarm does not end because everything stops', () => {
    const bed = raised();
    for (let at = 5; at < 2000; at += 5) bed.tick(at);
    expect(bed.active()).toEqual(expect.arrayContaining(['spo2-low', 'single-parameter', 'stream-silent']));
  });

  test('normal readings from a backlog that is older than the present do not end it', () => {
    const bed = raised();
    for (let at = 5; at < 60; at += 1) bed.reading(at, well, 120);
    expect(bed.active()).toContain('spo2-low');
    expect(bed.minutes(120, 124, well)).not.toContain('resolved spo2-low');
    expect(bed.minutes(124, 125, well)).toContain('resolved spo2-low');
  });

  test('a run of normal readings is not completed by one from a backlog', () => {
    const rule = {
      id: 'low',
      kind: 'limit',
      priority: 'high',
      vital: 'spo2',
      side: 'low',
      clear: { readings: 1, forS: 1200 },
    };
    const bed = new Bedside(parsePolicy({ rules: [rule] }));
    bed.minutes(0, 5, { spo2: 80 });
    bed.reading(5, { spo2: 98 });
    expect(bed.reading(26, { spo2: 98 }, 60)).toEqual([]);
    expect(bed.reading(61, { spo2: 98 })).toEqual(['resolved low']);
  });

  test('what joined in after the alarm was raised must be known normal too', () => {
    const clear = { readings: 5, forS: 1200 };
    const rule = { id: 'total', kind: 'news2', priority: 'high', atLeast: 7, clearAt: 5, clear };
    const bed = new Bedside(parsePolicy({ rules: [rule] }));
    bed.minutes(0, 5, { ...veryIll, spo2: 98, consciousness: 1 });
    bed.minutes(5, 8, { ...veryIll, consciousness: 1 });
    bed.minutes(8, 60, { ...well, spo2: undefined });
    expect(bed.active()).toEqual(['total']);
    expect(bed.minutes(60, 81, well)).toEqual(['resolved total']);
  });

  test('an SpO2 whose part is not known on scale 2 is not known normal', () => {
    const rule = { id: 'single', kind: 'single-parameter', priority: 'medium' };
    const bed = new Bedside(parsePolicy({ scale: 2, validityS: { oxygen: 600 }, rules: [rule] }));
    expect(bed.minutes(0, 5, { spo2: 98, oxygen: 1 })).toEqual(['raised single']);
    bed.minutes(5, 60, { spo2: 98, pulse: 70 });
    expect(bed.news2?.parts.spo2).toBeNull();
    expect(bed.active()).toEqual(['single']);
    expect(bed.minutes(60, 65, { spo2: 98, oxygen: 0 })).toEqual(['resolved single']);
  });

  test('a person ends it; if the condition holds it is raised again', () => {
    const bed = raised();
    bed.state = dismiss(bed.state, defaultPolicy, 'spo2-low', midnight + 5 * minute);
    expect(bed.active()).toEqual(['single-parameter']);
    expect(bed.minutes(5, 8, { ...well, spo2: 80 })).toContain('raised spo2-low');
  });
});

test('a time that is none is refused', () => {
  const { state } = new Bedside(defaultPolicy);
  for (const time of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => observe(state, defaultPolicy, { at: time, values: well, receivedAt: 0 })).toThrow(ClinicalError);
    expect(() => observe(state, defaultPolicy, { at: 0, values: well, receivedAt: time })).toThrow(ClinicalError);
    expect(() => tick(state, defaultPolicy, time)).toThrow(ClinicalError);
  }
});
