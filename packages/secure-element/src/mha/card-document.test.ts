// docs/card.md speaks to whoever writes another card, or another phone. Its examples are what this code makes and reads,
// byte for byte.

import { readFileSync } from 'node:fs';
import {
  type Bytes,
  bytesToHex,
  concatBytes,
  decimal,
  hexToBytes,
  mdc,
  mdcUnit,
  sensorCodeKey,
} from '@vitalseal/protocol';
import { encodeEnvelope, encodeProactiveCommand, encodeTerminalResponse, statusWords } from '@vitalseal/uicc';
import { describe, expect, test } from 'vitest';
import type { secureElementErrorCodes } from '../errors.ts';
import { noCounts } from '../outbox/counts.ts';
import { cardInService } from '../testing/index.ts';
import { display } from './bodies/display.ts';
import { countOfReadings, duty } from './bodies/duty.ts';
import { originOfEntered } from './bodies/entered-reading.ts';
import { pageRequest } from './bodies/page-request.ts';
import { exclusively } from './client/card-user.ts';
import { MhaClient } from './client/mha-client.ts';
import { dataObjects, mhaInstructions } from './instructions.ts';
import { refused } from './refusal.ts';
import { reportsCodec } from './reports/report-codec.ts';

const document = readFileSync(new URL('../../../../docs/card.md', import.meta.url), 'utf8');
const documented = new Map<string, string>();
for (const [, name = '', hex = ''] of document.matchAll(/```hex ([^\n]+)\n([0-9a-f\s]+)```/g)) {
  documented.set(name, hex.replaceAll(/\s/g, ''));
}

const utcMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const sensor = { role: 'sensor', id: 's1' } as const;
const patient = { role: 'patient', id: 'p1' } as const;
const hospital = { role: 'hospital', id: 'h1' } as const;
const channel = Uint8Array.from({ length: 8 }, (_, i) => 0xa0 + i);
const done = Uint8Array.of(0x90, 0x00);
const ok = (data: Bytes): Bytes => concatBytes(data, done);

interface Example {
  readonly use: (client: MhaClient) => Promise<unknown>;
  readonly answer?: Bytes;
  /** What the client makes of the answer. */
  readonly means?: unknown;
}

const confirmation = (sequence: number) => ({
  kind: 'confirmed' as const,
  confirmation: { origin: { source: sensor, channel, sequence }, measuredAt: utcMs + sequence, duplicate: false },
});
const reports = [confirmation(0), confirmation(1), { kind: 'state', state: { state: 'idle' } }] as const;
const shown = {
  personalised: true,
  certificateUntil: utcMs + 31_536_000_000,
  patient: 'p1',
  sensors: [{ id: 's1', channelSince: utcMs }],
  hospital: { id: 'h1', channelSince: undefined },
  counts: { ...noCounts, received: 3, acknowledged: 2, lastAcknowledgedAt: utcMs },
  waiting: { readings: 1, capacityLeft: 99_999, oldestMeasuredAt: utcMs },
  shelf: [{ code: 'unknown-patient', readings: 1 }],
  codesWaiting: 1,
  putBack: { from: utcMs - 3_600_000, until: utcMs },
};
const request = { number: 1, path: '/records', contentType: 'application/cbor', body: Uint8Array.of(0x80) };
const pulse = { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(71, 0) };
const entered = { source: patient, channel, sequence: 0 };
const waiting = { waiting: 2, room: 99_998, handshakeNeeded: false };

const examples: Readonly<Record<string, Example>> = {
  SELECT: { use: (client) => client.select() },
  'first PIN 2580': { use: (client) => client.setFirstPin('2580') },
  'VERIFY 2580': { use: (client) => client.verify('2580') },
  'log out': { use: (client) => client.logOut() },
  'GENERATE ASYMMETRIC KEY PAIR': { use: (client) => client.generateKey(patient) },
  'PUT DATA bonds': { use: (client) => client.bond({ sensors: [sensor], hospital }) },
  'BOND WITH CODE': {
    use: async (client) => client.bondWithCode(await sensorCodeKey('12345 67890 12345 67890 12346')),
  },
  'FORGET SENSOR': { use: (client) => client.forgetSensor(sensor) },
  'PUT DATA hospital address': {
    use: (client) =>
      client.putHospitalAddress({ name: 'hospital.example', port: 8443, address: Uint8Array.of(192, 0, 2, 7) }),
  },
  'TAKE SENSOR RECORDS': { use: (client) => client.takeSensorRecords([Uint8Array.of(1, 2), Uint8Array.of(3)]) },
  'TAKE STANDARD READING': {
    use: (client) =>
      client.takeStandardReading({
        measuredAt: { utcMs, offsetMinutes: 60 },
        measurements: [pulse],
        unsealed: { profile: 'heart-rate', device: 'strap' },
      }),
    answer: ok(originOfEntered.encode(entered)),
    means: entered,
  },
  'GET DATA duty': { use: (client) => client.duty(), answer: ok(duty.encode(waiting)), means: waiting },
  'GET DATA display': { use: (client) => client.display(), answer: ok(display.encode(shown)), means: shown },
  'ENTER READING': {
    use: (client) => client.enterReading({ measuredAt: { utcMs, offsetMinutes: 60 }, measurements: [pulse] }),
    answer: ok(originOfEntered.encode(entered)),
    means: entered,
  },
  'RETRY REFUSED': { use: (client) => client.retryRefused(), answer: ok(countOfReadings.encode(1)), means: 1 },
  'TAKE REPORTS': {
    use: (client) => client.takeReports(),
    answer: ok(reportsCodec.encode({ reports, next: 3 })),
    means: reports,
  },
  'TAKE REQUEST': { use: (client) => client.takeRequest(), answer: ok(pageRequest.encode(request)), means: request },
  'GIVE ANSWER': {
    use: (client) =>
      client.giveAnswer({ number: 1, answer: { status: 503, body: new Uint8Array(0), retryAfterMs: 2000 } }),
  },
};

const why = refused.encode({
  kind: 'protocol',
  code: 'credential-refused',
  cause: { kind: 'certificate', code: 'expired' },
});

const information = { number: 3, commandType: 0x26, qualifier: 0x03 };
const toolkit: Readonly<Record<string, Bytes>> = {
  'PROVIDE LOCAL INFORMATION': encodeProactiveCommand({
    number: 3,
    type: 'provide-local-information',
    information: 'date-time-zone',
  }),
  'TERMINAL RESPONSE date, time and zone': encodeTerminalResponse({
    ...information,
    result: { general: 0 },
    dateTimeZone: { utcMs, offsetMinutes: 60 },
  }),
  'GEOGRAPHICAL LOCATION REQUEST': encodeProactiveCommand({ number: 4, type: 'geographical-location-request' }),
  'GEOGRAPHICAL LOCATION REPORTING': encodeEnvelope({
    type: 'geographical-location-reporting',
    location: { latitude: 52.52, longitude: 13.405, accuracyMetres: 12 },
  }),
};

/** What a client sends first, and what it makes of the answer. */
async function exchanged({ use, answer = done }: Example): Promise<{ apdu: Bytes; value: unknown }> {
  const sent: Bytes[] = [];
  const transmit = async (apdu: Bytes) => {
    sent.push(apdu.slice());
    return answer;
  };
  const value = await use(new MhaClient(exclusively({ transmit })));
  return { apdu: sent[0] ?? new Uint8Array(0), value };
}

async function made(): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const [name, example] of Object.entries(examples)) {
    all.set(name, bytesToHex((await exchanged(example)).apdu));
    if (example.answer) all.set(`${name}: answer`, bytesToHex(example.answer));
  }
  all.set('GET DATA last refusal: answer', bytesToHex(ok(why)));
  for (const [name, bytes] of Object.entries(toolkit)) all.set(name, bytesToHex(bytes));
  const { card } = await cardInService();
  const { apdu } = await exchanged({ use: (client) => client.select() });
  all.set('SELECT: answer', bytesToHex(await card.transmit(apdu)));
  all.set('ATR', bytesToHex(card.atr));
  return all;
}

describe('docs/card.md', () => {
  test('gives each example as the code makes it', async () => {
    const expected = Object.fromEntries(await made());
    const given = Object.fromEntries([...documented].filter(([name]) => name in expected));
    expect(given).toEqual(expected);
    for (const hex of documented.values()) expect(hexToBytes(hex).length).toBeGreaterThan(0);
  });

  test.each(Object.entries(examples))('%s is read as it is documented', async (_, example) => {
    if ('means' in example) expect((await exchanged(example)).value).toEqual(example.means);
  });

  test('names every instruction, data object and status word of the MHA', () => {
    const hex = (number: number, digits: number) => `\`${number.toString(16).padStart(digits, '0').toUpperCase()}\``;
    for (const ins of Object.values(mhaInstructions)) expect(document).toContain(hex(ins, 2));
    for (const tag of Object.values(dataObjects)) expect(document).toContain(hex(tag, 4));
    const { securityStatusNotSatisfied, conditionsNotSatisfied, wrongData, notEnoughMemory, memoryFailure } =
      statusWords;
    for (const status of [
      securityStatusNotSatisfied,
      conditionsNotSatisfied,
      wrongData,
      notEnoughMemory,
      memoryFailure,
    ]) {
      expect(document).toContain(hex(status, 4));
    }
  });

  test('explains each code that only the card has', () => {
    for (const code of ['element-locked', 'time-unknown'] satisfies (typeof secureElementErrorCodes)[number][]) {
      expect(document).toContain(`\`${code}\``);
    }
  });
});
