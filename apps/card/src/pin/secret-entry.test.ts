import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { enterNewSecret, enterSecret, type Keyboard } from './secret-entry.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitalseal-secret-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string, mode: number): string {
  const path = join(folder, 'pin');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

/** A person who types `lines`, each when asked. */
function person(...lines: string[]): Keyboard & { readonly shown: string[] } {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const shown: string[] = [];
  const say = (text: string) => {
    shown.push(text);
    const line = text.endsWith(': ') ? lines.shift() : undefined;
    if (line !== undefined) setImmediate(() => input.write(line));
  };
  return { input, say, shown };
}

test('what is typed is taken and not shown', async () => {
  const keyboard = person('4711\r');
  expect(await enterSecret('the PIN', undefined, keyboard)).toBe('4711');
  expect(keyboard.shown.join('')).toBe('the PIN: \n');
});

test('a new one has to be typed twice, and the same', async () => {
  expect(await enterNewSecret('PIN', undefined, person('4711\r', '4711\r'))).toBe('4711');
  const different = enterNewSecret('PIN', undefined, person('4711\r', '4712\r'));
  await expect(different).rejects.toMatchObject({ code: 'card-pin-missing' });
  await expect(different).rejects.not.toThrow(/471/);
});

test('whoever leaves, and whoever is not there, has given none', async () => {
  await expect(enterSecret('the PIN', undefined, person('47\x03'))).rejects.toMatchObject({ code: 'card-pin-missing' });
  const nobody: Keyboard = { input: new PassThrough(), say: () => undefined };
  await expect(enterSecret('the PIN', undefined, nobody)).rejects.toMatchObject({ code: 'card-pin-missing' });
});

test('a file of its owner alone is read; one that others may read, or that is not there, is refused', async () => {
  expect(await enterSecret('the PIN', file('4711\n', 0o600))).toBe('4711');
  await expect(enterSecret('the PIN', file('4711', 0o644))).rejects.toMatchObject({ code: 'card-pin-file-exposed' });
  const absent = enterSecret('the PIN', join(folder, 'absent'));
  await expect(absent).rejects.toMatchObject({ code: 'card-pin-missing' });
});
