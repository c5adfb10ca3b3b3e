import { type ChannelSecrets, decimal, decodeStep2Message, encodeStep2Message, mdc, mdcUnit, openOpener, openSealer, randomBytes, ReplayWindow, SendCounter, type Step2Message, decodeCbor } from '@vitalseal/protocol';
import { parseRecord } from '../packages/protocol/src/channel/record.ts';
import { RecordCipher } from '../packages/protocol/src/channel/record-cipher.ts';
import { reading } from '../packages/protocol/src/wire/reading.ts';
import { identity } from '../packages/protocol/src/wire/identity.ts';
import { decode } from 'cborg';
const secrets: ChannelSecrets = { id: randomBytes(8), step: 2, epoch: 0, initiator: { role: 'patient', id: 'p-017' }, responder: { role: 'hospital', id: 'county' }, initiatorKey: randomBytes(32), initiatorIv: randomBytes(12), responderKey: randomBytes(32), responderIv: randomBytes(12), wrappingKey: randomBytes(32) };
const value = (code: number, unit: number, n: number, exponent = 0) => ({ code, unit, value: decimal(n, exponent) });
const message = (sequence: number): Step2Message => { const at = { utcMs: 1_790_000_000_000 + sequence * 60_000, offsetMinutes: 120 }; return { sender: secrets.initiator, recipient: secrets.responder, sentAt: at, location: { latitude: 52.520008, longitude: 13.404954, accuracyMetres: 12, at: at.utcMs }, reading: { origin: { source: { role: 'sensor', id: 's-017' }, channel: secrets.id, sequence }, measuredAt: at, measurements: [value(mdc.heartRate, mdcUnit.beatsPerMinute, 72), value(mdc.pulseOximetrySaturation, mdcUnit.percent, 97), value(mdc.respirationRate, mdcUnit.breathsPerMinute, 16), value(mdc.systolic, mdcUnit.millimetresOfMercury, 122), value(mdc.diastolic, mdcUnit.millimetresOfMercury, 78), value(mdc.bodyTemperature, mdcUnit.degreesCelsius, 36.8, -1), value(mdc.supplementalOxygen, mdcUnit.dimensionless, 0)] } }; };
const sealer = await openSealer(secrets, 'initiator', new SendCounter({ start: 0, block: 1 << 20, reserve: () => undefined }));
const opener = await openOpener(secrets, 'responder');
const sealed = await Promise.all(Array.from({ length: 2000 }, async (_, i) => await sealer.seal(encodeStep2Message(message(i)))));
const payloads = await Promise.all(sealed.map(async ({ bytes }) => (await opener.open(bytes)).payload));
const cipher = await RecordCipher.open(secrets, 'initiator');
const parsed = sealed.map((s) => parseRecord(s.bytes));
const values = payloads.map((p) => decodeCbor(p));
const aads = parsed.map((p) => cipher.aad(p.sequence).slice()); const nonces = parsed.map((p) => cipher.nonce(p.sequence));
console.log('payload', payloads[0]!.length, 'aad', aads[0]!.length);
import { createDecipheriv, createSecretKey } from 'node:crypto';
const keyObject = createSecretKey(secrets.initiatorKey);
const raw = (i: number) => { const c = parsed[i]!.ciphertext; const d = createDecipheriv('aes-256-gcm', keyObject, nonces[i]!); d.setAAD(aads[i]!); d.setAuthTag(c.subarray(c.length - 16)); const p = d.update(c.subarray(0, c.length - 16)); d.final(); return p; };
const rawA = async (i: number) => raw(i);
const w = ReplayWindow.empty();
const variants: Record<string, [boolean, (i: number) => unknown]> = {
  raw: [false, raw],
  'raw async': [true, rawA],
  'raw async+inner': [true, async (i: number) => { const x = await raw(i); return x; }],
  'sync open': [false, (i) => { const p = parseRecord(sealed[i]!.bytes); return cipher.key.open(cipher.nonce(p.sequence), cipher.aad(p.sequence), p.ciphertext); }],
  'open no inner': [true, async (i) => { const p = parseRecord(sealed[i]!.bytes); return {payload: cipher.key.open(cipher.nonce(p.sequence), cipher.aad(p.sequence), p.ciphertext)}; }],
  'opener.open': [true, (i) => opener.open(sealed[i]!.bytes)],
  'decodeStep2': [false, (i) => decodeStep2Message(payloads[i]!)],
  'all': [true, async (i) => { const { payload, sequence } = await opener.open(sealed[i]!.bytes); return decodeStep2Message(payload); }],
  'all sync': [false, (i) => { const p = parseRecord(sealed[i]!.bytes); return decodeStep2Message(cipher.key.open(cipher.nonce(p.sequence), cipher.aad(p.sequence), p.ciphertext) as any); }],
};
const times: Record<string, number[]> = {};
for (let r = 0; r < 60; r++) for (const [name, [isAsync, f]] of Object.entries(variants)) {
  const t = process.hrtime.bigint();
  if (isAsync) for (let i = 0; i < 2000; i++) await f(i); else for (let i = 0; i < 2000; i++) f(i);
  const us = Number(process.hrtime.bigint() - t) / 2000 / 1000; if (r > 4) (times[name] ??= []).push(us);
}
for (const [name, t] of Object.entries(times)) { t.sort((a, b) => a - b); console.log(name.padEnd(16), 'min', t[0]!.toFixed(2), 'p25', t[t.length >> 2]!.toFixed(2), 'median', t[t.length >> 1]!.toFixed(2), 'p75',  t[(t.length *3)>> 2]!.toFixed(2)); }
