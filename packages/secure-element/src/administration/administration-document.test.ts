// The section 'Administration' of docs/card.md: its examples are what this code makes, byte for byte.

import { readFileSync } from 'node:fs';
import { type Bytes, bytesToHex } from '@vitalseal/protocol';
import { encodeCommand, encodeResponse, statusResponse } from '@vitalseal/uicc';
import {
  activationKey,
  dataTags,
  decodeActivationCode,
  encodeActivationCode,
  encodeCardStatus,
  encodeCommandScript,
  encodePskIdentity,
  encodeResponseScript,
  generateKeyPair,
  getData,
  getDataTags,
  putKey,
  resetRetryCounter,
  setStatus,
  storeData,
} from '@vitalseal/uicc/global-platform';
import { expect, test } from 'vitest';
import { domainInstructions, standingTag } from './domain-instructions.ts';

const section =
  readFileSync(new URL('../../../../docs/card.md', import.meta.url), 'utf8').split('\n## Administration\n')[1] ?? '';

const code = {
  host: 'hospital.example',
  port: 8443,
  administrationId: '0123456789abcdef',
  secret: Uint8Array.from({ length: 16 }, (_, i) => i),
};
const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const status = {
  administrationId: code.administrationId,
  card: 'secured',
  mha: 'personalized',
  release: '0.1.0',
  imageVersion: 0,
  running: { imageVersion: 0, release: '0.1.0' },
  keyVersion: 0x41,
  open: true,
  scripts: 5,
  commands: 9,
  receiptKey: Uint8Array.from({ length: 4 }, (_, i) => i),
} as const;

const examples: Readonly<Record<string, () => Bytes | Promise<Bytes>>> = {
  'key of the activation code': () => activationKey(code),
  'PUT KEY': () => encodeCommand(putKey({ replaces: 0x40, version: 0x41, key })),
  'GENERATE ASYMMETRIC KEY PAIR over the air': () => encodeCommand(generateKeyPair('urn:vitalseal:patient:p1')),
  'STORE DATA bonds': () =>
    encodeCommand(
      storeData({ kind: 'bonds', sensors: ['urn:vitalseal:sensor:s1'], hospital: 'urn:vitalseal:hospital:h1' }),
    ),
  'STORE DATA policy': () => encodeCommand(storeData({ kind: 'policy', policy: { batchRecords: 50 } })),
  'RESET RETRY COUNTER over the air': () => encodeCommand(resetRetryCounter('12345678')),
  'SET STATUS lock': () => encodeCommand(setStatus('lock')),
  'SET STATUS unlock': () => encodeCommand(setStatus('unlock')),
  'SET STATUS terminate': () => encodeCommand(setStatus('terminate')),
  'GET DATA status: answer': () => encodeResponse(statusResponse(0x9000, encodeCardStatus(status))),
  'command script': () => encodeCommandScript([encodeCommand(getData(getDataTags.receipt))]),
  'response script': () => encodeResponseScript([encodeResponse(statusResponse(0x6a88))]),
};

test('its examples are made by this code', async () => {
  const documented = new Map<string, string>();
  for (const [, name = '', hex = ''] of section.matchAll(/```hex ([^\n]+)\n([0-9a-f\s]+)```/g)) {
    documented.set(name, hex.replaceAll(/\s/g, ''));
  }
  const made: [string, string][] = [];
  for (const [name, make] of Object.entries(examples)) made.push([name, bytesToHex(await make())]);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(made));
});

test('the activation code and the name of the key in it are those of its card', () => {
  expect(section).toContain(encodeActivationCode(code));
  expect(decodeActivationCode(encodeActivationCode(code))).toEqual(code);
  expect(section).toContain(encodePskIdentity({ administrationId: code.administrationId, keyVersion: 0x40 }));
});

test('it names each tag and each instruction', () => {
  const tags = [...Object.values(dataTags), ...Object.values(getDataTags), standingTag];
  const joined = section.replaceAll(' ', '');
  for (const tag of tags) expect(joined).toContain(tag.toString(16).toUpperCase().padStart(4, '0'));
  for (const ins of Object.values(domainInstructions)) expect(section).toContain(`80 ${ins.toString(16)}`);
});
