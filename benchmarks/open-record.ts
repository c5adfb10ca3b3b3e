// Opening one record (COSE parse, AES-256-GCM, replay check, decoding of the step 2 message) against the least that any
// receiver must do: node:crypto AES-256-GCM with a KeyObject over the same bytes. Both in turns, medians of the rounds.

import { createDecipheriv, createSecretKey } from 'node:crypto';
import { cpus } from 'node:os';
import {
  type ChannelSecrets,
  decimal,
  decodeStep2Message,
  encodeCbor,
  encodeStep2Message,
  mdc,
  mdcUnit,
  openOpener,
  openSealer,
  ReplayWindow,
  randomBytes,
  type SealedRecord,
  SendCounter,
  type Step2Message,
} from '@vitalseal/protocol';

const records = 500;
const rounds = 1_000;

const secrets: ChannelSecrets = {
  id: randomBytes(8),
  step: 2,
  epoch: 0,
  initiator: { role: 'patient', id: 'p-017' },
  responder: { role: 'hospital', id: 'county' },
  initiatorKey: randomBytes(32),
  initiatorIv: randomBytes(12),
  responderKey: randomBytes(32),
  responderIv: randomBytes(12),
  wrappingKey: randomBytes(32),
};

function message(sequence: number): Step2Message {
  const at = { utcMs: 1_790_000_000_000 + sequence * 60_000, offsetMinutes: 120 };
  const value = (code: number, unit: number, n: number, exponent = 0) => ({ code, unit, value: decimal(n, exponent) });
  return {
    sender: secrets.initiator,
    recipient: secrets.responder,
    sentAt: at,
    location: { latitude: 52.520008, longitude: 13.404954, accuracyMetres: 12, at: at.utcMs },
    reading: {
      origin: { source: { role: 'sensor', id: 's-017' }, channel: secrets.id, sequence },
      measuredAt: at,
      measurements: [
        value(mdc.heartRate, mdcUnit.beatsPerMinute, 72 + (sequence % 40)),
        value(mdc.pulseOximetrySaturation, mdcUnit.percent, 97),
        value(mdc.respirationRate, mdcUnit.breathsPerMinute, 16),
        value(mdc.systolic, mdcUnit.millimetresOfMercury, 122),
        value(mdc.diastolic, mdcUnit.millimetresOfMercury, 78),
        value(mdc.bodyTemperature, mdcUnit.degreesCelsius, 36.8, -1),
        value(mdc.supplementalOxygen, mdcUnit.dimensionless, 0),
      ],
    },
  };
}

const counter = new SendCounter({ start: 0, block: 1 << 20, reserve: () => undefined });
const sealer = await openSealer(secrets, 'initiator', counter);
const opener = await openOpener(secrets, 'responder');
const sealed: (SealedRecord & { readonly payloadLength: number })[] = [];
for (let i = 0; i < records; i++) {
  const payload = encodeStep2Message(message(i));
  sealed.push({ ...(await sealer.seal(payload)), payloadLength: payload.length });
}

// The same bytes: nonce, AAD, ciphertext and tag of each record, laid out beforehand by RFC 9052 sections 3.1 and 5.3.
const key = createSecretKey(secrets.initiatorKey);
const externalAad = encodeCbor([1, 2, 0, 'urn:vitalseal:patient:p-017', 'urn:vitalseal:hospital:county', 0]);
const raw = sealed.map(({ sequence, bytes, payloadLength }) => {
  const headerLength = (bytes[1] ?? 0) - 0x40;
  const partialIv = encodeCbor(sequence).slice(sequence < 24 ? 0 : 1);
  const nonce = secrets.initiatorIv.slice();
  partialIv.forEach((byte, i) => {
    nonce[12 - partialIv.length + i] = (nonce[12 - partialIv.length + i] ?? 0) ^ byte;
  });
  const start = bytes.length - payloadLength - 16;
  return {
    nonce,
    aad: encodeCbor(['Encrypt0', bytes.slice(2, 2 + headerLength), externalAad]),
    ciphertext: bytes.subarray(start, -16),
    tag: bytes.subarray(-16),
  };
});

function rawRound(): number {
  let bytes = 0;
  for (const { nonce, aad, ciphertext, tag } of raw) {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce);
    decipher.setAAD(aad);
    decipher.setAuthTag(tag);
    bytes += decipher.update(ciphertext).length;
    decipher.final();
  }
  return bytes;
}

async function openRound(): Promise<number> {
  const window = ReplayWindow.empty();
  let measurements = 0;
  for (const { bytes } of sealed) {
    const { sequence, payload } = await opener.open(bytes);
    window.accept(sequence);
    measurements += decodeStep2Message(payload).reading.measurements.length;
  }
  if (measurements !== records * 7) throw new Error('expected every measurement');
  return measurements;
}

async function microseconds(round: () => number | Promise<number>): Promise<number> {
  const started = process.hrtime.bigint();
  await round();
  return Number(process.hrtime.bigint() - started) / 1000 / records;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const rawTimes: number[] = [];
const openTimes: number[] = [];
const ratios: number[] = [];
for (let i = -100; i < rounds; i++) {
  const rawTime = await microseconds(rawRound);
  const openTime = await microseconds(openRound);
  if (i < 0) continue;
  rawTimes.push(rawTime);
  openTimes.push(openTime);
  ratios.push(rawTime / openTime);
}

const result = {
  benchmark: 'open-record',
  ratio: Number(median(ratios).toFixed(3)),
  floor: 0.5,
  openMicroseconds: Number(median(openTimes).toFixed(2)),
  rawMicroseconds: Number(median(rawTimes).toFixed(2)),
  recordBytes: sealed.at(-1)?.bytes.length,
  node: process.version,
  cpu: cpus()[0]?.model,
};
console.log(JSON.stringify(result));
console.log(
  `open-record: ${result.openMicroseconds} µs a record of ${result.recordBytes} bytes, node:crypto alone ${result.rawMicroseconds} µs: ${result.ratio} of its rate (at least ${result.floor})`,
);
