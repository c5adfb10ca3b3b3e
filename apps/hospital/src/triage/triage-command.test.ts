import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const command = fileURLToPath(new URL('./triage-command.ts', import.meta.url));
const recording = fileURLToPath(new URL('../../../../tests/vectors/vitals/icu-hourly-cut.csv', import.meta.url));

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
}

/** The command in a process of its own, as the `vitalseal` program runs it; `read` may close its output early. */
function triage(args: readonly string[], input = '', read: 'all' | 'first chunk' = 'all'): Promise<Ran> {
  const program = `
    import { triageCommand } from ${JSON.stringify(command)};
    try { await triageCommand().exitOverride().parseAsync(process.argv.slice(1), { from: 'user' }); }
    catch (error) { console.error(error.message + ' (' + error.code + ')'); process.exitCode = 2; }`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program, '--', ...args]);
    let out = '';
    let error = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (read === 'first chunk') child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      error += text;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, out, error }));
  });
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('vitalseal triage', () => {
  test('writes one JSON line a row, in file order', async () => {
    const { status, out, error } = await triage([recording, '--carry', 'none']);
    expect([status, error]).toEqual([0, '']);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(887);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ patient: 'p100046', time_s: 3600, news2: { known: 4, of: 7 } });
  });

  test('reads from stdin', async () => {
    const { out } = await triage(['-'], 'time_s,hr\n0,131\n');
    expect(JSON.parse(out)).toMatchObject({ patient: 'stdin', news2: { total: 3, risk: 'low-medium' } });
  });

  test('follows the policy it is given', async () => {
    const policy = fileOf(
      'policy.json',
      '{"limits":{"pulse":{"high":100}},"rules":[{"id":"fast","kind":"limit","priority":"low","vital":"pulse","side":"high","persistence":{"readings":1}}]}',
    );
    const { out } = await triage(['-', '--policy', policy], 'time_s,hr\n0,101\n');
    expect(JSON.parse(out)).toMatchObject({ alarms: [{ change: 'raised', rule: 'fast', priority: 'low' }] });
  });

  test('a reader that has seen enough is no failure', async () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => `${index},70\n`);
    const { status, error } = await triage([fileOf('long.csv', `time_s,hr\n${rows.join('')}`)], '', 'first chunk');
    expect([status, error]).toEqual([0, '']);
  });

  test.each([
    [
      'a file that is not there',
      () => ['/no/such.csv'],
      'cannot read /no/such.csv: there is no such file (invalid-file)',
    ],
    ['a folder', () => [folder], '(invalid-file)'],
    [
      'a mistake in the file',
      () => [fileOf('bad.csv', 'time_s,hr\n0,x\n')],
      'line 2, column hr: expected a decimal number or a blank (recording-not-a-number)',
    ],
    ['another carry', () => [recording, '--carry', 'all'], '(invalid-option)'],
    [
      'no policy file',
      () => [recording, '--policy', '/no/policy.json'],
      'cannot read /no/policy.json: there is no such file (invalid-file)',
    ],
    ['a policy that is no JSON', () => [recording, '--policy', fileOf('broken.json', '{')], '(invalid-file)'],
    [
      'a policy that cannot be evaluated',
      () => [recording, '--policy', fileOf('empty.json', '{"rules":[]}')],
      'policy rules: expected at least one entry (policy-unevaluable)',
    ],
  ])('%s is one clear line', async (_name, args, message) => {
    const { status, out, error } = await triage(args());
    expect([status, out]).toEqual([2, '']);
    expect(error).toContain(message);
    expect(error.trimEnd().split('\n')).toHaveLength(1);
  });

  test('rows before a mistake are still said', async () => {
    const { status, out } = await triage([fileOf('late.csv', 'time_s,hr\n0,70\n60,70\n120,x\n')]);
    expect([status, out.trimEnd().split('\n').length]).toEqual([2, 2]);
  });
});
