// Proactive commands of each kind that has fields: written as the standard's tables have them, and read again.

import { expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import { decodeProactiveCommand } from './decode-proactive-command.ts';
import { commandDetails, encodeProactiveCommand } from './encode-proactive-command.ts';
import type { ProactiveCommand } from './proactive-command.ts';

const commands: readonly (readonly [string, ProactiveCommand])[] = [
  [
    'd00d81030105008202818299020a09',
    { number: 1, type: 'set-up-event-list', events: ['channel-status', 'data-available'] },
  ],
  ['d00d8103020300820281828402011e', { number: 2, type: 'poll-interval', seconds: 30 }],
  [
    'd011810303270082028182a40102a503002051',
    { number: 3, type: 'timer-management', action: 'start', timer: 2, seconds: 135 },
  ],
  ['d009810304260382028182', { number: 4, type: 'provide-local-information', information: 'date-time-zone' }],
  [
    'd01c810305400182028182350103390205783c030201bb3e05217f000001',
    { number: 5, type: 'open-channel', address: Uint8Array.of(127, 0, 0, 1), port: 443, bufferSize: 1400 },
  ],
  [
    'd00d810306430182028121b6020102',
    { number: 6, type: 'send-data', channel: 1, data: Uint8Array.of(1, 2), immediate: true },
  ],
  ['d00c810307420082028122b701c8', { number: 7, type: 'receive-data', channel: 2, length: 200 }],
];

test.each(commands)('%s is written and read', (hex, command) => {
  expect(toHex(encodeProactiveCommand(command))).toBe(hex);
  expect(decodeProactiveCommand(fromHex(hex))).toMatchObject(command);
  expect(toHex(encodeProactiveCommand(decodeProactiveCommand(fromHex(hex))))).toBe(hex);
  expect(commandDetails(command).number).toBe(command.number);
});
