// Table II, application security: what an attacker with a valid channel, a browser or a file can make the programs do:
// nothing that is not theirs to do.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hospitalErrorCodes } from '@vitalseal/app-hospital';
import { parsePolicy } from '@vitalseal/clinical';
import type { Clinician } from '@vitalseal/clinician';
import {
  decimal,
  encodeStep2Message,
  mdc,
  mdcUnit,
  openSealer,
  protocolErrorCodes,
  type Sealer,
  SendCounter,
} from '@vitalseal/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { asDevice, initiate } from './initiator.fixture.ts';
import { PatientInHand } from './patient-in-hand.fixture.ts';
import { identities, soon, Ward } from './ward.fixture.ts';

const outside = mkdtempSync(join(tmpdir(), 'vitalseal-pages-'));
let ward: Ward;
let patient: PatientInHand;
let doctor: Clinician;
let crew: Clinician;

beforeAll(async () => {
  const pages = join(outside, 'doctor');
  mkdirSync(join(pages, '.git'), { recursive: true });
  writeFileSync(join(pages, 'index.html'), '<title>page</title>');
  writeFileSync(join(pages, '.git', 'config'), 'hidden');
  writeFileSync(join(outside, 'secret.txt'), 'secret');
  ward = await Ward.open({ pages: { doctor: pages } });
  ward.onClose(() => rmSync(outside, { recursive: true }));
  patient = await PatientInHand.enrol(ward);
  doctor = await ward.clinician(identities.doctor);
  crew = await ward.clinician(identities.crew);
});
afterAll(() => ward.close());
beforeEach(async () => {
  expect((await patient.deliver()).confirmed).toHaveLength(1);
  await expect.poll(() => [doctor, crew].map((person) => person.ward.get().link.kind), soon).toEqual(['live', 'live']);
});

/** The hospital's own word, which a page gives as the cause. */
async function refusedWith(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : error;
}

async function sealerOf(id: string): Promise<Sealer> {
  const identity = { role: 'patient', id } as const;
  await ward.admit(identity);
  const channel = await initiate(ward, await ward.certify(identity), asDevice(patient), 2);
  return openSealer(channel, 'initiator', new SendCounter({ start: 0, block: 1024, reserve: () => undefined }));
}

test('rubbish under a valid channel is refused with a code, stores nothing and stops nobody', async () => {
  const sealer = await sealerOf('vandal');
  const { stored, refusedByCode } = await ward.store.counts();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (payload) => {
      const { bytes } = await sealer.seal(new Uint8Array(payload));
      expect((await patient.send(bytes)).acknowledgement).toBe(true);
    }),
    { seed: 50, numRuns: 200 },
  );
  const after = await ward.store.counts();
  expect(after.stored).toBe(stored);
  const known: readonly string[] = [...protocolErrorCodes, ...hospitalErrorCodes];
  const codes = Object.keys(after.refusedByCode).filter((code) => after.refusedByCode[code] !== refusedByCode[code]);
  expect(codes.filter((code) => !known.includes(code))).toEqual([]);
  expect(codes.length).toBeGreaterThan(0);
});

test('a message of step 2 with any one byte changed under a valid seal is stored as it stands or refused', async () => {
  const sealer = await sealerOf('fuzzer');
  const at = { utcMs: Date.now(), offsetMinutes: 0 };
  const honest = encodeStep2Message({
    sender: { role: 'patient', id: 'fuzzer' },
    recipient: identities.hospital,
    sentAt: at,
    reading: {
      origin: { source: identities.sensor, channel: new Uint8Array(8), sequence: 1 },
      measuredAt: at,
      measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(72, 0) }],
    },
  });
  const { stored, refused } = await ward.store.counts();
  for (let index = 0; index < honest.length; index++) {
    const changed = honest.map((byte, at) => (at === index ? byte ^ 0x11 : byte));
    const { status, acknowledgement } = await patient.send((await sealer.seal(changed)).bytes);
    expect([status, acknowledgement]).toEqual([200, true]);
  }
  const after = await ward.store.counts();
  // Every one is accounted for; a changed pulse is a pulse, which only the sensor's own seal could tell.
  expect(after.stored - stored + after.refused - refused + after.duplicates).toBeGreaterThanOrEqual(honest.length);
  expect(after.refused).toBeGreaterThan(refused);
});

const injections = [
  "x'; drop table readings; --",
  '1 or 1=1',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '\u0000',
];

test.each(injections)('an id that is SQL, a path or a script (%j) is an unknown id', async (id) => {
  await expect.poll(() => doctor.ward.get().complete, soon).toBe(true);
  const { readings } = await ward.contents();
  expect(await refusedWith(doctor.acknowledge(id))).toBe('unknown-alarm');
  expect(await refusedWith(crew.setDispatchState(id, 'accepted'))).toBe('unknown-dispatch');
  expect((await ward.contents()).readings).toBe(readings);
});

test('a name that is SQL or a script is a name, to the letter', async () => {
  const name = `Robert'); drop table patients; -- <img src=x onerror=alert(1)>`;
  await ward.store.patients.admit({ identity: 'bobby', name, bed: 'b', policy: null, at: Date.now() });
  expect((await ward.store.patients.all()).find(({ identity }) => identity === 'bobby')?.name).toBe(name);
});

test('each may do what is theirs: the crew acknowledges no alarm and reads no history, the doctor drives no ambulance', async () => {
  await patient.deliver(180);
  await expect.poll(() => doctor.ward.get().alarms.size, soon).toBe(1);
  await expect.poll(() => crew.ward.get().dispatches.size, soon).toBe(1);
  const [alarm = ''] = doctor.ward.get().alarms.keys();
  const [dispatch = ''] = crew.ward.get().dispatches.keys();
  await expect.poll(async () => (await ward.store.counts()).alarms.opened, soon).toBe(1);
  const { alarms, dispatches } = await ward.contents();
  expect(await refusedWith(crew.acknowledge(alarm))).toBe('not-permitted');
  expect(await refusedWith(crew.loadHistory(identities.neighbour.id, 0))).toBe('not-permitted');
  expect(await refusedWith(doctor.setDispatchState(dispatch, 'accepted'))).toBe('not-permitted');
  expect(await refusedWith(crew.setDispatchState(dispatch, 'closed'))).toBe('not-permitted');
  expect(await ward.contents()).toMatchObject({ alarms, dispatches });
  // And what is theirs works.
  await crew.setDispatchState(dispatch, 'accepted');
  await doctor.acknowledge(alarm);
});

/** As an attacker writes it: `fetch` would tidy the path first. */
function rawGet(path: string): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  const { hostname, port } = new URL(ward.hospital.peopleUrl);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method: 'GET' }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() });
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('no path leads out of the folder of a page, nor to a hidden file in it', async () => {
  expect((await rawGet('/doctor/')).body).toContain('page');
  for (const path of [
    '/doctor/../secret.txt',
    '/doctor/..%2fsecret.txt',
    '/doctor/%2e%2e/secret.txt',
    '/doctor/....//secret.txt',
    '/doctor/..\\secret.txt',
    '/doctor//etc/passwd',
    '/doctor/%00',
    '/doctor/.git/config',
  ]) {
    const { status, body } = await rawGet(path);
    expect.soft([400, 403, 404], path).toContain(status);
    expect.soft(body, path).not.toMatch(/secret|hidden|root:/);
  }
});

test('a page may load its own scripts and speak with its own origin, and stand in no frame', async () => {
  const { headers } = await rawGet('/doctor/');
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|http:/);
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  expect(headers).not.toHaveProperty('set-cookie');
  expect(headers).not.toHaveProperty('access-control-allow-origin');
});

test('a page of another site can send the hospital nothing that it reads', async () => {
  // What a form or a script without preflight can send: none of the types the listeners take is among them.
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json',
  ]) {
    for (const path of ['/edhoc', '/step3/message', '/step3/stream']) {
      const answer = await fetch(new URL(path, ward.hospital.peopleUrl), {
        method: 'POST',
        headers: { 'content-type': type, origin: 'https://attacker.example' },
        body: 'x',
      });
      expect([answer.status, await answer.json()]).toEqual([415, { code: 'malformed-request' }]);
    }
  }
});

test('a policy that reaches for the prototype, or for code, is refused', () => {
  for (const text of [
    '{"__proto__":{"scale":1}}',
    '{"constructor":{"prototype":{}}}',
    '{"rules":[{"id":"__proto__","kind":"stale","priority":"low"}]}',
    '{"rules":[{"id":"constructor","kind":"stale","priority":"low"}]}',
    '{"limits":{"__proto__":{"low":1}}}',
    '{"limits":{"pulse":{"high":"process.exit()"}}}',
  ]) {
    expect(() => parsePolicy(JSON.parse(text))).toThrow(/^policy/);
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
});
