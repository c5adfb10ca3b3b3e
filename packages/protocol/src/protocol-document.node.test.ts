// docs/protocol.md speaks to implementers on other platforms. Its examples are what this code makes, byte for byte.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  type Acknowledgement,
  decodeAcknowledgement,
  encodeAcknowledgement,
  joinResults,
} from './acknowledgement/index.ts';
import { type Bytes, bytesToHex, hexToBytes } from './bytes.ts';
import { externalAad } from './channel/external-aad.ts';
import { type ChannelSecrets, openOpener, openSealer, recordHash, SendCounter } from './channel/index.ts';
import { encodeSensorCodeProof, proveSensorCode } from './handshake/sensor-code-proof.ts';
import { sensorCodeKey } from './sensor-code/index.ts';
import { decodeStep1Message, encodeStep1Message, readingOf, type Step1Message } from './step1-sensor-patient/index.ts';
import { encodeStep2Message } from './step2-patient-hospital/index.ts';
import { encodeDoctorToHospital } from './step3-hospital-doctor/index.ts';
import { decimal, mdc, mdcUnit } from './wire/index.ts';

const documented = new Map<string, string>();
const document = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
for (const [, name = '', hex = ''] of document.matchAll(/```hex ([^\n]+)\n([0-9a-f\s]+)```/g)) {
  documented.set(name, hex.replaceAll(/\s/g, ''));
}

const range = (first: number, length: number): Bytes => Uint8Array.from({ length }, (_, i) => first + i);
const sensor = { role: 'sensor', id: 's1' } as const;
const patient = { role: 'patient', id: 'p1' } as const;
const hospital = { role: 'hospital', id: 'h1' } as const;
const utcMs = Date.UTC(2026, 0, 2, 3, 4, 5);

const secrets: ChannelSecrets = {
  id: range(0xa0, 8),
  step: 1,
  epoch: 0,
  initiator: sensor,
  responder: patient,
  initiatorKey: range(0x00, 32),
  initiatorIv: range(0x20, 12),
  responderKey: range(0x40, 32),
  responderIv: range(0x60, 12),
  wrappingKey: range(0x80, 32),
};

const step1: Step1Message = {
  sender: sensor,
  recipient: patient,
  sentAt: { utcMs, offsetMinutes: 60 },
  measuredAt: { utcMs: utcMs - 1000, offsetMinutes: 60 },
  measurements: [
    { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(72, 0) },
    { code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius, value: decimal(36.5, -1) },
    { code: mdc.pulseOximetrySaturation, unit: mdcUnit.percent, value: 'nan' },
  ],
};

async function examples(): Promise<Map<string, Bytes>> {
  const payload = encodeStep1Message(step1);
  const counter = new SendCounter({ start: 258, block: 1, reserve: () => {} });
  const { bytes: record } = await (await openSealer(secrets, 'initiator', counter)).seal(payload);
  const opened = await (await openOpener(secrets, 'responder')).open(record);
  expect(decodeStep1Message(opened.payload)).toEqual(step1);

  const acknowledgement: Acknowledgement = {
    channel: secrets.id,
    at: { utcMs: utcMs + 500, offsetMinutes: 0 },
    results: [{ sequence: 258, recordHash: await recordHash(record), outcome: 'stored' }],
  };
  expect(decodeAcknowledgement(encodeAcknowledgement(acknowledgement))).toEqual(acknowledgement);

  const [only] = acknowledgement.results;
  if (!only) throw new Error('expected a result');
  const next = { ...only, sequence: 259, recordHash: new Uint8Array(16) };
  const joined = { ...acknowledgement, results: await joinResults([only, next]) };

  const location = { latitude: 52.52, longitude: 13.405, accuracyMetres: 12.5, at: utcMs };
  const reading = readingOf(step1, secrets.id, 258);
  const step2 = { sender: patient, recipient: hospital, sentAt: step1.sentAt, location, reading };
  const certificates = { initiatorHash: range(0x20, 32), responderHash: range(0x40, 32) };
  const code = await sensorCodeKey('12345 67890 12345 67890 12346');
  const proof3 = await proveSensorCode(code, { ...certificates, message: 3, transcriptHash: range(0x00, 32) });
  const proof4 = await proveSensorCode(code, { ...certificates, message: 4, transcriptHash: range(0x60, 32) });
  return new Map([
    ['sensor code key', code],
    ['EAD_3', encodeSensorCodeProof(proof3)],
    ['EAD_4', encodeSensorCodeProof(proof4)],
    ['step 1 message', payload],
    ['external_aad', externalAad(secrets, 'initiator')],
    ['record', record],
    ['acknowledgement', encodeAcknowledgement(acknowledgement)],
    ['joined acknowledgement', encodeAcknowledgement(joined)],
    ['step 2 message', encodeStep2Message(step2)],
    ['step 2 message with clock drift', encodeStep2Message({ ...step2, clockDriftMs: 90_000 })],
    ['receipt', encodeDoctorToHospital({ type: 'receipt', alarm: 'alarm-1', kind: 'received' })],
  ]);
}

it('each example of docs/protocol.md is what the code makes', async () => {
  const made = [...(await examples())].map(([name, bytes]) => [name, bytesToHex(bytes)]);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(made));
  for (const hex of documented.values()) expect(hexToBytes(hex).length).toBeGreaterThan(0);
});

it('docs/protocol.md names every exporter label and private code', () => {
  for (const label of [
    32768,
    32769,
    32770,
    32771,
    32772,
    32773,
    mdc.consciousness,
    mdc.supplementalOxygen,
    mdc.phonePutBack,
  ]) {
    expect(document).toContain(String(label));
  }
});
