#!/usr/bin/env node
// Plain JavaScript, because it must also start on a Node too old to strip types: then it hands over to the Node 24
// that `npm ci` installed beside it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  const { runVitalseal } = await import('../src/main.ts');
  process.exitCode = await runVitalseal(process.argv.slice(2));
} else {
  const bundled = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(bundled)) {
    process.stderr.write(`vitalseal: needs Node 24 or later, found ${process.versions.node}: run "npm ci" first\n`);
    process.exitCode = 2;
  } else {
    const { status, signal } = spawnSync(bundled, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
    process.exitCode = signal ? 1 : (status ?? 1);
  }
}
