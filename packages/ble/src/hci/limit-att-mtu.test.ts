import { expect, test } from 'vitest';
import { limitAttMtu } from './limit-att-mtu.ts';

const exchange = (opcode: number, mtu: number, channel = 4) =>
  Buffer.from([2, 0x40, 0, 7, 0, 3, 0, channel, 0, opcode, mtu & 0xff, mtu >> 8]);

test('the MTU that either end offers is held to the limit', () => {
  const limit = limitAttMtu(185);
  for (const opcode of [2, 3]) {
    expect(limit(exchange(opcode, 517))).toEqual(exchange(opcode, 185));
    expect(limit(exchange(opcode, 100))).toEqual(exchange(opcode, 100));
  }
});

test('nothing else is touched', () => {
  const limit = limitAttMtu(23);
  for (const packet of [
    exchange(0x0a, 517),
    exchange(2, 517, 6),
    exchange(2, 517).subarray(0, 11),
    Buffer.from([4, 0, 0]),
  ]) {
    const before = packet.toString('hex');
    expect(limit(packet).toString('hex')).toBe(before);
  }
});

test('the packet that came is left as it was', () => {
  const packet = exchange(2, 517);
  limitAttMtu(23)(packet);
  expect(packet).toEqual(exchange(2, 517));
});
