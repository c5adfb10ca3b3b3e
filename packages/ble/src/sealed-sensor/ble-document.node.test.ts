// docs/ble.md speaks to whoever writes the firmware of a sensor. Its examples are what this code makes and reads.

import { readFileSync } from 'node:fs';
import { type Bytes, bytesToHex, hexToBytes } from '@vitalseal/protocol';
import { decodeWindow, encodeTrouble, encodeWindow } from '@vitalseal/sensor-link';
import { expect, test } from 'vitest';
import { decodeAnswerMessage, encodeAnswerMessage } from './answer-message.ts';
import { ReceivedValues, valuesOf } from './characteristic-fragments.ts';
import { decodeStatus, encodeStatus } from './status.ts';
import { sealedSensorUuids } from './uuids.ts';

const document = readFileSync(new URL('../../../../docs/ble.md', import.meta.url), 'utf8');
const documented = new Map<string, Bytes[]>();
for (const [, name = '', hex = ''] of document.matchAll(/```hex ([^\n]+)\n([0-9a-f\s]+)```/g)) {
  documented.set(name, hex.trim().split('\n').map(hexToBytes));
}

const status = { mtu: 185, battery: 71, stored: 3, bonded: true, busy: false };
const message1 = Uint8Array.from([0xf5, ...Array.from({ length: 37 }, (_, i) => i)]);
const answers = valuesOf(23);
const examples: Readonly<Record<string, Bytes[]>> = {
  'message_1 in three values': valuesOf(23).fragments(message1),
  'a window of 32 records': answers.fragments(encodeAnswerMessage('window', encodeWindow(32))),
  'trouble storage-full, as the second message': answers.fragments(
    encodeAnswerMessage('trouble', encodeTrouble('storage-full')),
  ),
  'status: MTU 185, battery 71 %, 3 records stored, bonded': [encodeStatus(status)],
};

test('every example of the document is one of these, and the other way round', () => {
  expect([...documented.keys()].sort()).toEqual(Object.keys(examples).sort());
});

test.each(Object.entries(examples))('%s', (name, values) => {
  expect(documented.get(name)?.map(bytesToHex)).toEqual(values.map(bytesToHex));
});

test('they are read as what they are', () => {
  const received = new ReceivedValues(() => {
    throw new Error('expected values without a fault');
  });
  const messages = (documented.get('message_1 in three values') ?? []).map((value) => received.accept(value));
  expect(messages).toEqual([undefined, undefined, message1]);
  const written = new ReceivedValues(() => {});
  const [window = new Uint8Array(0)] = documented.get('a window of 32 records') ?? [];
  const decoded = decodeAnswerMessage(written.accept(window) ?? new Uint8Array(0));
  expect(decoded?.type).toBe('window');
  expect(decodeWindow(decoded?.body ?? new Uint8Array(0))).toBe(32);
  const [bytes = new Uint8Array(0)] = documented.get('status: MTU 185, battery 71 %, 3 records stored, bonded') ?? [];
  expect(decodeStatus(bytes)).toEqual(status);
});

test.each(Object.entries(sealedSensorUuids))('the UUID of %s is in its table', (name, uuid) => {
  expect(document).toMatch(new RegExp(`\\| ${name} \\| \`${uuid}\` \\|`));
});
