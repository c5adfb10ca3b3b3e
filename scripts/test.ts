// `npm test`: everything, in the order in which a failure is cheapest to see. Says each step, and ends with one line
// of counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDebianPackages } from './debian-packages.ts';
import { say } from './say.ts';

interface Counts {
  numPassedTests: number;
  numFailedTests: number;
}

const reports = mkdtempSync(join(tmpdir(), 'vitalseal-test-'));
let passed = 0;
let failed = 0;

installDebianPackages();
step('style, boundaries and types', 'npm', ['run', '--silent', 'check']);
step('the pages', 'node', ['scripts/build-pages.ts']);
suite('the tests in Node', ['--config', 'vitest.config.ts']);
suite('the protocol in headless Chromium', ['--config', 'packages/protocol/vitest.browser.config.ts']);
suite('certificates in headless Chromium', ['--config', 'packages/certifying-authority/vitest.browser.config.ts']);
suite("the card's interface in headless Chromium", ['--config', 'packages/uicc/vitest.browser.config.ts']);
suite('the card in a Worker of headless Chromium', ['--config', 'packages/secure-element/vitest.browser.config.ts']);
rmSync(reports, { recursive: true });
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function step(name: string, command: string, args: string[]): void {
  say(name);
  if (spawnSync(command, args, { stdio: 'inherit' }).status === 0) return;
  process.stdout.write(`\n${name}: failed\n0 passed, 1 failed\n`);
  process.exit(1);
}

function suite(name: string, args: string[]): void {
  say(name);
  const report = join(reports, `${passed}-${failed}.json`);
  const run = ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync('vitest', run, { stdio: 'inherit' });
  try {
    const counts: Counts = JSON.parse(readFileSync(report, 'utf8'));
    passed += counts.numPassedTests;
    failed += counts.numFailedTests;
  } catch {
    failed += 1;
  }
  // A suite can fail with every test green: an error outside any test, or no test at all.
  if (status !== 0 && failed === 0) failed = 1;
}
