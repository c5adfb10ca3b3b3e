import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommitPurpose } from './element-storage.ts';
import { eraseStorage } from './erase-storage.ts';
import { localKeyFile } from './key-file.ts';
import { prefixedStorage } from './prefixed-storage.ts';
import { sqliteStorage } from './sqlite-storage.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-storage-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('storage in SQLite', () => {
  test('outlives its closing', async () => {
    const path = join(folder, 'element.db');
    const first = sqliteStorage({ path });
    await first.commit([
      { name: 'a/2', value: Uint8Array.of(2) },
      { name: 'a/1', value: Uint8Array.of(1) },
      { name: 'b', value: Uint8Array.of(3) },
    ]);
    await first.close();
    const second = sqliteStorage({ path });
    expect(await second.read('a/1')).toEqual(Uint8Array.of(1));
    expect(await second.list('a/')).toEqual(['a/1', 'a/2']);
    await second.commit([{ name: 'a/1', value: null }]);
    expect(await second.read('a/1')).toBeUndefined();
    await second.close();
  });

  test('after an erasure, no byte of what was removed is in its files', async () => {
    const path = join(folder, 'element.db');
    const storage = sqliteStorage({ path });
    const secret = Buffer.from('the one that must be gone');
    const files = () => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
    await storage.commit([{ name: 'slot', value: new Uint8Array(secret) }]);
    await storage.commit([{ name: 'slot', value: null }]);
    expect(files().includes(secret)).toBe(true);
    await eraseStorage(prefixedStorage(storage, 'empty/'));
    expect(files().includes(secret)).toBe(false);
    await storage.close();
  });

  test('a second process on the same element is refused', () => {
    const path = join(folder, 'element.db');
    const first = sqliteStorage({ path });
    expect(() => sqliteStorage({ path })).toThrowError(expect.objectContaining({ code: 'storage-in-use' }));
    first.close();
    sqliteStorage({ path }).close();
  });

  test('a commit that does not fit changes nothing and says so', async () => {
    const storage = sqliteStorage({ path: join(folder, 'element.db'), maxPages: 8 });
    await storage.commit([{ name: 'kept', value: Uint8Array.of(1) }]);
    const big = [
      { name: 'kept', value: Uint8Array.of(2) },
      { name: 'big', value: new Uint8Array(100_000) },
    ];
    expect(() => storage.commit(big)).toThrowError(expect.objectContaining({ code: 'storage-full' }));
    expect(await storage.read('kept')).toEqual(Uint8Array.of(1));
    await storage.commit([{ name: 'kept', value: Uint8Array.of(3) }]);
    expect(await storage.read('kept')).toEqual(Uint8Array.of(3));
    await storage.close();
  });

  test('readings leave a reserve, so that what empties the store still finds room', async () => {
    const storage = sqliteStorage({ path: join(folder, 'element.db'), maxPages: 40 });
    const commitUntilFull = async (purpose: CommitPurpose) => {
      for (let i = 0; ; i++) {
        try {
          await storage.commit([{ name: `${purpose}/${i}`, value: new Uint8Array(1000) }], purpose);
        } catch (error) {
          expect(error).toMatchObject({ code: 'storage-full' });
          return i;
        }
      }
    };
    expect(await commitUntilFull('growth')).toBeGreaterThan(10);
    expect(await commitUntilFull('upkeep')).toBeGreaterThan(10);
    await storage.close();
  });

  test('a file of another kind is refused', () => {
    const path = join(folder, 'element.db');
    writeFileSync(path, 'this was never a store of the element, but some text that somebody put there'.repeat(20));
    expect(() => sqliteStorage({ path })).toThrowError(expect.objectContaining({ code: 'storage-malformed' }));
  });
});

describe('the local key file', () => {
  test('is made once, for its owner alone', () => {
    const path = join(folder, 'device', 'local.key');
    const key = localKeyFile(path);
    expect(localKeyFile(path)).toEqual(key);
    expect(key).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'device')).mode & 0o777).toBe(0o700);
  });

  test('one that is cut short is refused, not replaced', () => {
    const path = join(folder, 'local.key');
    writeFileSync(path, 'short');
    expect(() => localKeyFile(path)).toThrowError(expect.objectContaining({ code: 'storage-malformed' }));
  });
});
