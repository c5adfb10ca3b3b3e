import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Authority } from '@vitalseal/certifying-authority';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newFolder } from '../cli.fixture.ts';
import { openFileStore } from './file-store.ts';

describe('the store in a folder', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let data: string;
  beforeEach(async () => {
    folder = await newFolder();
    data = join(folder.path, 'authority');
  });
  afterEach(() => folder.remove());

  it('gives a name to exactly one of many that want it at once', async () => {
    const store = await openFileStore(data, { create: true });
    const attempts = Array.from({ length: 20 }, (_, index) => store.create('issued', 'one', `${index}`));
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await store.read('issued', 'one')).toBe(`${outcomes.indexOf(true)}\n`);
    expect(await readdir(join(data, 'drafts'))).toEqual([]);
  });

  it('is closed to others: folders 0700, files 0600', async () => {
    const authority = await Authority.init({ store: await openFileStore(data, { create: true }) });
    await authority.invite({ identity: { role: 'patient', id: 'p-1' } });
    const found = await readdir(data, { recursive: true, withFileTypes: true });
    expect(found.some((entry) => entry.isFile() && entry.parentPath.includes('invited'))).toBe(true);
    expect((await stat(data)).mode & 0o777).toBe(0o700);
    for (const entry of found) {
      const { mode } = await stat(join(entry.parentPath, entry.name));
      expect(mode & 0o777).toBe(entry.isDirectory() ? 0o700 : 0o600);
    }
  });

  it('is not opened while others may look inside', async () => {
    await Authority.init({ store: await openFileStore(data, { create: true }) });
    await chmod(data, 0o755);
    await expect(openFileStore(data)).rejects.toMatchObject({ code: 'data-exposed' });
  });

  it('closes an empty folder that was open, and is not made inside a full one', async () => {
    await mkdir(data, { mode: 0o755 });
    await openFileStore(data, { create: true });
    expect((await stat(data)).mode & 0o777).toBe(0o700);
    const other = join(folder.path, 'other');
    await mkdir(other, { mode: 0o755 });
    await writeFile(join(other, 'file'), '');
    await expect(openFileStore(other, { create: true })).rejects.toMatchObject({ code: 'data-exposed' });
  });

  it('says so when there is no authority, or no folder can be made, and leaves nothing behind', async () => {
    await expect(openFileStore(data)).rejects.toMatchObject({ code: 'authority-missing' });
    expect(await readdir(folder.path)).toEqual([]);
    await writeFile(join(folder.path, 'file'), '');
    await expect(openFileStore(join(folder.path, 'file', 'x'), { create: true })).rejects.toMatchObject({
      code: 'data-unusable',
    });
  });

  it('lists what stands under a heading, each once, for every process', async () => {
    const store = await openFileStore(data, { create: true });
    await Authority.init({ store });
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.enter('by-key', 'k', `name-${index % 4}`)));
    const other = await openFileStore(data);
    expect((await other.entered('by-key', 'k')).toSorted()).toEqual(['name-0', 'name-1', 'name-2', 'name-3']);
    expect(await other.entered('by-key', 'other')).toEqual([]);
    expect(await other.headings('by-key')).toEqual(['k']);
  });

  it('reads no name that leads elsewhere', async () => {
    const store = await openFileStore(data, { create: true });
    for (const name of ['../authority/authority', '..', 'a/b', '', 'a.b', 'x'.repeat(200)]) {
      await expect(store.read('issued', name)).rejects.toMatchObject({ code: 'data-unusable' });
      await expect(store.create('issued', name, '')).rejects.toMatchObject({ code: 'data-unusable' });
      await expect(store.enter('by-key', name, 'name')).rejects.toMatchObject({ code: 'data-unusable' });
      await expect(store.enter('by-key', 'k', name)).rejects.toMatchObject({ code: 'data-unusable' });
      await expect(store.entered('by-key', name)).rejects.toMatchObject({ code: 'data-unusable' });
    }
  });

  it('ignores a draft that a crash left, and removes it later', async () => {
    const store = await openFileStore(data, { create: true });
    await Authority.init({ store });
    await writeFile(join(data, 'drafts', 'old'), '{"half":');
    await writeFile(join(data, 'drafts', 'new'), '{"half":');
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(data, 'drafts', 'old'), longAgo, longAgo);
    await Authority.open({ store: await openFileStore(data) });
    expect(await readdir(join(data, 'drafts'))).toEqual(['new']);
  });

  it('tells of a revocation that another process wrote', async () => {
    const store = await openFileStore(data, { create: true });
    await Authority.init({ store });
    const told = Promise.withResolvers<void>();
    const stop = store.watch(() => told.resolve());
    await (await openFileStore(data)).create('revocations', 'ab', '{}');
    await told.promise;
    stop();
  });

  it('keeps no activation code in the clear', async () => {
    const authority = await Authority.init({ store: await openFileStore(data, { create: true }) });
    const { code } = await authority.invite({ identity: { role: 'patient', id: 'p-1' } });
    const files = await readdir(join(data, 'invitations'));
    const texts = await Promise.all(files.map((file) => readFile(join(data, 'invitations', file), 'utf8')));
    expect(texts).toHaveLength(1);
    for (const text of [...files, ...texts]) {
      expect(text).not.toContain(code);
      expect(text).not.toContain(code.replaceAll('-', ''));
    }
  });
});
