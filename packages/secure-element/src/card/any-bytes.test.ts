// Whatever a terminal sends, the card answers with a status word; and a command that was refused has changed nothing.

import { type Bytes, bytesToHex, concatBytes, hexToBytes } from '@vitalseal/protocol';
import { decodeResponse, encodeTerminalProfile } from '@vitalseal/uicc';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ToolkitSession } from '../toolkit/index.ts';
import { cardUnderTest, firstAid, secondAid } from './card-under-test.fixture.ts';

const seed = 20_261_122;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const anyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes));
const oneOf = (...values: number[]) => fc.constantFrom(...values);
const mostly = (likely: fc.Arbitrary<number>) => fc.oneof({ weight: 6, arbitrary: likely }, fc.nat(255));

/** Close enough to commands to get behind the first check. */
const likelyCommand = fc
  .tuple(
    mostly(oneOf(0x00, 0x10, 0x80, 0x90, 0x01, 0x81)),
    mostly(oneOf(0xa4, 0x20, 0x24, 0x2c, 0x70, 0xc0, 0xca, 0x10, 0x12, 0x14, 0xc2, 0xf2, 0x30, 0x32, 0x34, 0x36)),
    mostly(oneOf(0, 1, 4, 0x80, 0xff)),
    mostly(oneOf(0, 1, 2, 0x0c)),
    fc.oneof(
      fc.constant(new Uint8Array()),
      fc.constant(Uint8Array.of(firstAid.length, ...firstAid)),
      fc.constant(Uint8Array.of(secondAid.length, ...secondAid, 0)),
      fc.constant(hexToBytes('0831323334ffffffff')),
      fc.uint8Array({ maxLength: 40 }).map((data) => Uint8Array.of(data.length, ...data)),
      fc.uint8Array({ maxLength: 40 }),
    ),
  )
  .map(([cla, ins, p1, p2, body]) => concatBytes(Uint8Array.of(cla, ins, p1, p2), Uint8Array.from(body)));

async function cardInUse(withToolkit: boolean) {
  const around = cardUnderTest(withToolkit ? { toolkit: new ToolkitSession({ turn }) } : {});
  const { exchange } = around;
  await exchange('00a4040c 07 f0564954414c01');
  await exchange('0024010108 3938373635343332');
  const profile = encodeTerminalProfile({ capabilities: new Set(['set-up-event-list', 'poll-interval']), channels: 1 });
  if (withToolkit)
    await around.card.transmit(concatBytes(hexToBytes('80100000'), Uint8Array.of(profile.length), profile));
  return around;
}

type Around = Awaited<ReturnType<typeof cardInUse>>;

/** What a refused command must not touch. */
async function kept({ storage, stateKey, first, second, other }: Around): Promise<unknown> {
  const stored: [string, string][] = [];
  for (const name of await storage.list('')) {
    stored.push([name, bytesToHex((await storage.read(name)) ?? new Uint8Array())]);
  }
  return {
    stored,
    open: stateKey() !== undefined,
    notes: [first, second, other].map(({ note }) => bytesToHex(note)),
  };
}

/** 64XX to 6FXX, 6CXX apart: the command was not done. A wrong PIN (63CX) has spent a try. */
const isRefusal = (status: number) => status >= 0x6400 && status < 0x7000 && status >> 8 !== 0x6c;

async function expectStatusWord(around: Around, apdu: Bytes): Promise<void> {
  const before = await kept(around);
  const sent = apdu.slice();
  const { status } = decodeResponse(await around.card.transmit(apdu));
  expect(apdu).toEqual(sent);
  if (isRefusal(status)) expect(await kept(around)).toEqual(before);
}

test.each([true, false])(
  'any bytes get a status word, and a refusal changes nothing (toolkit: %s)',
  async (toolkit) => {
    const around = await cardInUse(toolkit);
    await fc.assert(
      fc.asyncProperty(anyBytes, (apdu) => expectStatusWord(around, apdu)),
      { seed, numRuns: 500 },
    );
  },
);

test.each([true, false])('so does any sequence of what is nearly a command (toolkit: %s)', async (toolkit) => {
  await fc.assert(
    fc.asyncProperty(fc.array(likelyCommand, { minLength: 1, maxLength: 25 }), async (commands) => {
      const around = await cardInUse(toolkit);
      for (const command of commands) await expectStatusWord(around, command);
    }),
    { seed, numRuns: 150 },
  );
});

test('a command longer than any is of the wrong length', async () => {
  const { card } = await cardInUse(false);
  for (const length of [262, 70_000, 1 << 20]) {
    expect(bytesToHex(await card.transmit(new Uint8Array(length).fill(0x80)))).toBe('6700');
  }
});
