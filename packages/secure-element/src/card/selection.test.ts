import { bytesToHex } from '@vitalseal/protocol';
import { describe, expect, test } from 'vitest';
import { cardUnderTest } from './card-under-test.fixture.ts';

const fciOfFirst = '6f0e8407f0564954414c01a503800101';
const fciOfSecond = '6f0e8407f0564954414c02a503800102';

describe('SELECT by name', () => {
  test('a whole name selects that application and tells its FCI: 6F with 84 and A5', async () => {
    const { exchange } = cardUnderTest();
    expect(await exchange('00a40400 07 f0564954414c02 00')).toBe(`${fciOfSecond}9000`);
  });

  test('the beginning of a name selects the first that has it, and "next" those after it', async () => {
    const { exchange } = cardUnderTest();
    expect(await exchange('00a40400 05 f056495441 00')).toBe(`${fciOfFirst}9000`);
    expect(await exchange('00a40402 05 f056495441 00')).toBe(`${fciOfSecond}9000`);
    expect(await exchange('00a40402 05 f056495441 00')).toBe('6a82');
  });

  test('no name at all fits every application', async () => {
    const { exchange } = cardUnderTest();
    expect(await exchange('00a4040000')).toBe(`${fciOfFirst}9000`);
    expect(await exchange('00a4040200')).toBe(`${fciOfSecond}9000`);
  });

  test('with P2=0C, or in T=1 without Le, nothing is told', async () => {
    const { exchange } = cardUnderTest();
    expect(await exchange('00a4040c 07 f0564954414c02 00')).toBe('9000');
    expect(await exchange('00a40400 07 f0564954414c02')).toBe('9000');
  });

  test('with P2=04 the same is told as control parameters, 62', async () => {
    const { exchange } = cardUnderTest();
    expect(await exchange('00a40404 07 f0564954414c02 00')).toBe(`62${fciOfSecond.slice(2)}9000`);
  });

  test.each([
    ['a name that no application has', '00a40400 07 f0564954414c03 00', '6a82'],
    ['a name longer than the application has', '00a40400 08 f0564954414c0100 00', '6a82'],
    ['a name longer than names are', `00a40400 11 ${'f0'.repeat(17)} 00`, '6700'],
    ['the last or the previous occurrence', '00a40401 07 f0564954414c02 00', '6a81'],
    ['a selection by file', '00a40000 02 3f00 00', '6a86'],
    ['file management data', '00a40408 07 f0564954414c02 00', '6a86'],
    ['reserved bits of P2', '00a40410 07 f0564954414c02 00', '6a86'],
  ])('%s is refused, and what was selected stays', async (_, apdu, status) => {
    const { exchange, first } = cardUnderTest();
    await exchange('00a40400 07 f0564954414c01 00');
    expect(await exchange(apdu)).toBe(status);
    expect(await exchange('80300000 01 aa')).toBe('9000');
    expect(bytesToHex(first.note)).toBe('aa');
  });

  test('a locked application is as if it were not there', async () => {
    const { exchange, first } = cardUnderTest();
    first.locked = true;
    expect(await exchange('00a40400 07 f0564954414c01 00')).toBe('6a82');
    expect(await exchange('00a40400 05 f056495441 00')).toBe(`${fciOfSecond}9000`);
  });

  test('before any selection there is nobody to do a command', async () => {
    const { exchange } = cardUnderTest();
    expect(await exchange('80320000 00')).toBe('6985');
  });

  test('a new selection of the same application is a new session', async () => {
    const { exchange } = cardUnderTest();
    await exchange('00a4040c 07 f0564954414c02');
    await exchange('80340000 01 11');
    expect(await exchange('80340000 00')).toBe('119000');
    await exchange('00a4040c 07 f0564954414c02');
    expect(await exchange('80340000 00')).toBe('9000');
  });
});
