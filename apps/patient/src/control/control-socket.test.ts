import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PatientError } from '../errors.ts';
import { askControl, type ControlSocket, listenControl } from './control-socket.ts';

let folder = '';
let control: ControlSocket | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-control-'));
});
afterEach(async () => {
  await control?.close();
  control = undefined;
  rmSync(folder, { recursive: true });
});

test('a command and its argument get there, and the answer comes back', async () => {
  control = await listenControl(folder, async (command, argument) => ({ command, argument }));
  expect(await askControl(folder, 'status', { a: 1 })).toEqual({ command: 'status', argument: { a: 1 } });
  expect(statSync(join(folder, 'control.sock')).mode & 0o777).toBe(0o600);
});

test('a refusal comes back with its code', async () => {
  control = await listenControl(folder, async () => {
    throw new PatientError('patient-value-missing', 'expected at least one value');
  });
  await expect(askControl(folder, 'enter', {})).rejects.toMatchObject({ code: 'patient-value-missing' });
});

test('where no gateway runs there is no answer, also beside a socket that was left over', async () => {
  expect(await askControl(folder, 'status')).toBeUndefined();
  writeFileSync(join(folder, 'control.sock'), '');
  expect(await askControl(folder, 'status')).toBeUndefined();
  control = await listenControl(folder, async () => 'here');
  expect(await askControl(folder, 'status')).toBe('here');
});

test('any line is answered with a result or a code, and the next command works', async () => {
  control = await listenControl(folder, async (command) => {
    if (command !== 'status') throw new PatientError('patient-control-failed', 'expected a command');
    return 'fine';
  });
  const ask = (bytes: Uint8Array) =>
    new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(join(folder, 'control.sock'));
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(text));
      socket.end(Buffer.concat([bytes, Buffer.from('\n')]));
    });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (bytes) => {
      const answer = await ask(bytes);
      if (answer !== '') expect(JSON.parse(answer)).toHaveProperty('code');
    }),
    { seed: 20260117, numRuns: 60 },
  );
  expect(await askControl(folder, 'status')).toBe('fine');
});
