import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NewNumbers } from './new-numbers.ts';

test('whatever order the store returns, the first row of each stored origin has its number and no other', () => {
  const origin = fc.record({ stream: fc.integer({ min: 1, max: 3 }), sequence: fc.integer({ min: 0, max: 6 }) });
  const batch = fc.array(origin, { maxLength: 30 });
  fc.assert(
    fc.property(
      batch,
      fc.array(fc.boolean(), { maxLength: 30 }),
      fc.infiniteStream(fc.nat()),
      fc.boolean(),
      (rows, known, random, inOrder) => {
        const first = new Map<string, number>();
        for (const [index, { stream, sequence }] of rows.entries()) {
          const key = `${stream}/${sequence}`;
          if (!first.has(key)) first.set(key, index);
        }
        const stored = [...first]
          .filter(([, index]) => known[index] !== true)
          .map(([, index]) => ({ ...(rows[index] ?? { stream: 0, sequence: 0 }), number: index + 1000 }));
        const returned = inOrder
          ? stored
          : stored
              .map((row) => ({ row, at: random.next().value }))
              .sort((a, b) => a.at - b.at)
              .map(({ row }) => row);
        const numbers = new NewNumbers(returned);
        for (const [index, row] of rows.entries()) {
          const isStored = stored.some(({ number }) => number === index + 1000);
          expect(numbers.take(row)).toBe(isStored ? index + 1000 : undefined);
        }
      },
    ),
    { seed: 3, numRuns: 500 },
  );
});
