import { bytesToHex, hexToBytes, randomBytes } from '@vitalseal/protocol';
import { sendCommand } from '@vitalseal/uicc';
import { describe, expect, test } from 'vitest';
import { cardUnderTest, exchangeWith } from './card-under-test.fixture.ts';
import type { TransmissionProtocol } from './transmission.ts';

const noteOf = (length: number) => Uint8Array.from({ length }, (_, at) => at & 0xff);

async function withNote(length: number, protocol: TransmissionProtocol = 'T=1') {
  const around = cardUnderTest({ protocol });
  await around.exchange('00a4040c 07 f0564954414c02');
  around.second.note = noteOf(length);
  around.second.processed.length = 0;
  return around;
}

describe('what waits for whoever gave the PIN', () => {
  const padded = '31323334ffffffff';

  /** 300 bytes, announced and not fetched, on channels 0 (under the PIN) and 1 (not). */
  async function waiting() {
    const around = cardUnderTest();
    const { exchange, first, second } = around;
    await exchange('00a4040c 07 f0564954414c01');
    await exchange(`0024010108 ${padded}`);
    await exchange('0070000001');
    await exchange('01a4040c 07 f0564954414c02');
    first.note = noteOf(300);
    second.note = noteOf(300);
    expect(await exchange('80320000')).toBe('6100');
    expect(await exchange('81320000')).toBe('6100');
    return around;
  }

  test('is gone when the state is closed', async () => {
    const { exchange, vault } = await waiting();
    await vault.destroy();
    expect(await exchange('00c0000000')).toBe('6985');
    expect(await exchange('01c0000000')).toMatch(/612c$/);
  });

  test('is gone when the state is closed while it is being worked out', async () => {
    const { exchange, vault, first } = await waiting();
    const closing = Promise.withResolvers<void>();
    first.during = () => vault.reset().then(closing.resolve);
    expect(await exchange('80320000')).toBe('6100');
    await closing.promise;
    expect(await exchange('00c0000000')).toBe('6985');
  });

  test('is gone when they log out', async () => {
    const { exchange } = await waiting();
    expect(await exchange('0020ff01')).toBe('9000');
    expect(await exchange('00c0000000')).toBe('6985');
  });

  test('half a chain is gone, too', async () => {
    const { exchange, vault, first } = await waiting();
    await exchange('90300000 02 0102');
    await vault.reset();
    await exchange('80300000 01 03');
    expect(bytesToHex(first.note)).toBe('03');
  });
});

describe('command chaining', () => {
  test('parts are joined and done once', async () => {
    const { exchange, second } = await withNote(0);
    expect(await exchange('90300000 02 0102')).toBe('9000');
    expect(await exchange('90300000 00')).toBe('9000');
    expect(await exchange('80300000 01 03')).toBe('9000');
    expect(bytesToHex(second.note)).toBe('010203');
    expect(second.processed).toHaveLength(1);
  });

  test.each([
    ['another command', '80320000 00'],
    ['other parameters', '80300100 01 03'],
    ['a selection', '00a4040c 07 f0564954414c01'],
  ])('%s in between ends the chain, and neither is done', async (_, apdu) => {
    const { exchange, second } = await withNote(1);
    await exchange('90300000 02 0102');
    expect(await exchange(apdu)).toBe('6883');
    expect(second.processed).toEqual([]);
    expect(await exchange('80320000 00')).toBe('009000');
  });

  test('bytes that are no command leave the chain as it is', async () => {
    const { exchange, second } = await withNote(1);
    await exchange('90300000 02 0102');
    expect(await exchange('803000')).toBe('6700');
    expect(await exchange('80300000 05 01')).toBe('6700');
    expect(await exchange('80300000 01 03')).toBe('9000');
    expect(bytesToHex(second.note)).toBe('010203');
  });

  test('more than the longest command is refused, and the chain is over', async () => {
    const { card, exchange, second } = await withNote(1);
    const part = hexToBytes(`90300000ff${'00'.repeat(255)}`);
    for (let parts = 0; parts < 257; parts++) expect(bytesToHex(await card.transmit(part))).toBe('9000');
    expect(bytesToHex(await card.transmit(part))).toBe('6700');
    expect(await exchange('80320000 00')).toBe('009000');
    expect(second.processed).toHaveLength(1);
  });

  test.each<TransmissionProtocol>(['T=0', 'T=1'])('a long command and a long response pass in %s', async (protocol) => {
    const { card } = await withNote(0, protocol);
    const transmit = (apdu: Uint8Array<ArrayBuffer>) => card.transmit(apdu);
    const data = randomBytes(2000);
    const header = { cla: 0x80, p1: 0, p2: 0 };
    expect((await sendCommand(transmit, { ...header, ins: 0x30, data })).status).toBe(0x9000);
    const answer = await sendCommand(transmit, { ...header, ins: 0x32, data: new Uint8Array(0), le: 256 });
    expect(answer).toEqual({ status: 0x9000, data });
  });
});

describe('T=1', () => {
  test('a response is told whole, whatever room there is', async () => {
    const { exchange } = await withNote(3);
    expect(await exchange('80320000 00')).toBe('0001029000');
    expect(await exchange('80320000 20')).toBe('0001029000');
  });

  test('what does not fit Le waits for GET RESPONSE', async () => {
    const { exchange } = await withNote(5);
    expect(await exchange('80320000 02')).toBe('00016103');
    expect(await exchange('00c0000002')).toBe('02036101');
    expect(await exchange('00c0000004')).toBe('6c01');
    expect(await exchange('00c0000000')).toBe('049000');
    expect(await exchange('00c0000000')).toBe('6985');
  });

  test('6100 says that 256 bytes or more wait', async () => {
    const { card, exchange } = await withNote(600);
    const answer = await card.transmit(hexToBytes('8032000000'));
    expect(answer).toHaveLength(258);
    expect(bytesToHex(answer.subarray(-2))).toBe('6100');
    expect(bytesToHex((await card.transmit(hexToBytes('00c0000000'))).subarray(-2))).toBe('6158');
    expect((await exchange('00c0000058')).slice(-4)).toBe('9000');
  });

  test('a command without Le whose answer was not asked for keeps it', async () => {
    const { exchange } = await withNote(3);
    expect(await exchange('80320000')).toBe('6103');
    expect(await exchange('00c0000003')).toBe('0001029000');
  });

  test('an extended length takes it all at once', async () => {
    const { card } = await withNote(600);
    const answer = await card.transmit(hexToBytes('80320000000000'));
    expect(answer).toHaveLength(602);
  });

  test('another command throws away what waits', async () => {
    const { exchange } = await withNote(5);
    await exchange('80320000 02');
    expect(await exchange('80300000 01 01')).toBe('9000');
    expect(await exchange('00c0000000')).toBe('6985');
  });

  test('GET RESPONSE with wrong parameters leaves it', async () => {
    const { exchange } = await withNote(3);
    await exchange('80320000 02');
    expect(await exchange('00c0010000')).toBe('6a86');
    expect(await exchange('00c00000')).toBe('6700');
    expect(await exchange('00c0000000')).toBe('029000');
  });
});

describe('T=0', () => {
  test('another length than expected is announced, and the command is done once', async () => {
    const { exchange, second } = await withNote(3, 'T=0');
    expect(await exchange('80320000 00')).toBe('6c03');
    expect(await exchange('80320000 03')).toBe('0001029000');
    expect(second.processed).toHaveLength(1);
    expect(await exchange('80320000 02')).toBe('00016101');
  });

  test('a response to data is fetched', async () => {
    const { exchange } = await withNote(0, 'T=0');
    expect(await exchange('00a40400 07 f0564954414c02')).toBe('6110');
    expect(await exchange('00c0000010')).toBe('6f0e8407f0564954414c02a5038001029000');
    await exchange('80340000 01 11');
    expect(await exchange('80340000 01 22')).toBe('6101');
    expect(await exchange('00c0000001')).toBe('119000');
  });

  test('what T=0 cannot carry is of the wrong length', async () => {
    const { exchange } = await withNote(0, 'T=0');
    expect(await exchange('80300000 01 01 00')).toBe('6700');
    expect(await exchange('80300000 000001 01')).toBe('6700');
  });
});

describe('reset', () => {
  test('forgets selections, channels, half a chain and what waits; the applets are told', async () => {
    const { card, exchange, first } = await withNote(5);
    await exchange('0070000001');
    await exchange('01a4040c 07 f0564954414c01');
    await exchange('91300000 01 01');
    await exchange('80320000 02');
    await card.reset();
    expect(first.resets).toBe(1);
    expect(await exchange('00c0000000')).toBe('6985');
    expect(await exchange('81320000 00')).toBe('6881');
    expect(await exchange('80320000 00')).toBe('6985');
    expect(await exchange('00a4040c 07 f0564954414c02')).toBe('9000');
    expect(await exchange('80320000 00')).toBe('00010203049000');
  });

  test('the answer to reset names T=1, chaining, extended lengths and four channels', async () => {
    const { card } = cardUnderTest();
    const atr = bytesToHex(card.atr);
    expect(atr).toMatch(/^3b87018031c073c001db[0-9a-f]{2}$/);
    expect(card.atr.subarray(1).reduce((sum, byte) => sum ^ byte, 0)).toBe(0);
    expect(await exchangeWith(card)('00ca5f5100')).toBe(`${atr}9000`);
    expect(await exchangeWith(card)('00ca5f5200')).toBe('8031c073c001db9000');
  });
});

describe('faults', () => {
  test('what an applet throws is 6F00, and the next command is done', async () => {
    const faults: unknown[] = [];
    const { exchange } = cardUnderTest({ onFault: (error) => faults.push(error) });
    await exchange('00a4040c 07 f0564954414c02');
    expect(await exchange('80360000')).toBe('6f00');
    expect(faults).toMatchObject([{ message: 'a fault of the applet' }]);
    expect(await exchange('80300000 01 01')).toBe('9000');
  });

  test('commands sent at once are done one after the other', async () => {
    const { exchange, second } = await withNote(0);
    const answers = await Promise.all(['80300000 01 01', '80320000 00', '80300000 01 02'].map(exchange));
    expect(answers).toEqual(['9000', '019000', '9000']);
    expect(bytesToHex(second.note)).toBe('02');
  });
});
