import { decimal, mdc, mdcUnit, type Reading } from '@vitalseal/protocol';
import { expect, test } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.ts';
import { Transaction } from '../storage/transaction.ts';
import { Diary } from './diary.ts';

const at = Date.UTC(2026, 0, 2);

function entry(number: number) {
  const reading: Reading = {
    origin: { source: { role: 'patient', id: 'p1' }, channel: new Uint8Array(8), sequence: number },
    measuredAt: { utcMs: at, offsetMinutes: 0 },
    measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(70, 0) }],
  };
  return { number, reading, late: false };
}

test('what lies between the numbers of one batch is told, though it was confirmed in another', async () => {
  const storage = memoryStorage();
  const diary = await Diary.load(storage, 24 * 3_600_000);
  for (const numbers of [[1, 2], [0, 3, 4], [5]]) {
    const transaction = new Transaction();
    diary.add(transaction, { place: 'hospital', at, entries: numbers.map(entry) });
    await transaction.commit(storage);
  }
  const numbers = (await diary.from(0, 3)).flatMap(({ entries }) => entries.map(({ number }) => number));
  expect(numbers.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
});
