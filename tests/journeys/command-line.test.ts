// The command line towards whoever makes a mistake: help for everything, and for each mistake one clear line on the
// standard error, exit code 2, and no stack trace.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Ran, vitalsealProgram, whenRun } from './command-line.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'vitalseal-command-line-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const none = join(folder, 'none');
const recording = file('good.csv', 'time_s,hr\n0,70\n60,71\n');
const misspelt = file('misspelt.csv', 'time_s,hr\n0,70\n60,seventy\n');
const backwards = file('backwards.csv', 'time_s,hr\n60,70\n0,71\n');
const policy = file('policy.json', '{ "rulez": [] }');
const unevaluable = file('unevaluable.json', '{ "limits": { "pulse": { "low": 90, "high": 80 } } }');
const noJson = file('no.json', '{ "rules": ');

const subcommands: Readonly<Record<string, readonly string[]>> = {
  ca: ['init', 'serve', 'invite', 'revoke', 'list', 'crl'],
  hospital: [
    'init',
    'serve',
    'admit',
    'discharge',
    'invite',
    'people',
    'revoke',
    'care-team',
    'card',
    'list',
    'report',
  ],
  patient: ['activate', 'administer', 'run', 'status', 'enter', 'retry', 'bond', 'unbond'],
  sensor: ['enrol', 'run', 'code', 'reset', 'standard'],
  triage: [],
  demo: [],
};

/** Two at a time: each is a process, and the machine has other tests to run. */
async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

describe('help', { timeout: 120_000 }, () => {
  test('vitalseal --help names each part', async () => {
    const { status, stdout, stderr } = await whenRun(['--help']);
    expect([status, stderr]).toEqual([0, '']);
    for (const part of Object.keys(subcommands)) expect(stdout).toMatch(new RegExp(`^  ${part} +\\S`, 'm'));
  });

  test('each part says what it can do, and each of its commands what it takes', async () => {
    const asked = Object.entries(subcommands).flatMap(([part, commands]) => [
      [part],
      ...commands.map((command) => [part, command]),
    ]);
    await eachOf(asked, async (command) => {
      const { status, stdout, stderr } = await whenRun([...command, '--help']);
      expect.soft([command, status, stderr]).toEqual([command, 0, '']);
      expect.soft(stdout).toContain(`Usage: vitalseal ${command.join(' ')}`);
      for (const name of command.length === 1 ? (subcommands[command[0] ?? ''] ?? []) : []) {
        expect.soft(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
      }
    });
  });

  test('vitalseal --version is one line', async () => {
    expect(await whenRun(['--version'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

test('a reader of its output who has left is no mistake, and no stack trace', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, [vitalsealProgram, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [status] = await once(child, 'close');
  expect([status, stderr]).toEqual([0, '']);
});

type Mistake = readonly [what: string, args: readonly string[], line: RegExp];

const mistakes: readonly Mistake[] = [
  ['an unknown command', ['hopsital'], /unknown command 'hopsital'/],
  ['an unknown command of a part', ['ca', 'ivnite'], /unknown command 'ivnite'/],
  ['an unknown option', ['triage', recording, '--polcy', 'x'], /unknown option '--polcy'/],
  ['an unknown option before any command', ['--nonsense'], /unknown option '--nonsense'/],
  ['a required option that is missing', ['ca', 'init'], /required option '--data <folder>'/],
  ['an argument that is missing', ['triage'], /missing required argument 'file'/],
  ['a recording that is not there', ['triage', none], /none: .*no such file/],
  ['a recording with a word for a number', ['triage', misspelt], /misspelt\.csv line 3, column hr: /],
  ['a recording whose time goes backwards', ['triage', backwards], /backwards\.csv line 3, column time_s: /],
  ['a policy that is not there', ['triage', recording, '--policy', none], /none: .*no such file/],
  ['a policy that is no JSON', ['triage', recording, '--policy', noJson], /expected JSON in .*no\.json/],
  ['a policy with a misspelt key', ['triage', recording, '--policy', policy], /policy rulez: no such key here/],
  ['a policy that can never be met', ['triage', recording, '--policy', unevaluable], /expected low below high/],
  ['a value that is none of the choices', ['triage', recording, '--carry', 'some'], /expected --carry none/],
  ['a link that is no link', ['sensor', 'enrol', 'nolink', '--data', none], /expected an activation link/],
  [
    'a link cut short',
    ['sensor', 'enrol', 'https://127.0.0.1/#id=urn:x', '--data', none],
    /expected an activation link/,
  ],
  [
    'a hospital enrolled by a bad link',
    ['hospital', 'init', '--data', none, '--keys', 'software', '--link', 'x'],
    /expected an activation link/,
  ],
  [
    'a hospital that is not told where its keys are to be',
    ['hospital', 'init', '--data', none, '--link', 'x'],
    /expected --tpm ADDRESS .* or --keys software/,
  ],
  [
    'a TPM at an address that is none',
    ['hospital', 'init', '--data', none, '--tpm', 'here', '--link', 'x'],
    /expected the address of a TPM/,
  ],
  ['shares that are none', ['hospital', 'recover', '--data', none, '--shares-from', 'x'], /expected recovery\.json/],
  [
    'a role that there is not',
    ['ca', 'invite', '--data', none, '--role', 'nurse', '--id', 'x'],
    /expected --role to be one of/,
  ],
  ['an authority that is not there', ['ca', 'serve', '--data', none], /expected an authority in the data folder/],
  ['a hospital that is not there', ['hospital', 'serve', '--data', none], /`vitalseal hospital init`/],
  ['a report of no hospital', ['hospital', 'report', '--data', none], /`vitalseal hospital init`/],
  ['an id with a blank in it', ['hospital', 'admit', '--data', none, '--patient', 'a b'], /Expected 1 to 64 of/],
  ['a phone that was not enrolled', ['patient', 'status', '--data', none], /run "vitalseal patient activate"/],
  [
    'a sensor with a bad recording',
    ['sensor', 'run', '--data', none, '--replay', misspelt, '--patient-id', 'a', '--to', '127.0.0.1:1'],
    /misspelt\.csv line 3, column hr: /,
  ],
  [
    'a sensor with an address that is none',
    ['sensor', 'run', '--data', none, '--replay', recording, '--patient-id', 'a', '--to', 'nowhere'],
    /expected an address as host:port/,
  ],
  ['a sensor that was not enrolled', ['sensor', 'code', '--data', none], /run "vitalseal sensor enrol"/],
  [
    'a simulated patient who is measured never, before a phone is waited for',
    ['sensor', 'run', '--data', none, '--simulate', '--every', 'never', '--ble', 'h4:/none'],
    /expected seconds between readings from 0\.1 to 3600/,
  ],
  [
    'a sensor with a name that no radio can say',
    ['sensor', 'run', '--data', none, '--simulate', '--ble-name', '', '--ble', 'h4:/none'],
    /expected a name of 1 to 248 octets/,
  ],
  [
    'a demo of a recording that is not there',
    ['demo', '--headless', '--replay', none],
    /expected a recording that can be read, and not \S+: there is no such file/,
  ],
];

function expectOneClearLine({ status, stderr }: Ran, what: string, line: RegExp): void {
  expect.soft(status, what).toBe(2);
  expect.soft(stderr, what).toMatch(/^vitalseal: [^\n]+\n$/);
  expect.soft(stderr, what).toMatch(line);
  expect.soft(stderr, what).not.toMatch(/^\s+at |node:internal|\.ts:\d/m);
}

test('each mistake is one clear line and exit code 2, and leaves no data folder behind', {
  timeout: 180_000,
}, async () => {
  await eachOf(mistakes, async ([what, args, line]) => expectOneClearLine(await whenRun(args), what, line));
  expect(existsSync(none)).toBe(false);
});
