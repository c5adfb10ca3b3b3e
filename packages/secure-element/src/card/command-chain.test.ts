import type { CommandApdu } from '@vitalseal/uicc';
import { expect, test } from 'vitest';
import { CommandChain } from './command-chain.ts';

test('parts without data do not pile up: a chain has no more of them than the longest command has bytes', () => {
  const part: CommandApdu = { cla: 0x10, ins: 0x20, p1: 0, p2: 1, data: new Uint8Array(0) };
  const chain = new CommandChain(part);
  for (let parts = 0; parts < 0xffff; parts++) chain.add(part);
  expect(() => chain.add(part)).toThrow(expect.objectContaining({ status: 0x6700 }));
});
