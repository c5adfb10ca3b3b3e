// `npm test`: everything, in the order in which a failure is cheapest to see. Says each step, and ends with one line
// of counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDebianPackages } from './debian-packages.ts';
import { say } from './say.ts';
import { reportVariable, type SuiteReport } from './test-report.ts';

const reports = mkdtempSync(join(tmpdir(), 'vitalseal-test-'));
let passed = 0;
const failures: string[] = [];
const reporter = fileURLToPath(new URL('test-report.ts', import.meta.url));

installDebianPackages();
step('style, boundaries and types', 'npm', ['run', '--silent', 'check']);
step('the pages', 'node', ['scripts/build-pages.ts']);
suite('the tests in Node', ['--config', 'vitest.config.ts']);
suite('the protocol in headless Chromium', ['--config', 'packages/protocol/vitest.browser.config.ts']);
suite('certificates in headless Chromium', ['--config', 'packages/certifying-authority/vitest.browser.config.ts']);
suite("the card's interface in headless Chromium", ['--config', 'packages/uicc/vitest.browser.config.ts']);
suite('the card in a Worker of headless Chromium', ['--config', 'packages/secure-element/vitest.browser.config.ts']);
rmSync(reports, { recursive: true });
// Said again at the end, so that nobody has to look for them in thousands of lines.
if (failures.length > 0) process.stdout.write(`\nFailed:\n${failures.map((line) => `  ${line}\n`).join('')}`);
process.stdout.write(`\n${passed} passed, ${failures.length} failed\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

function step(name: string, command: string, args: string[]): void {
  say(name);
  if (spawnSync(command, args, { stdio: 'inherit' }).status === 0) return;
  process.stdout.write(`\n${name}: failed\n0 passed, 1 failed\n`);
  process.exit(1);
}

function suite(name: string, args: string[]): void {
  say(name);
  const report = join(reports, `${passed}-${failures.length}.json`);
  const run = ['run', ...args, '--reporter=default', `--reporter=${reporter}`];
  const env = { ...process.env, [reportVariable]: report };
  const { status } = spawnSync('vitest', run, { stdio: 'inherit', env });
  const before = failures.length;
  try {
    const read: SuiteReport = JSON.parse(readFileSync(report, 'utf8'));
    passed += read.passed;
    failures.push(...read.failures);
  } catch {
    failures.push(`${name}: left no report`);
  }
  // A suite can fail without naming anything: no test at all.
  if (status !== 0 && failures.length === before) failures.push(`${name}: failed outside its tests`);
}
