// Both directions of every message, and whatever a hostile card or terminal may send instead.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, join, toHex } from '../bytes.ts';
import { onlyUiccErrors } from '../only-uicc-errors.fixture.ts';
import { anyBytes, anyCommand, anyResponse, spoilt } from './arbitrary.fixture.ts';
import { decodeProactiveCommand } from './decode-proactive-command.ts';
import { encodeProactiveCommand } from './encode-proactive-command.ts';
import { decodeEnvelope, type Envelope, encodeEnvelope } from './envelope.ts';
import { decodeGadShape, encodeGadShape } from './geographical-location.ts';
import { decodeTerminalProfile, encodeTerminalProfile } from './terminal-profile.ts';
import { decodeTerminalResponse, encodeTerminalResponse } from './terminal-response.ts';
import { decodeToolkitMessage, encodeToolkitMessage } from './toolkit-message.ts';

test('a command that is written is read as it was', () => {
  fc.assert(
    fc.property(anyCommand, (command) => {
      const { objects: _, qualifier: __, ...read } = decodeProactiveCommand(encodeProactiveCommand(command));
      const { qualifier: ___, ...wrote } = command;
      expect(read).toEqual(wrote);
    }),
    { seed: 1 },
  );
});

test('a response that is written is read as it was', () => {
  fc.assert(
    fc.property(anyResponse, (response) => {
      const { objects: _, ...read } = decodeTerminalResponse(encodeTerminalResponse(response));
      expect(read).toEqual(response);
    }),
    { seed: 2 },
  );
});

const channelStatus = { channel: 1, linkEstablished: true, information: 0 };
const envelopes: readonly (readonly [string, Envelope])[] = [
  ['d60e99010982028281b8028100b701ff', { type: 'data-available', channelStatus, length: 255 }],
  [
    'd60b99010a82028281b8020105',
    { type: 'channel-status', channelStatus: { channel: 1, linkEstablished: false, information: 5 } },
  ],
  ['d70c82028281a40101a503000321', { type: 'timer-expiration', timer: 1, seconds: 30 * 60 + 12 }],
  ['dd0482028281', { type: 'geographical-location-reporting' }],
];

test.each(envelopes)('%s is written and read', (hex, envelope) => {
  expect(toHex(encodeEnvelope(envelope))).toBe(hex);
  expect(decodeEnvelope(fromHex(hex))).toMatchObject(envelope);
  expect(toHex(encodeEnvelope(decodeEnvelope(fromHex(hex))))).toBe(hex);
});

test('an envelope of another kind is kept', () => {
  const menuSelection = 'd30782020181900101';
  const envelope = decodeEnvelope(fromHex(menuSelection));
  expect(envelope).toMatchObject({ type: 'other', template: 0xd3 });
  expect(toHex(encodeEnvelope(envelope))).toBe(menuSelection);
});

test('a terminal response to OPEN CHANNEL is written as the standard has it', () => {
  const response = encodeTerminalResponse({
    number: 1,
    commandType: 0x40,
    qualifier: 1,
    result: { general: 0 },
    channelStatus,
    bufferSize: 1400,
    bearer: Uint8Array.of(3),
  });
  expect(toHex(response)).toBe('8103014001820282818301003802810035010339020578');
});

test('the time of a terminal is told with its zone', () => {
  // 2026-03-29 14:30:15 in a zone three hours and a half behind UTC
  const dateTimeZone = { utcMs: Date.UTC(2026, 2, 29, 18, 0, 15), offsetMinutes: -210 };
  const details = { number: 1, commandType: 0x26, qualifier: 3, result: { general: 0 } };
  const response = encodeTerminalResponse({ ...details, dateTimeZone });
  expect(toHex(response)).toBe('8103012603820282818301002607623092410351' + '49');
  expect(decodeTerminalResponse(response).dateTimeZone).toEqual(dateTimeZone);
});

test('whatever order, bits and forms the objects of a message have, it comes back byte for byte', () => {
  const object = fc.record(
    {
      tag: fc.integer({ min: 4, max: 0x7e }),
      comprehensionRequired: fc.boolean(),
      value: anyBytes(0, 200),
      lengthOctets: fc.constantFrom(3, 4),
    },
    { requiredKeys: ['tag', 'comprehensionRequired', 'value'] },
  );
  const details = fc.tuple(
    fc.constantFrom(3, 5, 0x16, 0x26, 0x27, 0x40, 0x41, 0x42, 0x43, 0x44, 0x81),
    fc.nat(255),
    fc.nat(255),
  );
  fc.assert(
    fc.property(fc.array(object, { maxLength: 6 }), details, fc.nat(6), ([...objects], [type, qualifier, to], at) => {
      objects.splice(at, 0, { tag: 1, comprehensionRequired: false, value: Uint8Array.of(1, type, qualifier) });
      objects.splice(at, 0, { tag: 2, comprehensionRequired: false, value: Uint8Array.of(0x81, to) });
      const bytes = encodeToolkitMessage({ template: 0xd0, objects, lengthOctets: 4 });
      expect(encodeProactiveCommand(decodeProactiveCommand(bytes))).toEqual(bytes);
      objects.push({ tag: 3, comprehensionRequired: true, value: Uint8Array.of(0) });
      const { objects: content } = decodeToolkitMessage(encodeToolkitMessage({ template: 0xd0, objects }));
      const response = encodeToolkitMessage({ template: 0xd0, objects: content, lengthOctets: 4 }).slice(5);
      expect(encodeTerminalResponse(decodeTerminalResponse(response))).toEqual(response);
    }),
    { seed: 3, numRuns: 500 },
  );
});

test('a field that is changed is written anew, and the rest stays as it came', () => {
  const command = decodeProactiveCommand(
    fromHex('d0208103014301820281218 50b53656e6420446174612031b6080001020304050607'.replace(' ', '')),
  );
  if (command.type !== 'send-data') throw new Error('expected SEND DATA');
  const changed = encodeProactiveCommand({ ...command, channel: 2, data: Uint8Array.of(9) });
  expect(toHex(changed)).toBe('d0198103014301820281228 50b53656e6420446174612031b60109'.replace(' ', ''));
});

test('whatever a card sends is read, or refused with a code', () => {
  const some = fc.oneof(
    spoilt(anyCommand.map(encodeProactiveCommand)),
    anyBytes(0, 60),
    anyBytes(0, 60).map((bytes) => join(0xd0, bytes.length, bytes)),
  );
  fc.assert(
    fc.property(some, (bytes) => {
      onlyUiccErrors(() => {
        const command = decodeProactiveCommand(bytes);
        expect(encodeProactiveCommand(command)).toEqual(bytes);
      });
    }),
    { seed: 4, numRuns: 5000 },
  );
});

test('whatever a terminal sends is read, or refused with a code', () => {
  const responses = fc.oneof(spoilt(anyResponse.map(encodeTerminalResponse)), anyBytes(0, 60));
  const events = fc.oneof(spoilt(fc.constantFrom(...envelopes.map(([hex]) => fromHex(hex)))), anyBytes(0, 60));
  fc.assert(
    fc.property(responses, events, (response, event) => {
      onlyUiccErrors(() => expect(encodeTerminalResponse(decodeTerminalResponse(response))).toEqual(response));
      onlyUiccErrors(() => expect(encodeEnvelope(decodeEnvelope(event))).toEqual(event));
      onlyUiccErrors(() => decodeTerminalProfile(event));
    }),
    { seed: 5, numRuns: 5000 },
  );
});

test('a profile keeps the bits that have no name here', () => {
  fc.assert(
    fc.property(anyBytes(0, 33), (bytes) => {
      expect(encodeTerminalProfile(decodeTerminalProfile(bytes))).toEqual(bytes);
    }),
    { seed: 6 },
  );
});

test('the profile of a terminal that opens one channel over TCP has the bits of the standard', () => {
  const profile = encodeTerminalProfile({
    capabilities: new Set([
      'profile-download',
      'timer-expiration',
      'poll-interval',
      'set-up-event-list',
      'data-available',
      'channel-status',
      'timer-start-stop',
      'provide-date-time-zone',
      'open-channel',
      'close-channel',
      'receive-data',
      'send-data',
      'get-channel-status',
      'bearer-packet',
      'tcp-client-remote',
      'geographical-location-reporting',
    ]),
    channels: 1,
  });
  expect(toHex(profile)).toBe('210020' + '00010c00050000001f22000000010000000000' + '10');
  expect(decodeTerminalProfile(profile)).toMatchObject({ channels: 1 });
});

test('a place is told to a few metres, and no closer than it is known', () => {
  const place = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    accuracyMetres: fc.double({ min: 0, max: 100_000, noNaN: true }),
  });
  fc.assert(
    fc.property(place, (one) => {
      const told = decodeGadShape(encodeGadShape(one));
      expect(Math.abs((told?.latitude ?? 0) - one.latitude)).toBeLessThan(0.000012);
      expect(Math.abs((told?.longitude ?? 0) - one.longitude)).toBeLessThan(0.000033);
      expect(told?.accuracyMetres).toBeGreaterThanOrEqual(one.accuracyMetres - 1e-6);
    }),
    { seed: 7 },
  );
});
