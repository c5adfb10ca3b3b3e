// `npm test`: everything, in the order in which a failure is cheapest to see. Says each step, and ends with one line
// of counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { installDebianPackages } from './debian-packages.ts';
import { say } from './say.ts';

/** What is read of Vitest's JSON report. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { name: string; status: string; message: string; assertionResults: Assertion[] }[];
}

interface Assertion {
  fullName: string;
  status: string;
  failureMessages: string[];
}

const reports = mkdtempSync(join(tmpdir(), 'vitalseal-test-'));
let passed = 0;
let failed = 0;
const failures: string[] = [];

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
if (failures.length > 0) process.stdout.write(`\nFailed:\n${failures.join('\n')}\n`);
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
    const read: Report = JSON.parse(readFileSync(report, 'utf8'));
    passed += read.numPassedTests;
    failed += read.numFailedTests;
    failures.push(...read.testResults.flatMap(failuresOf));
  } catch {
    failed += 1;
    failures.push(`  ${name}: left no report`);
  }
  // A suite can fail with every test green: an error outside any test, or no test at all.
  if (status !== 0 && failures.length === 0) {
    failed += 1;
    failures.push(`  ${name}: failed outside its tests`);
  }
}

function failuresOf({ name, status, message, assertionResults }: Report['testResults'][number]): string[] {
  const file = relative('.', name);
  const tests = assertionResults.filter((assertion) => assertion.status === 'failed');
  if (tests.length > 0) return tests.map((test) => `  ${file} > ${test.fullName}: ${firstLine(test.failureMessages)}`);
  return status === 'failed' ? [`  ${file}: ${firstLine([message])}`] : [];
}

function firstLine(messages: string[]): string {
  return messages.join('\n').split('\n')[0] ?? '';
}
