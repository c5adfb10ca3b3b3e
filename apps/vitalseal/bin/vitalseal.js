#!/usr/bin/env node
// Plain JavaScript, because it must also start on a Node too old to strip types: then it hands over to the Node 24
// that `npm ci` installed beside it.
import { spawn } from 'node:child_process';
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
    handOver(bundled);
  }
}

/** Whoever stops this process means the other, which would live on as an orphan. */
function handOver(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A terminal sends it to both; passed on it would come twice, and the second ends a server without its leave.
  process.on('SIGINT', () => {});
  child.on('exit', (status, signal) => {
    process.exitCode = signal ? 1 : (status ?? 1);
  });
}
