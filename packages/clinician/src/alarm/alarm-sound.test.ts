import { expect, test } from 'vitest';
import { burstSeconds, bursts } from './alarm-sound.ts';

test('high is ten pulses, medium three, low two, as IEC 60601-1-8 has them', () => {
  expect([bursts.high, bursts.medium, bursts.low].map((burst) => burst.pulses.length)).toEqual([10, 3, 2]);
});

test('pulses of a burst do not run into each other, and lie in the pitch the standard asks for', () => {
  for (const { pulses } of Object.values(bursts)) {
    pulses.forEach((pulse, i) => {
      expect(pulse.pitch).toBeGreaterThanOrEqual(150);
      expect(pulse.pitch).toBeLessThanOrEqual(1000);
      expect(pulses[i + 1]?.at ?? Infinity).toBeGreaterThan(pulse.at + pulse.duration);
    });
  }
});

test('pulses last 75 to 200 ms in high, 125 to 250 ms in the others', () => {
  for (const { duration } of bursts.high.pulses) expect(duration >= 0.075 && duration <= 0.2).toBe(true);
  for (const burst of [bursts.medium, bursts.low]) {
    for (const { duration } of burst.pulses) expect(duration >= 0.125 && duration <= 0.25).toBe(true);
  }
});

test('the pause between bursts: 2.5 to 15 s in high, 2.5 to 30 s in medium, over 15 s in low', () => {
  expect(bursts.high.pause >= 2.5 && bursts.high.pause <= 15).toBe(true);
  expect(bursts.medium.pause >= 2.5 && bursts.medium.pause <= 30).toBe(true);
  expect(bursts.low.pause).toBeGreaterThan(15);
});

test('a higher priority is never softer', () => {
  expect(bursts.high.level).toBeGreaterThanOrEqual(bursts.medium.level);
  expect(bursts.medium.level).toBeGreaterThanOrEqual(bursts.low.level);
  expect(burstSeconds(bursts.high)).toBeCloseTo(3.4);
});
