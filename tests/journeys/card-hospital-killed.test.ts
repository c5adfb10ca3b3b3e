// The hospital is killed (SIGKILL) again and again while a fresh card is personalised. What was done stays done, nothing
// is done twice, and the card comes into service.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startAuthority } from '@vitalseal/app-certifying-authority';
import { enrolHospital, inviteCard, openHospitalStore } from '@vitalseal/app-hospital';
import type { Identity } from '@vitalseal/protocol';
import { openSoftwareCard } from '@vitalseal/secure-element/node';
import { MhaClient } from '@vitalseal/secure-element/terminal';
import { TestTerminal } from '@vitalseal/secure-element/testing';
import { decodeCommand, encodeResponse, issuerSecurityDomainAid } from '@vitalseal/uicc';
import { expect, test } from 'vitest';
import { vitalsealProgram } from './command-line.fixture.ts';

const identity: Identity = { role: 'hospital', id: 'clinic' };
const serverNames = ['localhost', '127.0.0.1'];
const kills = 6;
const seed = Math.floor(Math.random() * 1e6);

/** A small linear congruential generator: the moments of the kills come again with the seed. */
function* numbersFrom(start: number): Generator<number> {
  for (let state = start; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

async function serve(dataDir: string, port: number): Promise<{ child: ChildProcess; port: number }> {
  const args = ['hospital', 'serve', '--data', dataDir, '--devices-port', String(port), '--people-port', '0', '--json'];
  const child = spawn(process.execPath, [vitalsealProgram, ...args, '--log-level', 'fatal'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<{ devicesUrl: string }>();
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes('\n')) resolve(JSON.parse(text) as { devicesUrl: string });
  });
  child.once('exit', () => reject(new Error('expected a hospital that serves')));
  return { child, port: Number(new URL((await promise).devicesUrl).port) };
}

async function killed(child: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('exit', () => resolve());
  child.kill('SIGKILL');
  await promise;
}

test(`a hospital killed ${kills} times personalises a card all the same (seed ${seed})`, {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-hospital-killed-'));
  const authority = await startAuthority({ dataDir: join(folder, 'ca'), createAs: 'Test' });
  const dataDir = join(folder, 'hospital');
  const { code: link } = await authority.authority.invite({ identity, serverNames, registrationAuthority: true });
  const { url: authorityUrl, rootFingerprint } = authority;
  const keys = { kind: 'software' } as const;
  await enrolHospital({ dataDir, authorityUrl, rootFingerprint, identity, code: link, serverNames, keys });
  const store = await openHospitalStore({ dataDir });
  await store.patients.admit({ identity: 'anna', name: 'Anna Berg', bed: '', policy: null, at: Date.now() });
  let hospital = await serve(dataDir, 0);
  const card = await openSoftwareCard({ folder: join(folder, 'card'), log2Cost: 4 });
  const terminal = new TestTerminal(card, { second: 20 });
  await terminal.boot();
  const client = new MhaClient({
    run: (use) => use(async (apdu) => encodeResponse(await terminal.send(decodeCommand(apdu)))),
  });
  await client.select();
  await client.setFirstPin('4711');
  const { administrationId, code } = await inviteCard(store, {
    patient: 'anna',
    sensors: [],
    server: { host: 'localhost', port: hospital.port },
    pollSeconds: 10,
    policy: {},
    validMs: 3_600_000,
  });
  const selectDomain = { cla: 0, ins: 0xa4, p1: 4, p2: 0, data: issuerSecurityDomainAid };
  await terminal.send(selectDomain);
  await terminal.send({ cla: 0x80, ins: 0x32, p1: 0, p2: 0, data: new TextEncoder().encode(code) });
  await terminal.send({ cla: 0x80, ins: 0x34, p1: 0, p2: 0, data: Uint8Array.of(127, 0, 0, 1) });

  const numbers = numbersFrom(seed);
  const stageNow = async () => (await store.cards.find(administrationId))?.stage;
  for (let kill = 0; kill < kills; kill++) {
    const until = performance.now() + (numbers.next().value ?? 0) * 400;
    while (performance.now() < until) {
      await terminal.status();
      await wait(5);
    }
    await killed(hospital.child);
    hospital = await serve(dataDir, hospital.port);
    await terminal.send(selectDomain);
    await terminal.send({ cla: 0x80, ins: 0x36, p1: 0, p2: 0, data: new Uint8Array() });
  }
  while ((await stageNow()) !== 'in-service') {
    await terminal.status();
    await wait(10);
  }
  const { number = -1 } = (await store.cards.find(administrationId)) ?? {};
  // Its status and the revocation list follow, now or in a moment.
  const scripts = (await store.cardScripts.ofCard(number, 50)).filter(
    ({ purpose }) => !['status', 'revocations'].includes(purpose),
  );
  expect(scripts.map(({ purpose, state }) => `${purpose} ${state}`).toReversed()).toEqual([
    'replace-key done',
    'identify done',
    'bond done',
    'generate-key done',
    'certificates done',
  ]);
  const patients = (await authority.authority.list()).filter(({ identity: of }) => of?.role === 'patient');
  expect(patients).toHaveLength(1);

  await terminal.close();
  await card.close();
  await killed(hospital.child);
  await store.close();
  await authority.close();
  rmSync(folder, { recursive: true });
});
