import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { measureRelease } from './measure-release.ts';

const run = [
  'apps/vitalseal/bin/vitalseal.js',
  'apps/vitalseal/src/main.ts',
  'apps/vitalseal/package.json',
  'packages/tpm/src/client/tpm.ts',
  'package-lock.json',
];
const notRun = ['packages/tpm/src/client/tpm.test.ts', 'packages/tpm/src/testing/interposer.ts', 'README.md'];

function written(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('each file that runs is a part of the release, the one that starts it too, and no other is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-measure-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const root = join(folder, 'release');
  for (const path of [...run, ...notRun]) written(root, path, '1');
  written(root, 'package.json', '{ "name": "vitalseal", "version": "1.0.0" }');
  const { digest } = await measureRelease(root);
  for (const path of [...run, ...notRun]) {
    const changed = join(folder, 'changed');
    cpSync(root, changed, { recursive: true });
    written(changed, path, '2');
    const same = Buffer.compare((await measureRelease(changed)).digest, digest) === 0;
    expect({ path, same }).toEqual({ path, same: notRun.includes(path) });
    rmSync(changed, { recursive: true });
  }
});
