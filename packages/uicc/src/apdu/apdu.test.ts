// Commands in their seven cases, responses, class bytes; and whatever is none of them.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import { onlyUiccErrors } from '../only-uicc-errors.fixture.ts';
import {
  chaining,
  hasSecureMessaging,
  isChained,
  isClassByte,
  logicalChannelOf,
  onChannel,
  withoutChannel,
} from './class-byte.ts';
import { type CommandApdu, decodeCommand, encodeCommand } from './command.ts';
import { decodeResponse, encodeResponse } from './response.ts';
import { isDone, retriesLeft, statusName } from './status-words.ts';

const bytes = (least: number, most: number) =>
  fc.uint8Array({ minLength: least, maxLength: most }).map((some) => Uint8Array.from(some));
const octet = fc.nat(255);

const cases: readonly (readonly [string, Partial<CommandApdu>])[] = [
  ['00a40400', {}],
  ['00a4040000', { le: 256 }],
  ['00a404007f', { le: 127 }],
  ['00a40400020102', { data: fromHex('0102') }],
  ['00a4040002010200', { data: fromHex('0102'), le: 256 }],
  ['00a40400000000', { le: 65536, extended: true }],
  ['00a40400000100', { le: 256, extended: true }],
  ['00a404000000020102', { data: fromHex('0102'), extended: true }],
  ['00a4040000000201020000', { data: fromHex('0102'), le: 65536, extended: true }],
];

test.each(cases)('%s is one of the cases of ISO 7816-3', (hex, fields) => {
  const command = { cla: 0, ins: 0xa4, p1: 4, p2: 0, data: new Uint8Array(0), ...fields };
  expect(decodeCommand(fromHex(hex))).toEqual(command);
  expect(toHex(encodeCommand(command))).toBe(hex);
});

test.each([
  '',
  '00a404',

  '00a404000201',
  '00a4040002010203 04',
  '00a4040000 01',
  '00a40400000000 00',
  '00a404000000020102 00',
])('%s is no command', (hex) => {
  expect(() => decodeCommand(fromHex(hex.replace(' ', '')))).toThrow(
    expect.objectContaining({ code: 'apdu-malformed' }),
  );
});

test('a command comes back as it was', () => {
  const command = fc.record(
    { cla: octet, ins: octet, p1: octet, p2: octet, data: bytes(0, 600), le: fc.integer({ min: 1, max: 65536 }) },
    { requiredKeys: ['cla', 'ins', 'p1', 'p2', 'data'] },
  );
  fc.assert(
    fc.property(command, (one) => {
      const { extended: _, ...read } = decodeCommand(encodeCommand(one));
      expect(read).toEqual(one);
    }),
    { seed: 10 },
  );
});

test('whatever comes as a command or a response is read and written again, or refused with a code', () => {
  fc.assert(
    fc.property(bytes(0, 20), (some) => {
      onlyUiccErrors(() => expect(encodeCommand(decodeCommand(some))).toEqual(some));
      onlyUiccErrors(() => expect(encodeResponse(decodeResponse(some))).toEqual(some));
    }),
    { seed: 11, numRuns: 5000 },
  );
});

test('a field out of range is not sent', () => {
  const command = { cla: 0, ins: 0, p1: 0, p2: 0, data: new Uint8Array(0) };
  for (const wrong of [
    { cla: 256 },
    { p1: -1 },
    { ins: 0.5 },
    { le: 0 },
    { le: 65537 },
    { data: new Uint8Array(65536) },
  ]) {
    expect(() => encodeCommand({ ...command, ...wrong })).toThrow(expect.objectContaining({ code: 'apdu-malformed' }));
  }
  expect(() => encodeResponse({ data: command.data, status: 0x9000_0 })).toThrow('status word');
});

test('a class byte names its logical channel, and changes it', () => {
  for (let channel = 0; channel < 20; channel++) {
    for (const cla of [0x00, 0x80, 0x10, 0x90]) {
      const moved = onChannel(cla, channel);
      expect(logicalChannelOf(moved)).toBe(channel);
      expect(isChained(moved)).toBe(isChained(cla));
      expect(withoutChannel(moved)).toBe(cla & 0x80);
      expect(isClassByte(moved)).toBe(true);
      expect(chaining(chaining(moved, true), false)).toBe(moved & ~0x10);
      expect(hasSecureMessaging(moved)).toBe(false);
    }
  }
  expect(hasSecureMessaging(0x04)).toBe(true);
  expect(hasSecureMessaging(0x60)).toBe(true);
  expect(isClassByte(0xff)).toBe(false);
});

test('a status word is told to a person by its name', () => {
  expect(statusName(0x9000)).toBe('9000 ok');
  expect(statusName(0x63c2)).toBe('63c2 retriesLeft');
  expect(statusName(0x9110)).toBe('9110 proactiveCommandWaiting');
  expect(statusName(0x6fee)).toBe('6fee');
  expect(retriesLeft(0x63c2)).toBe(2);
  expect(isDone(0x9110)).toBe(true);
  expect(isDone(0x6283)).toBe(false);
});
