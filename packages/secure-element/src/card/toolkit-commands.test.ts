import { bytesToHex, hexToBytes } from '@vitalseal/protocol';
import { encodeTerminalProfile, statusResponse } from '@vitalseal/uicc';
import { describe, expect, test } from 'vitest';
import { ToolkitSession } from '../toolkit/index.ts';
import type { Applet } from './applet.ts';
import { cardUnderTest, secondAid } from './card-under-test.fixture.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function withToolkit() {
  const toolkit = new ToolkitSession({ turn });
  const around = cardUnderTest({ toolkit });
  await around.exchange('00a4040c 07 f0564954414c02');
  return { ...around, toolkit };
}

const profile = bytesToHex(
  encodeTerminalProfile({ capabilities: new Set(['set-up-event-list', 'poll-interval']), channels: 1 }),
);
const terminalProfile = `80100000 ${(profile.length / 2).toString(16).padStart(2, '0')} ${profile}`;
const lengthIn = (status: string) => status.slice(2);

describe('the toolkit behind the card', () => {
  test('91XX tells that a proactive command waits, until it is fetched and answered', async () => {
    const { exchange } = await withToolkit();
    expect(await exchange('80320000 00')).toBe('9000');
    const told = await exchange(terminalProfile);
    expect(told).toMatch(/^91..$/);
    expect(await exchange('80300000 01 01')).toBe(told);
    expect(await exchange('80320000 00')).toBe(`01${told}`);
    const command = await exchange(`80120000 ${lengthIn(told)}`);
    expect(command).toMatch(/^d0.*9000$/);
    expect(await exchange('80320000 00')).toBe('019000');
    const details = command.slice(4, 14);
    expect(await exchange(`80140000 0c ${details} 02028281 030100`)).toMatch(/^91..$/);
  });

  test('a refusal, a part of a chain and a response that goes on are told as they are', async () => {
    const { exchange, second } = await withToolkit();
    second.note = Uint8Array.of(1, 2, 3);
    await exchange(terminalProfile);
    expect(await exchange('80550000')).toBe('6d00');
    expect(await exchange('90300000 01 01')).toBe('9000');
    expect(await exchange('80300000 02 0203')).toMatch(/^91/);
    expect(await exchange('80320000 02')).toBe('01026101');
    expect(await exchange('00c0000001')).toMatch(/^0391..$/);
  });

  test('a terminal that follows 61XX may fetch more than its APDUs carry, and says so by P2', async () => {
    const { exchange, toolkit } = await withToolkit();
    await exchange(terminalProfile);
    const text = new Uint8Array(600).fill(0x41);
    await exchange('80120001 00');
    expect(toolkit.longestCommand).toBe(0x10000);
    await exchange('80140000 0c 810301050082028281830100');
    await exchange('80120001 00');
    void toolkit.issue({ type: 'send-data', channel: 1, data: text, immediate: true }).catch(() => {});
    expect(await exchange('80140000 0c 810302030082028281830100')).toBe('9100');
    expect(await exchange('80120001 00')).toMatch(/^d08202.*6100$/);
    expect(await exchange('00c0000000')).toMatch(/^(41){256}61..$/);
    expect(await exchange('00c0000000')).toMatch(/^(41)+9000$/);
  });

  test('in T=0 another length than was told is announced, and the command is there still', async () => {
    const toolkit = new ToolkitSession({ turn });
    const { exchange } = cardUnderTest({ toolkit, protocol: 'T=0' });
    const told = lengthIn(await exchange(terminalProfile));
    expect(await exchange('8012000001')).toMatch(/^d061/);
    const rest = await exchange('00c0000000');
    expect(rest.slice(0, 2)).toBe('6c');
    expect(await exchange(`00c00000${rest.slice(2)}`)).toMatch(/9000$/);
    expect(told).toBe((Number.parseInt(rest.slice(2), 16) + 1).toString(16).padStart(2, '0'));
  });

  test.each([
    ['FETCH when nothing waits', '80120000 00', '6985'],
    ['FETCH with data', '80120000 01 00', '6700'],
    ['TERMINAL PROFILE without any', '80100000', '6700'],
    ['other parameters', '80140100 01 00', '6a86'],
    ['a TERMINAL RESPONSE in parts', '80140001 02 8103', '6a86'],
    ['FETCH in a way that is not known', '80120002 00', '6a86'],
    ['a TERMINAL RESPONSE that is none', '80140000 02 8103', '6a80'],
    ['a TERMINAL RESPONSE that nobody waits for', '80140000 0c 810301210082028281830100', '6a80'],
    ['an ENVELOPE that is none', '80c20000 01 d6', '6a80'],
  ])('%s is refused', async (_, apdu, status) => {
    const { exchange } = await withToolkit();
    expect(await exchange(apdu)).toBe(status);
  });

  test("on another channel the instructions are the application's", async () => {
    const { exchange } = await withToolkit();
    await exchange('0070000001');
    await exchange('01a4040c 07 f0564954414c02');
    expect(await exchange('81120000 00')).toBe('6d00');
  });

  test('STATUS tells the application, its control parameters, or nothing', async () => {
    const { exchange } = await withToolkit();
    expect(await exchange('80f20001 00')).toBe('8407f0564954414c029000');
    expect(await exchange('80f20000 00')).toBe('620e8407f0564954414c02a5038001029000');
    expect(await exchange('80f2000c')).toBe('9000');
    expect(await exchange('80f20002 00')).toBe('6a86');
    expect(await exchange('80f28000 02 4f00')).toBe('6d00');
  });

  test('reset ends the session with the terminal', async () => {
    const { card, exchange, toolkit } = await withToolkit();
    await exchange(terminalProfile);
    await card.reset();
    expect(toolkit.profile).toBeUndefined();
    expect(bytesToHex(await card.transmit(hexToBytes('80f2000c')))).toBe('9000');
  });

  test('reset ends a command that waits for the terminal, which waits for the command', async () => {
    const toolkit = new ToolkitSession({ turn });
    const asking: Applet = {
      aid: secondAid,
      select: () => new Uint8Array(0),
      process: async () => statusResponse((await toolkit.issue({ type: 'more-time' })).result.general),
    };
    const { card, exchange } = cardUnderTest({ toolkit, applets: [asking] });
    await exchange('00a4040c 07 f0564954414c02');
    await exchange(terminalProfile);
    const answer = exchange('80300000');
    await turn();
    await card.reset();
    expect(await answer).toBe('6f00');
  });
});
