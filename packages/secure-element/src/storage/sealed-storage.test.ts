import { type Bytes, bytesToHex, randomBytes } from '@vitalseal/protocol';
import { describe, expect, test } from 'vitest';
import type { Change, ElementStorage } from './element-storage.ts';
import { memoryStorage } from './memory-storage.ts';
import { sealedStorage } from './sealed-storage.ts';

const localKey = new Uint8Array(32).fill(7);
const value = (text: string): Bytes => new TextEncoder().encode(text);

function observed(inner: ElementStorage): { storage: ElementStorage; written: Bytes[] } {
  const written: Bytes[] = [];
  const storage: ElementStorage = {
    ...inner,
    commit(changes: readonly Change[]) {
      for (const change of changes) if (change.value) written.push(change.value);
      return inner.commit(changes);
    },
  };
  return { storage, written };
}

describe('storage sealed at rest', () => {
  test('gives back what was committed, also to a later opening', async () => {
    const inner = memoryStorage();
    const first = await sealedStorage(inner, localKey);
    await first.commit([
      { name: 'a', value: value('one') },
      { name: 'b', value: value('two') },
    ]);
    const second = await sealedStorage(inner, localKey);
    await second.commit([{ name: 'a', value: null }]);
    const third = await sealedStorage(inner, localKey);
    expect(await third.read('a')).toBeUndefined();
    expect(await third.read('b')).toEqual(value('two'));
    expect(await third.list('')).toEqual(['b']);
  });

  test('no plaintext reaches the store below', async () => {
    const { storage, written } = observed(memoryStorage());
    await (await sealedStorage(storage, localKey)).commit([{ name: 'a', value: value('pulse of the patient') }]);
    for (const bytes of written) expect(new TextDecoder().decode(bytes)).not.toContain('pulse');
  });

  test('no nonce is used twice under a key, also when an old copy of the store is put back', async () => {
    const { storage, written } = observed(memoryStorage());
    for (let opening = 0; opening < 4; opening++) {
      const sealed = await sealedStorage(storage, localKey);
      for (let i = 0; i < 50; i++) await sealed.commit([{ name: `n${i % 3}`, value: randomBytes(5) }]);
    }
    const used = written.map((bytes) => bytesToHex(bytes.subarray(0, 40)));
    expect(new Set(used).size).toBe(used.length);
  });

  test('a value moved under another name does not open', async () => {
    const inner = memoryStorage();
    const sealed = await sealedStorage(inner, localKey);
    await sealed.commit([{ name: 'old', value: value('x') }]);
    await inner.commit([{ name: 'new', value: (await inner.read('old')) ?? null }]);
    await expect(sealed.read('new')).rejects.toMatchObject({ code: 'storage-sealed-by-another-key' });
  });

  test('another local key opens nothing', async () => {
    const inner = memoryStorage();
    await (await sealedStorage(inner, localKey)).commit([{ name: 'a', value: value('x') }]);
    const other = await sealedStorage(inner, new Uint8Array(32).fill(8));
    await expect(other.read('a')).rejects.toMatchObject({ code: 'storage-sealed-by-another-key' });
  });

  test('a value cut short is refused', async () => {
    const inner = memoryStorage();
    const sealed = await sealedStorage(inner, localKey);
    await inner.commit([{ name: 'a', value: new Uint8Array(55) }]);
    await expect(sealed.read('a')).rejects.toMatchObject({ code: 'storage-malformed' });
  });
});
