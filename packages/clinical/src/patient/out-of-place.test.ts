import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../policy/default-policy.ts';
import { Bedside, midnight, minute, veryIll, well } from '../testing/bedside.ts';
import { news2At } from './present.ts';

describe('a late reading', () => {
  test('does not overwrite a newer value', () => {
    const bed = new Bedside(defaultPolicy);
    bed.reading(0, well);
    bed.reading(5, veryIll);
    bed.reading(3, well, 6);
    expect(bed.news2?.total).toBe(9);
    expect(bed.state.counts.late).toBe(1);
  });

  test('is not late for a vital of which nothing newer is known', () => {
    const bed = new Bedside(defaultPolicy);
    bed.reading(5, { pulse: 70 });
    bed.reading(4, { systolic: 85 }, 6);
    expect(bed.news2?.parts).toMatchObject({ pulse: 0, systolic: 3 });
    expect(bed.state.counts.late).toBe(0);
  });

  test('leaves the score that of the newest measurement, without what has expired by then', () => {
    const bed = new Bedside(defaultPolicy);
    bed.reading(0, { respiration: 30 });
    bed.reading(15, { pulse: 70 });
    bed.reading(4, { systolic: 85 }, 15);
    expect(bed.news2).toMatchObject({ total: 3, known: 2, parts: { respiration: null, systolic: 3 } });
  });

  test('that is normal ends no alarm and confirms no recovery', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 10, { ...well, spo2: 80 });
    for (let at = 0; at < 9; at += 0.2) bed.reading(at, well, 10);
    expect(bed.active()).toContain('spo2-low');
  });

  test('that is normal does not contradict what is watched', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 10, well);
    bed.reading(10, { spo2: 60 });
    bed.reading(9.5, { spo2: 98 }, 10.5);
    expect(bed.tick(21)).toContain('raised spo2-low');
  });

  test('that is abnormal breaks a run of normal ones it falls into', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 5, { ...well, spo2: 80 });
    bed.minutes(5, 9, well);
    bed.reading(6.5, { spo2: 80 }, 9);
    expect(bed.reading(9, well)).toEqual([]);
  });

  test('three that are abnormal raise, though the present is normal, and dispatch nobody', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 60, well);
    bed.reading(20.1, { spo2: 70 }, 60);
    bed.reading(21.1, { spo2: 70 }, 60);
    expect(bed.changes).toEqual([]);
    expect(bed.reading(22.1, { spo2: 70 }, 60)).toContain('raised spo2-low');
    expect(bed.changes.every(({ dispatch }) => !dispatch)).toBe(true);
    expect(bed.minutes(60, 70, well)).toContain('resolved spo2-low');
  });

  test('three that are abnormal but of one moment, or hours apart, raise nothing', () => {
    for (const times of [
      [20.1, 20.2, 20.3],
      [20, 100, 180],
    ]) {
      const bed = new Bedside(defaultPolicy);
      bed.minutes(0, 240, well);
      for (const at of times) bed.reading(at - 0.05, { spo2: 70 }, 240);
      expect(bed.changes).toEqual([]);
    }
  });

  test('one that is abnormal and long contradicted raises nothing, whatever time passes', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 60, well);
    bed.reading(20, { spo2: 60 }, 60);
    bed.minutes(60, 200, well);
    expect(bed.changes).toEqual([]);
  });
});

describe('a backlog that comes in order', () => {
  test('raises what happened, dispatches nobody for the past, and dispatches once the present confirms it', () => {
    const bed = new Bedside(defaultPolicy);
    for (let at = 0; at < 30; at += 1) bed.reading(at, veryIll, 120);
    expect(bed.changes).toMatchObject([{ change: 'raised', rule: 'news2-emergency', dispatch: false }]);
    const told = bed.minutes(120, 124, veryIll);
    expect(told).toContain('worsened news2-emergency');
    expect(bed.changes.at(-1)?.dispatch).toBe(true);
  });

  test('does not look as if its last reading had stood for hours', () => {
    const bed = new Bedside(defaultPolicy);
    for (let at = 0; at < 30; at += 1) bed.reading(at, well, 120);
    bed.reading(30, { ...well, spo2: 60 }, 120);
    expect(bed.tick(120.1)).not.toContain('raised spo2-low');
  });
});

describe('a reading from the future', () => {
  test('is not the present, keeps nothing valid and does not break the silence', () => {
    const bed = new Bedside(defaultPolicy);
    bed.reading(0, well);
    bed.reading(600, veryIll, 1);
    expect(bed.news2?.total).toBe(0);
    expect(bed.state.newest).toBe(midnight);
    expect(bed.state.counts.future).toBe(1);
    expect(news2At(bed.state, defaultPolicy, midnight + 20 * minute).known).toBe(4);
    expect(bed.tick(16)).toContain('raised stream-silent');
    bed.reading(700, well, 17);
    expect(bed.active()).toContain('stream-silent');
  });

  test('does not make the readings after it late', () => {
    const bed = new Bedside(defaultPolicy);
    bed.reading(0, well);
    bed.reading(600, well, 1);
    expect(bed.minutes(2, 6, veryIll)).toEqual(['raised news2-emergency']);
  });

  test('that is normal ends no alarm', () => {
    const bed = new Bedside(defaultPolicy);
    bed.minutes(0, 5, { ...well, spo2: 80 });
    for (let at = 5; at < 60; at += 1) bed.reading(at + 600, well, at);
    expect(bed.active()).toContain('spo2-low');
  });

  test('that is abnormal can raise: a wrong clock must not hide a patient', () => {
    const bed = new Bedside(defaultPolicy);
    bed.reading(600, veryIll, 0);
    bed.reading(601, veryIll, 1);
    expect(bed.reading(602, veryIll, 2)).toEqual(['raised news2-emergency']);
    expect(bed.changes[0]).toMatchObject({ at: midnight + 2 * minute, dispatch: false });
  });

  test('within the tolerance is the present', () => {
    const bed = new Bedside(defaultPolicy);
    bed.reading(2, well, 0);
    expect(bed.news2?.known).toBe(7);
    expect(bed.state.counts.future).toBe(0);
  });
});
