import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeCbor } from './encode.ts';
import { CborReader } from './reader.ts';
import { TextCache } from './text-cache.ts';

it('a cached text means what a parsed one does, also where two share a place', () => {
  const cache = new TextCache((text) => ({ text }));
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 4000 });
  fc.assert(
    fc.property(texts, (all) => {
      for (const text of all) expect(new CborReader(encodeCbor(text)).cachedText(cache)).toEqual({ text });
    }),
    { seed: 31, numRuns: 20 },
  );
});

it('a text that is refused is refused again', () => {
  const cache = new TextCache(() => {
    throw new RangeError('expected another');
  });
  for (let i = 0; i < 2; i++) expect(() => new CborReader(encodeCbor('a')).cachedText(cache)).toThrow(RangeError);
});

it('bytes that change after reading change nothing that is kept', () => {
  const cache = new TextCache((text) => text);
  const message = encodeCbor('patient');
  new CborReader(message).cachedText(cache);
  message[1] = 0x50;
  expect(new CborReader(message).cachedText(cache)).toBe('Patient');
  expect(new CborReader(encodeCbor('patient')).cachedText(cache)).toBe('patient');
});
