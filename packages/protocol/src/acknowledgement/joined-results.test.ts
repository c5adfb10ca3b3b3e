import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordHash } from '../channel/record-hash.ts';
import { type AcknowledgedRecord, decodeAcknowledgement, encodeAcknowledgement } from './acknowledgement.ts';
import { joinResults, separateResults } from './joined-results.ts';

const sent = (sequence: number) => recordHash(Uint8Array.of(sequence >> 8, sequence & 0xff));

async function results(outcomes: readonly AcknowledgedRecord['outcome'][], first = 7): Promise<AcknowledgedRecord[]> {
  return Promise.all(
    outcomes.map(async (outcome, at) => ({
      sequence: first + at,
      recordHash: await sent(first + at),
      outcome,
      ...(outcome === 'refused' && { code: 'reading-from-the-future' }),
    })),
  );
}

async function hashes(
  of: readonly AcknowledgedRecord[],
): Promise<(sequence: number) => Uint8Array<ArrayBuffer> | undefined> {
  const known = new Map(of.map(({ sequence, recordHash: hash }) => [sequence, hash]));
  return (sequence) => known.get(sequence);
}

test('fifty records that were stored are one result, and fifty again for whoever sent them', async () => {
  const single = await results(new Array(50).fill('stored'));
  const joined = await joinResults(single);
  expect(joined).toMatchObject([{ sequence: 7, outcome: 'stored', count: 50 }]);
  const wire = encodeAcknowledgement({
    channel: new Uint8Array(8),
    at: { utcMs: 0, offsetMinutes: 0 },
    results: joined,
  });
  expect(wire.length).toBeLessThan(60);
  expect(await separateResults(decodeAcknowledgement(wire).results, await hashes(single))).toEqual(single);
});

test('any batch comes apart as it was put together', async () => {
  const outcome = fc.constantFrom('stored' as const, 'duplicate' as const, 'refused' as const);
  await fc.assert(
    fc.asyncProperty(fc.array(outcome, { maxLength: 30 }), fc.integer({ min: 0, max: 9 }), async (outcomes, gap) => {
      const all = await results(outcomes);
      const single = all.filter((_, at) => at !== gap);
      expect(await separateResults(await joinResults(single), await hashes(single))).toEqual(single);
    }),
    { seed: 11, numRuns: 200 },
  );
});

test('of a run in which one record is of other bytes, or was never sent, nothing is believed', async () => {
  const single = await results(['stored', 'stored', 'stored', 'refused']);
  const joined = await joinResults(single);
  const known = await hashes(single);
  const other = await sent(999);
  expect(await separateResults(joined, (sequence) => (sequence === 8 ? other : known(sequence)))).toEqual([single[3]]);
  expect(await separateResults(joined, (sequence) => (sequence === 9 ? undefined : known(sequence)))).toEqual([
    single[3],
  ]);
  const [run] = joined;
  if (!run) throw new Error('expected a run');
  expect(await separateResults([{ ...run, count: 2 }], known)).toEqual([]);
});
