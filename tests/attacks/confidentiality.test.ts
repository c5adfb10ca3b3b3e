// Table II, confidentiality: what the radio, the network, the phone's disk and the logs give away of a patient: nothing
// that was measured, nobody's name, no place.

import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  type Bytes,
  channelIdOf,
  decimal,
  encodeCbor,
  encodeStep1Message,
  encodeStep2Message,
  mdc,
  mdcUnit,
} from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Bedside, NetworkTap } from './bedside.fixture.ts';
import { PatientInHand } from './patient-in-hand.fixture.ts';
import { identities, nameOf, soon, Ward } from './ward.fixture.ts';

let ward: Ward;
let bedside: Bedside;
/** What the page's own network carries, from after the sign-in on. */
let pageNetwork: NetworkTap;
/** As the card is told it: by steps of 24 bits (3GPP TS 23.032), the middle of one of them. */
const told = { latitude: 48.137149, longitude: 11.576124 };
/** An emergency by the ward's rules, so that it goes to the doctor and the crew as well. */
const pulse = 173;

beforeAll(async () => {
  ward = await Ward.open();
  bedside = await Bedside.open(ward);
  pageNetwork = await NetworkTap.open(ward.hospital.peopleUrl);
  ward.onClose(() => pageNetwork.close());
  const hospitalUrl = `http://127.0.0.1:${pageNetwork.port}`;
  const doctor = await ward.clinician(identities.doctor, { hospitalUrl });
  const crew = await ward.clinician(identities.crew, { hospitalUrl });
  await vi.waitFor(() => {
    for (const person of [doctor, crew]) expect(person.ward.get().complete).toBe(true);
  }, soon);
  pageNetwork.forget();
  await bedside.measure([72, pulse]);
  // The honest way to its end: stored, opened by the doctor, with name and place at the crew.
  await vi.waitFor(async () => {
    expect((await ward.store.counts()).alarms.opened).toBe(1);
    const name = nameOf(identities.patient.id);
    expect(doctor.ward.get().patients.get(identities.patient.id)?.name).toBe(name);
    expect([...crew.ward.get().dispatches.values()]).toMatchObject([{ name, location: told }]);
  }, soon);
}, 60_000);
afterAll(() => ward.close());

const at = { utcMs: 1_768_000_000_000, offsetMinutes: 0 };
const measurements = [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(pulse, 0) }];
const location = { ...told, accuracyMetres: 5, at: at.utcMs };

/** The bytes by which an eavesdropper would know each thing. */
const secrets: Readonly<Record<string, Uint8Array>> = {
  'the patient': Buffer.from(identities.patient.id),
  'the sensor': Buffer.from(identities.sensor.id),
  'the name': Buffer.from(nameOf(identities.patient.id)),
  'what was measured': encodeCbor(mdc.heartRate),
  'its unit': encodeCbor(mdcUnit.beatsPerMinute),
  'the latitude': encodeCbor(Math.round(told.latitude * 1e6)),
  'the longitude': encodeCbor(Math.round(told.longitude * 1e6)),
};

function given(away: Uint8Array): string[] {
  const haystack = Buffer.from(away);
  return Object.entries(secrets)
    .filter(([, secret]) => haystack.includes(Buffer.from(secret)))
    .map(([what]) => what);
}

test('the bytes that are looked for below are those that a message in the clear would have', () => {
  const parties = { sender: identities.sensor, recipient: identities.patient };
  const step1 = encodeStep1Message({ ...parties, sentAt: at, measuredAt: at, measurements });
  expect(given(step1)).toEqual(['the patient', 'the sensor', 'what was measured', 'its unit']);
  const origin = { source: identities.sensor, channel: new Uint8Array(8), sequence: 0 };
  const reading = { origin, measuredAt: at, measurements };
  const step2 = encodeStep2Message({
    sender: identities.patient,
    recipient: identities.hospital,
    sentAt: at,
    location,
    reading,
  });
  expect(given(step2)).toEqual(expect.arrayContaining(['the latitude', 'the longitude', 'what was measured']));
});

test('a sniffer beside the bed hears sizes and times, and nothing else', () => {
  const heard = Buffer.concat(bedside.frames.map(({ frame }) => frame));
  expect(heard.length).toBeGreaterThan(1000);
  expect(given(heard)).toEqual([]);
  // Nor without the frames' own heads, by which a needle could be cut in two.
  expect(given(Buffer.concat(bedside.frames.map(({ frame }) => frame.subarray(2))))).toEqual([]);
});

test('the network between phone and hospital hears sizes and times, and nothing else', () => {
  expect(bedside.network.heard.length).toBeGreaterThan(1000);
  expect(given(bedside.network.heard)).toEqual([]);
});

test('the network between page and hospital hears sealed records, even where it is plain HTTP', () => {
  expect(pageNetwork.heard.length).toBeGreaterThan(500);
  expect(pageNetwork.heard.toString('latin1')).not.toContain('"pulse');
  expect(given(pageNetwork.heard)).toEqual([]);
});

test('the phone carries records that it cannot read', async () => {
  const patient = await PatientInHand.enrol(ward, identities.neighbour, { role: 'sensor', id: 'sensor-2' });
  await patient.deliver(pulse);
  expect(given(Buffer.concat([...patient.step1, ...patient.step2, ...patient.answers, ...patient.handshakes]))).toEqual(
    [],
  );
  expect(Buffer.concat([...patient.step1, ...patient.step2]).includes(identities.neighbour.id)).toBe(false);
});

test('readings that wait on the phone are sealed on its disk', async () => {
  const third = { role: 'patient', id: 'patient-3' } as const;
  await ward.admit(third);
  const patient = await PatientInHand.enrol(ward, third, { role: 'sensor', id: 'sensor-3' });
  await patient.shakeHandsWithSensor();
  await patient.take(await patient.sensor.seal(pulse), await patient.sensor.seal(pulse));
  const folder = join(ward.folder, third.id);
  const files = readdirSync(folder).filter((name) => name.startsWith('element.db'));
  expect(files).toContain('element.db');
  const disk = Buffer.concat(files.map((name) => readFileSync(join(folder, name))));
  expect(disk.length).toBeGreaterThan(4096);
  expect(given(disk)).toEqual([]);
  for (const secret of [third.id, 'sensor-3']) expect(disk.includes(secret)).toBe(false);
  expect((await patient.element.display()).waiting.readings).toBe(2);
});

test('after two new handshakes the keys of the first are in no store any more', async () => {
  const fourth = { role: 'patient', id: 'patient-4' } as const;
  await ward.admit(fourth);
  const patient = await PatientInHand.enrol(ward, fourth, { role: 'sensor', id: 'sensor-4' });
  await patient.deliver();
  const [record] = patient.step2;
  if (record === undefined) throw new Error('expected a record that was sent');
  const channels = () => ward.store.channels.ofPeer('urn:vitalseal:patient:patient-4', 2);
  const first: Bytes = channelIdOf(record);
  expect(await channels()).toEqual([first]);
  await patient.shakeHandsWithHospital();
  await patient.shakeHandsWithHospital();
  expect(await channels()).toHaveLength(2);
  expect(await channels()).not.toContainEqual(first);
  expect((await patient.send(record)).unopened).toEqual([[0, 'channel-unknown']]);
});

test('neither log nor health nor metrics say who, what or where', async () => {
  const base = ward.hospital.peopleUrl;
  const patient = bedside.frames.at(-1)?.frame ?? new Uint8Array();
  // Trouble of every kind, so that there is something to log.
  await fetch(new URL('/step3/message', base), {
    method: 'POST',
    headers: { 'content-type': 'application/cose' },
    body: patient,
  });
  await fetch(new URL(`/doctor/${identities.patient.id}`, base));
  await fetch(new URL('/.well-known/est/simpleenroll', base), {
    method: 'POST',
    headers: { 'content-type': 'application/pkcs10', authorization: `Basic ${btoa('doctor/doctor-1:secret-code')}` },
    body: 'bm90aGluZw==',
  });
  await broken(base, `authorization: Basic ${btoa('doctor/doctor-1:secret-code')}`);
  const said = [
    ...ward.log,
    await (await fetch(new URL('/metrics', base))).text(),
    await (await fetch(new URL('/healthz', base))).text(),
  ].join('\n');
  expect(said).toContain('vitalseal_readings_total');
  for (const secret of [
    identities.patient.id,
    identities.sensor.id,
    identities.doctor.id,
    identities.crew.id,
    'Augusta',
    '48.13',
    '11.57',
    'secret-code',
    btoa('doctor/doctor-1:secret-code'),
  ]) {
    expect.soft(said).not.toContain(secret);
  }
});

/** A request that is no HTTP from its third line on. */
async function broken(url: string, header: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  socket.write(`POST /.well-known/est/simpleenroll HTTP/1.1\r\n${header}\r\ncontent-length: many\r\n\r\n`);
  await closed;
}
