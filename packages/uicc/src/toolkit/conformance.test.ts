// Messages as terminals and cards of the field exchange them, in the shapes of the conformance tests (TS 102 384, clauses
// 27.22.4.26 to 27.22.4.31): read to their fields, and written again byte for byte.

import { expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import { decodeBearerDescription } from './bearer-description.ts';
import { decodeProactiveCommand } from './decode-proactive-command.ts';
import { displayOf } from './display.ts';
import { commandDetails, encodeProactiveCommand } from './encode-proactive-command.ts';
import { decodeNetworkAccessName } from './network-access-name.ts';
import { toolkitTags } from './tags.ts';
import { decodeTerminalResponse, encodeTerminalResponse } from './terminal-response.ts';
import { decodeTextString } from './text/text-string.ts';
import { requiredValue } from './toolkit-message.ts';

const hexOf = (text: string) => text.replaceAll(' ', '').toLowerCase();

const opening =
  'd0 42 8103014001 82028182 350702030403041f02 390203e8 470a06546573744770027273' +
  ' 0d08f4557365724c6f67 0d08f455736572507764 3c0301ad9c 3e052101010101';

test('OPEN CHANNEL over packet service, with an access name, a login and a password, over UDP', () => {
  const command = decodeProactiveCommand(fromHex(hexOf(opening)));
  expect(toHex(encodeProactiveCommand(command))).toBe(hexOf(opening));
  // The MHA speaks TCP only: of another channel the terminal says that it is beyond it.
  expect(command.type).toBe('other');
  expect(commandDetails(command)).toEqual({ number: 1, commandType: 0x40, qualifier: 1 });
  const { objects = [] } = command;
  expect(decodeNetworkAccessName(requiredValue(objects, toolkitTags.networkAccessName))).toBe('TestGp.rs');
  const texts = objects.filter(({ tag }) => tag === toolkitTags.textString);
  expect(texts.map(({ value }) => decodeTextString(value))).toEqual(['UserLog', 'UserPwd']);
});

test('OPEN CHANNEL over TCP with an access name is one that the terminal opens', () => {
  const hex = hexOf(
    'd02f 8103014003 82028182 0500 350702020403051f02 39020578 470908696e7465726e6574 3c0302115c 3e05217f000001',
  );
  const command = decodeProactiveCommand(fromHex(hex));
  expect(toHex(encodeProactiveCommand(command))).toBe(hex);
  expect(command).toMatchObject({
    type: 'open-channel',
    qualifier: 3,
    address: Uint8Array.of(127, 0, 0, 1),
    port: 4444,
    bufferSize: 1400,
  });
  expect(displayOf(command.objects ?? []).text).toBe('');
});

test('OPEN CHANNEL whose template says another length than it has is refused', () => {
  const hex = 'd0418103014003820281820500360103390205783c030100353e052108080808';
  expect(() => decodeProactiveCommand(fromHex(hex))).toThrow(expect.objectContaining({ code: 'toolkit-malformed' }));
});

test.each([
  ['default bearer', 'd01e 8103014003 82028182 0500 350103 39020578 3c03010035 3e052108080808', { bearer: 'default' }],
  [
    'circuit switched',
    'd01b 8103014001 82028182 86028112 350401070001 39020578',
    { bearer: 'circuit-switched', dataRate: 7, connectionElement: 1 },
  ],
  ['E-UTRAN', 'd017 8103014001 82028182 35080b09050000000000 39020578', { bearer: 0x0b }],
] as const)('a bearer description: %s', (_, text, bearer) => {
  const hex = hexOf(text);
  const exact = `${hex.slice(0, 2)}${((hex.length - 4) / 2).toString(16).padStart(2, '0')}${hex.slice(4)}`;
  const command = decodeProactiveCommand(fromHex(exact));
  expect(toHex(encodeProactiveCommand(command))).toBe(exact);
  const value = requiredValue(command.objects ?? [], toolkitTags.bearerDescription);
  expect(decodeBearerDescription(value)).toMatchObject(bearer);
});

const channel = { channel: 1, linkEstablished: true, information: 0 };
test.each([
  [
    'OPEN CHANNEL done',
    '8103014001 82028281 830100 38028100 350702030403041f02 390203e8',
    { channelStatus: channel, bufferSize: 1000 },
  ],
  [
    'OPEN CHANNEL done with another buffer',
    '8103014001 82028281 830107 38028100 350702030403041f02 390203e8',
    { result: { general: 7 } },
  ],
  [
    'OPEN CHANNEL: no channel',
    '8103014001 82028281 83023a01',
    { result: { general: 0x3a, additional: Uint8Array.of(1) } },
  ],
  ['OPEN CHANNEL: the user said no', '8103014001 82028281 830122', { result: { general: 0x22 } }],
  ['SEND DATA done', '8103014301 82028281 830100 3701ff', { channelDataLength: 255 }],
  ['RECEIVE DATA done', `8103014200 82028281 830100 b681c8 ${'5a'.repeat(200)} 3701ff`, { channelDataLength: 255 }],
  ['CLOSE CHANNEL done', '8103014100 82028281 830100', { commandType: 0x41 }],
  [
    'GET CHANNEL STATUS: none',
    '8103014400 82028281 830100 b8020000',
    { channelStatus: { ...channel, channel: 0, linkEstablished: false } },
  ],
  [
    'GET CHANNEL STATUS: dropped, and another',
    '8103014400 82028281 830100 b8020105 b8028200',
    {
      channelStatus: { channel: 1, linkEstablished: false, information: 5 },
      furtherChannels: [{ ...channel, channel: 2 }],
    },
  ],
  ['TIMER MANAGEMENT: value', '8103012702 82028281 830100 a40102 a503001032', { timer: 2, timerSeconds: 83 }],
  ['TIMER MANAGEMENT: not started', '8103012702 82028281 830124 a40102', { result: { general: 0x24 } }],
  ['POLL INTERVAL', '8103010300 82028281 830100 84020114', { duration: 20 }],
  ['PROVIDE LOCAL INFORMATION: time without a zone', '8103012603 82028281 830100 a607623092410351ff', {}],
  ['PROVIDE LOCAL INFORMATION: location', '8103012600 82028281 830100 930700f1100001 0001', { qualifier: 0 }],
  ['GET INPUT', '8103012300 82028281 830100 8d0704546573 742121', { commandType: 0x23 }],
  ['what is not required', '0103014400 02028281 030100', { commandType: 0x44 }],
] as const)('%s', (_, text, fields) => {
  const hex = hexOf(text);
  const response = decodeTerminalResponse(fromHex(hex));
  expect(response).toMatchObject(fields);
  expect(toHex(encodeTerminalResponse(response))).toBe(hex);
});
