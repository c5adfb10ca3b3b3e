import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WrappingKey } from '../key-store.ts';
import { parseRecoveryRecord, withCopiesOf } from './recovery-record.ts';
import { readShare, writeShare } from './share-text.ts';
import { recover, splitRecovery } from './split.ts';

const wrappingKey = (version: number): WrappingKey => ({ version, key: createSecretKey(randomBytes(32)) });
const secrets = (keys: readonly WrappingKey[]) =>
  keys.map(({ version, key }) => [version, key.export().toString('hex')]);

test('any three of five shares bring the wrapping keys back, in any order', async () => {
  const keys = [wrappingKey(2), wrappingKey(1)];
  const { record, shares } = await splitRecovery(keys, { need: 3, of: 5 });
  for (const chosen of [
    [0, 1, 2],
    [4, 2, 0],
    [3, 4, 1],
    [0, 1, 2, 3, 4],
  ]) {
    const typed = chosen.map((index) => shares[index] ?? '');
    expect(secrets(await recover(record, typed))).toEqual(secrets(keys));
  }
});

test('a wrapping key that is added later comes back by the same shares', async () => {
  const first = wrappingKey(1);
  const { record, shares } = await splitRecovery([first], { need: 2, of: 3 });
  const second = wrappingKey(2);
  const later = parseRecoveryRecord(JSON.stringify(withCopiesOf(record, [second, first])));
  expect(secrets(await recover(later, shares.slice(1)))).toEqual(secrets([second, first]));
  expect(withCopiesOf(later, [second]).copies.map(({ version }) => version)).toEqual([2]);
});

test('a public key that somebody else wrote into the record is given no wrapping key', async () => {
  const first = wrappingKey(1);
  const { record } = await splitRecovery([first], { need: 2, of: 3 });
  const foreign = await splitRecovery([wrappingKey(1)], { need: 2, of: 3 });
  const { publicKey } = foreign.record;
  const keys = [wrappingKey(2), first];
  expect(withCopiesOf(record, keys).copies).toHaveLength(2);
  for (const forged of [foreign.record, { ...record, publicKey }, { ...record, copies: [] }]) {
    expect(() => withCopiesOf(forged, keys)).toThrow(expect.objectContaining({ code: 'recovery-refused' }));
  }
});

test('too few shares, the same one twice, and shares of another secret bring nothing back', async () => {
  const keys = [wrappingKey(1)];
  const { record, shares } = await splitRecovery(keys, { need: 3, of: 5 });
  const other = await splitRecovery(keys, { need: 3, of: 5 });
  const [a = '', b = '', c = ''] = shares;
  const [x = ''] = other.shares;
  for (const typed of [[a, b], [a, a, b], [a, b, x], other.shares]) {
    await expect(recover(record, typed)).rejects.toMatchObject({ code: 'recovery-refused' });
  }
  const altered = { ...record, copies: record.copies.map((copy) => ({ ...copy, version: 2 })) };
  await expect(recover(altered, [a, b, c])).rejects.toMatchObject({ code: 'recovery-refused' });
});

test('one share is no share', async () => {
  for (const [need, of] of [
    [1, 3],
    [3, 2],
    [2, 17],
    [2.5, 4],
  ] as const) {
    await expect(splitRecovery([wrappingKey(1)], { need, of })).rejects.toMatchObject({ code: 'invalid-option' });
  }
});

test('a share is read as people type it, and one wrong character is told', () => {
  const share = fc.uint8Array({ minLength: 33, maxLength: 33 });
  fc.assert(
    fc.property(share, fc.nat({ max: 59 }), fc.nat({ max: 30 }), (octets, at, step) => {
      const text = writeShare(new Uint8Array(octets));
      expect(readShare(text.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l'))).toEqual(
        new Uint8Array(octets),
      );
      const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
      const plain = text.replaceAll('-', '');
      const wrong = alphabet.charAt((alphabet.indexOf(plain.charAt(at)) + 1 + step) % 32);
      const spoilt = plain.slice(0, at) + wrong + plain.slice(at + 1);
      // The last character has bits that stand for nothing.
      if (at < plain.length - 1) expect(() => readShare(spoilt)).toThrow();
      expect(() => readShare(plain.slice(1))).toThrow();
    }),
    { seed: 4711 },
  );
});
