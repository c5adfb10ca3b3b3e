// The audit log while the hospital serves and commands beside it write: one log, no entry lost, doubled or out of place.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeEntry } from '@vitalseal/audit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PatientInHand } from '../attacks/patient-in-hand.fixture.ts';
import { Ward } from '../attacks/ward.fixture.ts';
import { whenRun } from './command-line.fixture.ts';

let ward: Ward;
beforeAll(async () => {
  ward = await Ward.open();
});
afterAll(() => ward.close());

test('a hospital that takes readings in and commands beside it write one log', { timeout: 120_000 }, async () => {
  const patient = await PatientInHand.enrol(ward);
  const data = join(ward.folder, 'hospital');
  const names = ['p-1', 'p-2', 'p-3', 'p-4'];
  let isOver = false;
  const delivering = (async () => {
    let delivered = 0;
    for (; !isOver; delivered++) expect((await patient.deliver(70 + (delivered % 20))).confirmed).toHaveLength(1);
    return delivered;
  })();
  const commands = await Promise.all(
    names.map((name) => whenRun(['hospital', 'admit', '--data', data, '--patient', name, '--name', 'Augusta Nobody'])),
  );
  isOver = true;
  const delivered = await delivering;
  expect(commands.map(({ status }) => status)).toEqual(names.map(() => 0));

  const out = join(ward.folder, 'log.audit');
  expect(await whenRun(['hospital', 'audit', 'export', '--data', data, '--out', out])).toMatchObject({ status: 0 });
  expect(await whenRun(['audit', 'verify', out])).toMatchObject({ status: 0 });
  const verified = await whenRun(['hospital', 'audit', 'verify', '--data', data]);
  expect(verified).toMatchObject({ status: 0, stdout: expect.stringContaining(`store: ${delivered} readings are as`) });

  const text = readFileSync(out, 'utf8');
  expect(text).not.toContain('Augusta');
  const entries = [...text.matchAll(/^entry \S+ (.*)$/gm)].map(([, line = '']) => decodeEntry(line));
  expect(entries.map(({ index }) => index)).toEqual(entries.map((_, at) => at));
  const admitted = entries.filter(({ kind }) => kind === 'patient-admitted').map(({ patient: who }) => who);
  expect(admitted.toSorted()).toEqual(names.map((name) => `urn:vitalseal:patient:${name}`));
});
