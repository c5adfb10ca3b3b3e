import { bytesToHex } from '@vitalseal/protocol';
import { describe, expect, test } from 'vitest';
import { cardUnderTest } from './card-under-test.fixture.ts';

describe('logical channels', () => {
  test('each has a selection and a session of its own', async () => {
    const { exchange, first, second } = cardUnderTest();
    await exchange('00a4040c 07 f0564954414c01');
    expect(await exchange('0070000001')).toBe('019000');
    expect(await exchange('81320000 00')).toBe('6985');
    await exchange('01a4040c 07 f0564954414c02');
    await exchange('80300000 01 aa');
    await exchange('81300000 01 bb');
    expect([bytesToHex(first.note), bytesToHex(second.note)]).toEqual(['aa', 'bb']);
    expect(second.processed[0]).toMatchObject({ cla: 0x80 });
  });

  test('there are four; the terminal may choose one, or have the card choose', async () => {
    const { exchange } = cardUnderTest();
    expect(await exchange('00700002')).toBe('9000');
    expect(await exchange('0070000001')).toBe('019000');
    expect(await exchange('0070000001')).toBe('039000');
    expect(await exchange('0070000001')).toBe('6881');
    expect(await exchange('00700002')).toBe('6881');
    expect(await exchange('00700004')).toBe('6a86');
  });

  test('a closed channel forgets its selection, and takes no commands', async () => {
    const { exchange } = cardUnderTest();
    await exchange('0070000001');
    await exchange('01a4040c 07 f0564954414c02');
    expect(await exchange('00708001')).toBe('9000');
    expect(await exchange('81320000 00')).toBe('6881');
    expect(await exchange('00708001')).toBe('6200');
    expect(await exchange('0070000001')).toBe('019000');
    expect(await exchange('81320000 00')).toBe('6985');
  });

  test('a channel may close itself; the basic one stays', async () => {
    const { exchange } = cardUnderTest();
    await exchange('0070000001');
    expect(await exchange('01708000')).toBe('9000');
    expect(await exchange('00708000')).toBe('6a86');
    expect(await exchange('00701000')).toBe('6a86');
    expect(await exchange('00700000 01 00')).toBe('6700');
  });

  test('one that another opened begins with what is selected there, in a session of its own', async () => {
    const { exchange, second } = cardUnderTest();
    await exchange('0070000001');
    await exchange('01a4040c 07 f0564954414c02');
    await exchange('81340000 01 aa');
    expect(await exchange('0170000001')).toBe('029000');
    expect(await exchange('82340000 00')).toBe('9000');
    expect(await exchange('81340000 00')).toBe('aa9000');
    second.locked = true;
    expect(await exchange('0170000001')).toBe('039000');
    expect(await exchange('83340000 00')).toBe('6985');
  });

  test('half a chain on one channel does not disturb another', async () => {
    const { exchange, first } = cardUnderTest();
    await exchange('00a4040c 07 f0564954414c01');
    await exchange('0070000001');
    await exchange('01a4040c 07 f0564954414c01');
    expect(await exchange('90300000 02 0102')).toBe('9000');
    expect(await exchange('81300000 01 09')).toBe('9000');
    expect(bytesToHex(first.note)).toBe('09');
    expect(await exchange('80300000 01 03')).toBe('9000');
    expect(bytesToHex(first.note)).toBe('010203');
  });
});

describe('the class byte', () => {
  test.each([
    ['of GSM', 'a0a40000', '6e00'],
    ['that is reserved', '20a40400', '6e00'],
    ['that is none', 'ffa40400', '6e00'],
    ['with secure messaging', '04a40400', '6882'],
    ['with secure messaging of GlobalPlatform', '84320000', '6882'],
    ['of a channel that was not opened', '01a40400', '6881'],
    ['of a channel from 4 to 19', '41a40400', '6881'],
  ])('%s gets its status word', async (_, apdu, status) => {
    const { exchange } = cardUnderTest();
    expect(await exchange(apdu)).toBe(status);
  });
});
