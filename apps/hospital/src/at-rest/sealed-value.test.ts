import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DataKey, keyVersionOf, openValue, type Place, sealedOverhead, sealValue } from './sealed-value.ts';
import { newDataKey, Unwrapper, type WrappedKey, wrapDataKey } from './wrapping.ts';

const dataKey = (owner: number, version = 1): DataKey => ({ owner, version, key: createSecretKey(randomBytes(32)) });
const seed = 21;
const bytes = fc.uint8Array({ maxLength: 300 });
const cell = fc.oneof(fc.integer(), fc.string({ maxLength: 12 }));
const place = fc
  .tuple(
    fc.constantFrom('readings', 'alarms', 'people'),
    fc.constantFrom('payload', 'name'),
    fc.array(cell, { maxLength: 5 }),
  )
  .map(([table, column, row]): Place => [table, column, ...row]);

const refused = { code: 'sealed-value-refused' };

test('what is sealed opens in its place, and says under which version of the key', () => {
  fc.assert(
    fc.property(bytes, place, fc.nat(0xffff), (value, where, version) => {
      const key = dataKey(7, version);
      const sealed = sealValue(key, where, value);
      expect(sealed.length).toBe(value.length + sealedOverhead);
      expect(keyVersionOf(sealed)).toBe(version);
      expect(openValue(key, where, sealed)).toEqual(new Uint8Array(value));
    }),
    { seed },
  );
});

test('a value that was moved to another row, column, table or patient does not open', () => {
  const key = dataKey(7);
  fc.assert(
    fc.property(bytes, place, place, (value, where, elsewhere) => {
      const sealed = sealValue(key, where, value);
      if (JSON.stringify(where) !== JSON.stringify(elsewhere)) {
        expect(() => openValue(key, elsewhere, sealed)).toThrow(expect.objectContaining(refused));
      }
      expect(() => openValue({ ...key, owner: 8 }, where, sealed)).toThrow(expect.objectContaining(refused));
      expect(() => openValue(dataKey(7), where, sealed)).toThrow(expect.objectContaining(refused));
    }),
    { seed },
  );
});

test('a place is not another because its parts run together', () => {
  const key = dataKey(7);
  const sealed = sealValue(key, ['t', 'c', 'ab', 'c'], new Uint8Array(3));
  for (const elsewhere of [
    ['t', 'c', 'a', 'bc'],
    ['t', 'c', 'abc'],
    ['t', 'c', 'ab', 'c', ''],
    ['tc', 'ab', 'c'],
  ]) {
    expect(() => openValue(key, elsewhere as unknown as Place, sealed)).toThrow(expect.objectContaining(refused));
  }
});

test('of a sealed value no bit can be changed, and nothing cut off or added', () => {
  const key = dataKey(7);
  const where = ['readings', 'payload', 1] as const;
  fc.assert(
    fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, by) => {
      const sealed = sealValue(key, where, value);
      const changed = Uint8Array.from(sealed);
      const index = at % changed.length;
      changed[index] = (changed[index] ?? 0) ^ by;
      // The version of the key is not in the key: it only says which one to take.
      if (index !== 1 && index !== 2)
        expect(() => openValue(key, where, changed)).toThrow(expect.objectContaining(refused));
      expect(() => openValue(key, where, sealed.subarray(0, index))).toThrow(expect.objectContaining(refused));
      expect(() => openValue(key, where, Buffer.concat([sealed, Buffer.of(by)]))).toThrow(
        expect.objectContaining(refused),
      );
    }),
    { seed },
  );
});

test('no bytes make the decoder fail otherwise than with its code', () => {
  const key = dataKey(7);
  fc.assert(
    fc.property(bytes, (value) => {
      expect(() => openValue(key, ['readings', 'payload'], value)).toThrow(expect.objectContaining(refused));
    }),
    { seed, numRuns: 2000 },
  );
});

test('no two values are sealed with the same nonce', () => {
  const key = dataKey(7);
  const nonces = new Set<string>();
  for (let count = 0; count < 5000; count++) {
    const sealed = sealValue(key, ['readings', 'payload'], new Uint8Array());
    nonces.add(Buffer.from(sealed.subarray(3, 15)).toString('hex'));
  }
  expect(nonces.size).toBe(5000);
});

const wrapping = [
  { version: 2, key: createSecretKey(randomBytes(32)) },
  { version: 1, key: createSecretKey(randomBytes(32)) },
] as const;

test('a wrapped key is the one of its owner and version alone, and is the same wrapped anew', () => {
  const unwrapper = new Unwrapper(wrapping);
  const row = newDataKey(wrapping[1], 7, 3);
  const raw = unwrapper.raw(row);
  const again = wrapDataKey(wrapping[0], 7, 3, raw);
  expect(unwrapper.raw(again)).toEqual(raw);
  const others: WrappedKey[] = [
    { ...row, owner: 8 },
    { ...row, version: 4 },
    { ...row, wrapping_version: 2 },
  ];
  for (const other of others) expect(() => unwrapper.unwrap(other)).toThrow(expect.objectContaining(refused));
  expect(() => unwrapper.unwrap({ ...row, wrapping_version: 9 })).toThrow(
    expect.objectContaining({ code: 'wrapping-key-unknown' }),
  );
});
