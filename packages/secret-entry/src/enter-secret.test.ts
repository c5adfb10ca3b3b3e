import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { type Entry, enterNewSecret, enterSecret, type Keyboard } from './enter-secret.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitalseal-secret-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string, mode: number): string {
  const path = join(folder, 'pin');
  rmSync(path, { force: true });
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

const option = '--pin-file';
const typed = (keyboard: Keyboard): Entry => ({ option, keyboard });

test('what is typed is taken and not shown', async () => {
  const keyboard = person('48\x7f711\r');
  expect(await enterSecret('the PIN', typed(keyboard))).toBe('4711');
  expect(keyboard.shown.join('')).toBe('the PIN: \n');
});

test('a new one has to be typed twice, and the same', async () => {
  expect(await enterNewSecret('PIN', typed(person('4711\r', '4711\r')))).toBe('4711');
  const different = enterNewSecret('PIN', typed(person('4711\r', '4712\r')));
  await expect(different).rejects.toMatchObject({ code: 'secret-mistyped' });
  await expect(different).rejects.not.toThrow(/471/);
});

test('whoever leaves, and whoever is not there, has given none, and hears how it could be', async () => {
  const nobody: Keyboard = { input: new PassThrough(), say: () => undefined };
  for (const keyboard of [person('47\x03'), nobody]) {
    const missing = enterSecret('the PIN', typed(keyboard));
    await expect(missing).rejects.toMatchObject({ code: 'secret-missing' });
    await expect(missing).rejects.toThrow('expected the PIN: give it by --pin-file');
  }
});

test('a file of its owner alone is read; one that others may read, or that is not there, is refused', async () => {
  const inFile = (path: string) => enterSecret('the PIN', { option, file: path });
  for (const mode of [0o600, 0o400]) expect(await inFile(file('4711\n', mode))).toBe('4711');
  for (const mode of [0o640, 0o604, 0o644]) {
    await expect(inFile(file('4711', mode))).rejects.toMatchObject({ code: 'secret-file-exposed' });
  }
  await expect(inFile(join(folder, 'absent'))).rejects.toMatchObject({ code: 'secret-missing' });
});
