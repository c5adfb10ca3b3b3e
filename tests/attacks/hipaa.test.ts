// Table II, HIPAA: the technical safeguards of 45 CFR 164.312 as somebody meets them who tries to see or do more than is
// theirs: access control, what is recorded of who did what, integrity, proof of identity. docs/hipaa.md has all of them, with
// the tests of each.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rosterChanged } from '@vitalseal/app-hospital';
import { createRequest, generateKeyPair } from '@vitalseal/certifying-authority';
import type { Clinician } from '@vitalseal/clinician';
import {
  bytesToHex,
  decimal,
  encodeStep2Message,
  mdc,
  mdcUnit,
  openSealer,
  randomBytes,
  SendCounter,
} from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Bedside } from './bedside.fixture.ts';
import { asDevice, initiate } from './initiator.fixture.ts';
import { PatientInHand, refusalOf } from './patient-in-hand.fixture.ts';
import { identities, nameOf, soon, Ward } from './ward.fixture.ts';

let ward: Ward;
let patient: PatientInHand;
let doctor: Clinician;
let crew: Clinician;

beforeAll(async () => {
  ward = await Ward.open();
  patient = await PatientInHand.enrol(ward);
  doctor = await ward.clinician(identities.doctor);
  crew = await ward.clinician(identities.crew);
  await vi.waitFor(() => {
    for (const person of [doctor, crew]) expect(person.ward.get().complete).toBe(true);
  }, soon);
  // The honest way, on which nobody is called.
  expect((await patient.deliver(72)).confirmed).toHaveLength(1);
  await vi.waitFor(() => expect(doctor.counts().readings).toBe(1), soon);
});
afterAll(() => ward.close());

test('access: a crew that was not called knows of no patient, and one that was called knows of that one', async () => {
  const known = () => JSON.stringify([...crew.ward.get().patients, ...crew.ward.get().dispatches]);
  expect(known()).toBe('[]');
  expect(crew.counts().readings).toBe(0);
  await patient.deliver(170);
  await expect.poll(() => crew.ward.get().dispatches.size, soon).toBe(1);
  expect(known()).toContain(nameOf(identities.patient.id));
  expect(known()).not.toContain(nameOf(identities.neighbour.id));
  await expect.poll(async () => (await ward.store.counts()).alarms.opened, soon).toBe(1);
});

test('access: a crew that is not on call sees no call, takes none and reads nothing, until it is put on call', async () => {
  const off = { role: 'ambulance', id: 'crew-2' } as const;
  await ward.register(off, { onCall: false });
  const resting = await ward.clinician(off);
  await expect.poll(() => resting.ward.get().complete, soon).toBe(true);
  const [dispatch = ''] = crew.ward.get().dispatches.keys();
  expect(resting.ward.get().dispatches.size).toBe(0);
  expect(await refusalOf(resting.setDispatchState(dispatch, 'accepted'))).toBe('request-refused');
  expect(await refusalOf(resting.loadHistory(identities.patient.id, 0))).toBe('request-refused');
  await ward.register(off);
  await expect.poll(() => resting.ward.get().dispatches.size, soon).toBe(1);
  await ward.register(off, { onCall: false });
  // Taken back: no name and no place are left on its page.
  await expect.poll(() => resting.ward.get().dispatches.get(dispatch)?.name, soon).toBe('');
  expect(resting.ward.get().dispatches.get(dispatch)).not.toHaveProperty('location');
});

test('audit: who was told of an alarm, who opened it and who answered it stands in the store', async () => {
  const [alarm = ''] = doctor.ward.get().alarms.keys();
  await doctor.acknowledge(alarm);
  const events = await ward.store.alarms.events(alarm);
  const who = 'urn:vitalseal:doctor:doctor-1';
  expect(events.map(({ event, by }) => [event, by])).toEqual([
    ['raise', null],
    ['notify', who],
    ['opened', who],
    ['acknowledge', who],
  ]);
  expect(events.every(({ at }) => at > 0)).toBe(true);
});

test('access: a crew whose call is closed reads no more of that patient', async () => {
  const [dispatch = ''] = crew.ward.get().dispatches.keys();
  await crew.setDispatchState(dispatch, 'accepted');
  await crew.loadHistory(identities.patient.id, 0);
  await crew.setDispatchState(dispatch, 'closed');
  expect(await refusalOf(crew.loadHistory(identities.patient.id, 0))).toBe('request-refused');
});

test('access: a patient who was discharged sends nothing more, and leaves the pages', async () => {
  const leaver = { role: 'patient', id: 'leaver' } as const;
  await ward.admit(leaver);
  const theirs = await PatientInHand.enrol(ward, leaver, { role: 'sensor', id: 'sensor-9' });
  await theirs.deliver();
  await expect.poll(() => doctor.ward.get().patients.has(leaver.id), soon).toBe(true);
  await ward.store.patients.discharge(leaver.id, Date.now());
  await rosterChanged(ward.store);
  // Noticed within a second; from then on nothing more is taken.
  await expect
    .poll(async () => (await theirs.deliver()).refused.map(({ code }) => code), soon)
    .toEqual(['unknown-patient']);
  const { stored } = await ward.store.counts();
  expect((await theirs.deliver()).refused).toHaveLength(1);
  expect((await ward.store.counts()).stored).toBe(stored);
  await expect.poll(() => doctor.ward.get().patients.has(leaver.id), soon).toBe(false);
});

test('integrity: what lies in the store is, byte for byte, what was sealed', async () => {
  const channel = await initiate(ward, await ward.certify(identities.neighbour), asDevice(patient), 2);
  const counter = new SendCounter({ start: 0, block: 16, reserve: () => undefined });
  const sealer = await openSealer(channel, 'initiator', counter);
  const at = { utcMs: Date.now(), offsetMinutes: 60 };
  const origin = { source: { role: 'sensor', id: 'sensor-2' }, channel: randomBytes(8), sequence: 5 } as const;
  const measurements = [{ code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius, value: decimal(36.6, -1) }];
  const sealed = encodeStep2Message({
    sender: identities.neighbour,
    recipient: identities.hospital,
    sentAt: at,
    reading: { origin, measuredAt: at, measurements },
  });
  await patient.send((await sealer.seal(sealed)).bytes);
  const rows = await ward.store.readings.storedAfter(ward.store.database, 0, 1000);
  expect(bytesToHex(new Uint8Array(rows.at(-1)?.payload ?? []))).toBe(bytesToHex(sealed));
});

test('identity: one key is certified for one person, in one role', async () => {
  const { authority } = ward.authority;
  const keyPair = await generateKeyPair({ extractable: true });
  const first = { role: 'doctor', id: 'doctor-5' } as const;
  for (const [identity, outcome] of [
    [first, 'certified'],
    [{ role: 'doctor', id: 'doctor-6' }, 'key-in-use'],
    [{ role: 'patient', id: 'doctor-5' }, 'key-in-use'],
  ] as const) {
    const { code } = await authority.invite({ identity, ttl: 60_000 });
    const enrolled = authority.enrol(await createRequest(keyPair, identity), { identity, code });
    if (outcome === 'certified') await enrolled;
    else expect(await refusalOf(enrolled)).toBe(outcome);
  }
});

test('access: every data folder is closed to other users of the machine, and every key file to all but its owner', async () => {
  await Bedside.open(ward);
  const phone = `phone of ${identities.patient.id}`;
  for (const name of ['authority', 'hospital', phone, 'sensor', identities.patient.id]) {
    const folder = join(ward.folder, name);
    expect.soft((statSync(folder).mode & 0o777).toString(8), name).toBe('700');
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const { mode } = statSync(join(folder, file));
      if (/key|authority|card/.test(file)) expect.soft((mode & 0o077).toString(8), `${name}/${file}`).toBe('0');
    }
  }
});
