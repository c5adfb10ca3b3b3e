// docs/audit.md is what an auditor goes by: its entry is one, and its commands run as they stand there, in their order, on a
// hospital's folder.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { auditKinds, decodeEntry } from '@vitalseal/audit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Ward } from '../attacks/ward.fixture.ts';
import { whenRun } from '../journeys/command-line.fixture.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/audit.md', import.meta.url)), 'utf8');
const blocks = [...page.matchAll(/^```\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
const commands = blocks.filter((line) => line.startsWith('vitalseal ') && !line.startsWith('vitalseal-'));

let ward: Ward;
beforeAll(async () => {
  ward = await Ward.open();
  await ward.halt();
  await ward.store.close();
});
afterAll(() => ward.close());

test('the entry it shows is an entry, of a kind that there is', () => {
  const line = blocks.find((block) => block.startsWith('{"n":')) ?? '';
  expect(auditKinds).toHaveProperty([decodeEntry(line).kind]);
});

test('the form of an export it shows is that of an export', async () => {
  const cwd = ward.folder;
  const made = await whenRun(['hospital', 'audit', 'export', '--data', 'hospital', '--out', 'february.audit'], cwd);
  expect(made.status).toBe(0);
  copyFileSync(join(cwd, 'hospital', 'audit-checkpoint.txt'), join(cwd, 'february.note'));
  const words = (lines: readonly string[]) => lines.map((line) => line.split(' ')[0]);
  const shown = blocks.slice(blocks.indexOf('vitalseal-audit-export 1')).slice(0, 7);
  const lines = readFileSync(join(cwd, 'february.audit'), 'utf8').trim().split('\n');
  expect(words(shown)).toEqual([...words(lines.slice(0, 4)), 'entry', 'checkpoint', words(lines.slice(-1))[0]]);
  expect(new Set(words(lines.slice(4, -1)))).toEqual(new Set(['entry', 'checkpoint']));
});

test('its commands run, in their order', { timeout: 120_000 }, async () => {
  expect(commands).toHaveLength(13);
  for (const command of commands) {
    const [words = '', file] = command.split(' > ');
    const { status, stdout, stderr } = await whenRun(words.split(' ').slice(1), ward.folder);
    expect.soft({ command, status, stderr: status === 0 ? '' : stderr }).toEqual({ command, status: 0, stderr: '' });
    if (file !== undefined) writeFileSync(join(ward.folder, file), stdout);
    if (command.includes('audit verify')) expect.soft(stdout, command).toContain('proved: entries 0 to ');
    if (command.includes('audit check'))
      expect.soft(stdout, command).toMatch(/: proved: (?:entry 3 of|the \d+ entries)/);
  }
});
