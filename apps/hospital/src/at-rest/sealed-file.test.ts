import { createSecretKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { readSealedFile, resealFile, writeSealedFile } from './sealed-file.ts';
import { readAnchor, readMark } from './store-anchor.ts';

let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-file-'));
});
afterAll(() => rmSync(dataDir, { recursive: true }));

test('a file is read as it was written, and not under another name', async () => {
  expect(readSealedFile(dataDir, 'anchor', testWrappingKeys)).toBeUndefined();
  await writeSealedFile(dataDir, 'anchor', '7 8 9', testWrappingKeys);
  expect(readSealedFile(dataDir, 'anchor', testWrappingKeys)).toBe('7 8 9');
  writeFileSync(join(dataDir, 'erased'), readFileSync(join(dataDir, 'anchor')));
  expect(readSealedFile(dataDir, 'erased', testWrappingKeys)).toBe('refused');
});

test('a file goes over to a new key before the old one is destroyed', async () => {
  const newer = { version: 2, key: createSecretKey(Buffer.alloc(32, 9)) };
  await writeSealedFile(dataDir, 'erased', '[]', testWrappingKeys);
  expect(readSealedFile(dataDir, 'erased', [newer])).toBe('refused');
  await resealFile(dataDir, 'erased', [newer, ...testWrappingKeys]);
  expect(readSealedFile(dataDir, 'erased', [newer])).toBe('[]');
});

test('no bytes in a file do more than being refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      writeFileSync(join(dataDir, 'anchor'), bytes);
      expect(readSealedFile(dataDir, 'anchor', testWrappingKeys)).toBe('refused');
    }),
    { seed: 31, numRuns: 300 },
  );
});

test('no text makes a mark or an anchor of anything but whole numbers', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9 -]{0,30}( settled)?$/)), (text) => {
      const mark = readMark(text);
      if (mark !== undefined) expect(mark.counter >= 0n && Number.isSafeInteger(mark.mark)).toBe(true);
      const anchor = readAnchor(text);
      if (anchor !== undefined && anchor !== 'refused') {
        expect(anchor.counter >= 0n && Number.isSafeInteger(anchor.mark) && Number.isSafeInteger(anchor.reading)).toBe(
          true,
        );
      }
    }),
    { seed: 32, numRuns: 3000 },
  );
});
