// What a standard sensor keeps until it is confirmed is taken once, whatever becomes of the link meanwhile.

import { decimal, mdc, mdcUnit } from '@vitalseal/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { ReadingQueue, type UnsealedReading } from './reading-queue.ts';

const reading = (value: number): UnsealedReading => ({
  measuredAt: { utcMs: 1000 + value, offsetMinutes: 0 },
  measurements: [{ code: mdc.systolic, unit: mdcUnit.millimetresOfMercury, value: decimal(value, 0) }],
  unsealed: { profile: 'blood-pressure', device: 'Cuff' },
});

/** @property answer settles what the card is doing */
function queueOf() {
  const taken: UnsealedReading[] = [];
  const asked: PromiseWithResolvers<void>[] = [];
  const queue = new ReadingQueue({
    retryMs: 1,
    take: async (one) => {
      const answer = Promise.withResolvers<void>();
      asked.push(answer);
      await answer.promise;
      taken.push(one);
    },
  });
  onTestFinished(() => queue.close());
  return { queue, taken, asked };
}

test('what waits is taken back with its link, and what the card has in hand is not', async () => {
  const { queue, taken, asked } = queueOf();
  const link = new AbortController();
  const first = queue.add(reading(120), { signal: link.signal });
  const second = queue.add(reading(121), { signal: link.signal });
  const other = queue.add(reading(122));
  link.abort();
  expect(await second).toBe(false);
  asked[0]?.resolve();
  expect(await first).toBe(true);
  asked[1]?.resolve();
  expect(await other).toBe(true);
  expect(taken).toEqual([reading(120), reading(122)]);
});

test('what was taken and is said again, since the device did not hear that, is not taken twice', async () => {
  const { queue, taken, asked } = queueOf();
  const first = queue.add(reading(120), { once: 'cuff 1' });
  const meanwhile = queue.add(reading(120), { once: 'cuff 1' });
  asked[0]?.resolve();
  expect([await first, await meanwhile, await queue.add(reading(120), { once: 'cuff 1' })]).toEqual([true, true, true]);
  const another = queue.add(reading(120), { once: 'cuff 2' });
  asked[1]?.resolve();
  expect(await another).toBe(true);
  expect(taken).toHaveLength(2);
});
