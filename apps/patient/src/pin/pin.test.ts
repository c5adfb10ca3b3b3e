import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { enterPin, readPinFile } from './enter-pin.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitalseal-pin-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'pin');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

test('a PIN of four to eight digits is taken from a file', async () => {
  expect(readPinFile(file('4711\n'))).toBe('4711');
  expect(await enterPin(file('47114711'))).toBe('47114711');
});

test('a file without a PIN in it is refused, and the error does not repeat what was in it', () => {
  for (const text of ['', '12', '123456789', 'secret', '47 11']) {
    const read = () => readPinFile(file(text));
    expect(read).toThrow(expect.objectContaining({ code: 'patient-option-invalid' }));
    expect(read).not.toThrow(/secret|47 11|123456789/);
  }
});
