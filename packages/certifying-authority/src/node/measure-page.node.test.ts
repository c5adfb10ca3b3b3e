import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { measurePage, writeManifest } from './measure-page.ts';

async function builtPage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'main.js'), 'export {};');
  await writeManifest(folder, 'vitalseal-patient-app', '1.0.0');
  return folder;
}

test('a page is measured as it was built', async () => {
  const folder = await builtPage();
  const first = await measurePage(folder);
  expect(first.release).toMatchObject({ name: 'vitalseal-patient-app', version: '1.0.0' });
  // The manifest is no part of what it names: written again, it is the same.
  expect((await writeManifest(folder, 'vitalseal-patient-app', '1.0.0')).release).toEqual(first.release);
});

test.each([
  ['a changed file', (folder: string) => writeFileSync(join(folder, 'assets', 'main.js'), 'alert(1)')],
  ['a missing file', (folder: string) => rmSync(join(folder, 'index.html'))],
  ['a file that nobody named', (folder: string) => writeFileSync(join(folder, 'assets', 'more.js'), '')],
  ['a hidden file', (folder: string) => writeFileSync(join(folder, '.more'), '')],
])('%s is found', async (_what, change) => {
  const folder = await builtPage();
  change(folder);
  await expect(measurePage(folder)).rejects.toMatchObject({ code: 'release-changed' });
});

test('a folder without a manifest is no page', async () => {
  const folder = await builtPage();
  rmSync(join(folder, 'release.manifest'));
  await expect(measurePage(folder)).rejects.toMatchObject({ code: 'release-malformed' });
});
