import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordSequence } from './record-sequence.ts';

function head(length: number): number[] {
  if (length < 24) return [0x40 + length];
  if (length < 256) return [0x58, length];
  if (length < 65_536) return [0x59, length >> 8, length & 0xff];
  return [0x5a, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
}

test('records and heartbeats come out whole, however the network cuts them', () => {
  const item = fc.oneof(fc.constant(null), fc.uint8Array({ maxLength: 70_000, size: 'max' }), fc.uint8Array());
  fc.assert(
    fc.property(fc.array(item, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 9000 })), (items, cuts) => {
      const stream = Uint8Array.from(
        items.flatMap((each) => (each === null ? [0xf6] : [...head(each.length), ...each])),
      );
      const reader = new RecordSequence();
      const read: (Uint8Array | null)[] = [];
      let from = 0;
      for (const cut of [...cuts, stream.length]) {
        read.push(...reader.push(stream.subarray(from, from + cut)));
        from += cut;
      }
      expect(read.map((each) => each && [...each])).toEqual(items.map((each) => each && [...each]));
      expect(reader.atBoundary).toBe(true);
    }),
    { seed: 29, numRuns: 60 },
  );
});

test('a record cut short leaves the reader off a boundary', () => {
  const reader = new RecordSequence();
  expect(reader.push(Uint8Array.of(0x43, 1, 2))).toEqual([]);
  expect(reader.atBoundary).toBe(false);
});

test.each([
  ['an integer', [0x01]],
  ['a text', [0x61, 0x61]],
  ['a byte string of indefinite length', [0x5f]],
  ['a 64-bit length', [0x5b, 0, 0, 0, 0, 0, 0, 0, 1]],
])('%s in the feed is refused', (_, bytes) => {
  expect(() => new RecordSequence().push(Uint8Array.from(bytes))).toThrow(
    expect.objectContaining({ code: 'stream-malformed' }),
  );
});

test('a length over the limit is refused before the record arrives', () => {
  expect(() => new RecordSequence(100).push(Uint8Array.of(0x58, 101))).toThrow(
    expect.objectContaining({ code: 'stream-malformed' }),
  );
});
