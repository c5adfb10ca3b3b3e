// Whatever someone on the way does to a message, no session comes of it on the side that it was for, and the failure is
// a ProtocolError: no TypeError or RangeError of the code behind.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bytes, concatBytes, equalBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { directoryOf, hospital, patient } from './certified-party.fixture.ts';
import { refuseErrorMessage } from './error-message.ts';
import { acceptMessage1, startHandshake } from './handshake.ts';
import { parseHandshakeBody } from './http-carriage.ts';

const seed = 9528;
const verifyPeer = directoryOf(patient, hospital);
const responding = { own: hospital.own(), verifyPeer, connectionId: Uint8Array.of(2) };

type Mutation = (message: Bytes) => Bytes;

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const at = (message: Bytes, where: number): number => Math.floor(where * message.length);

const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  // One bit of one byte.
  fc.tuple(position, fc.integer({ min: 0, max: 7 })).map(
    ([where, bit]): Mutation =>
      (message) => {
        const changed = message.slice();
        const index = at(message, where);
        changed[index] = (changed[index] ?? 0) ^ (1 << bit);
        return changed;
      },
  ),
  // A shorter message.
  position.map(
    (where): Mutation =>
      (message) =>
        message.slice(0, at(message, where)),
  ),
  // Bytes more, somewhere.
  fc.tuple(position, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
    ([where, extra]): Mutation =>
      (message) =>
        concatBytes(message.subarray(0, at(message, where)), extra, message.subarray(at(message, where))),
  ),
  // Bytes more at the end, which no hash would cover if they were let through.
  fc.uint8Array({ minLength: 1, maxLength: 4 }).map(
    (extra): Mutation =>
      (message) =>
        concatBytes(message, extra),
  ),
  // Bytes written over.
  fc.tuple(position, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
    ([where, extra]): Mutation =>
      (message) => {
        const changed = message.slice();
        const index = at(message, where);
        changed.set(extra.subarray(0, message.length - index), index);
        return changed;
      },
  ),
  // Something else altogether.
  fc.uint8Array({ maxLength: 600 }).map(
    (other): Mutation =>
      () =>
        new Uint8Array(other),
  ),
);

/** The exchange with one message changed on the way. @returns the error, and who had a session by then */
async function runWith(number: 1 | 2 | 3 | 4, mutate: Mutation) {
  const sessions: string[] = [];
  let changed = true;
  const deliver = (message: Bytes, its: 1 | 2 | 3 | 4): Bytes => {
    if (its !== number) return message;
    const delivered = mutate(message);
    changed = !equalBytes(delivered, message);
    return delivered;
  };
  try {
    const awaiting2 = await startHandshake({ own: patient.own(), verifyPeer, connectionId: Uint8Array.of(1) });
    const awaiting3 = await acceptMessage1(responding, deliver(awaiting2.message1, 1));
    const awaiting4 = await awaiting2.receiveMessage2(deliver(awaiting3.message2, 2));
    const { message4 } = await awaiting3.receiveMessage3(deliver(awaiting4.message3, 3));
    sessions.push('responder');
    await awaiting4.receiveMessage4(deliver(message4, 4));
    sessions.push('initiator');
    return { changed, sessions, error: undefined };
  } catch (error) {
    return { changed, sessions, error };
  }
}

describe.each([1, 2, 3, 4] as const)('message_%d changed on the way', (number) => {
  it('leaves no session on either side that still waits, and a ProtocolError', async () => {
    const property = fc.asyncProperty(mutations, async (mutate) => {
      const { changed, sessions, error } = await runWith(number, mutate);
      fc.pre(changed);
      expect(error).toBeInstanceOf(ProtocolError);
      // Only message_4 goes to a side whose peer has finished already.
      expect(sessions).toEqual(number === 4 ? ['responder'] : []);
    });
    await fc.assert(property, { seed, numRuns: 250 });
  });
});

it('a flipped bit in any byte of the four messages ends the handshake', async () => {
  for (const number of [1, 2, 3, 4] as const) {
    const length = [37, 115, 98, 17][number - 1] ?? 0;
    for (let index = 0; index < length; index++) {
      const { error } = await runWith(number, (message) => {
        expect(message.length).toBe(length);
        return message.map((byte, i) => (i === index ? byte ^ (1 << (index % 8)) : byte));
      });
      expect(error).toBeInstanceOf(ProtocolError);
    }
  }
});

describe('random bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));
  // Random bytes seldom get past the first item; these do.
  const cborLike = fc
    .array(
      fc.constantFrom([0], [3], [0x82, 6, 3], [0x58, 32, ...new Uint8Array(32)], [0x41, 0x18], [0xa0], [0xf5], [0x20]),
    )
    .map((items) => Uint8Array.from(items.flat()));

  it.each([
    ['bytes', bytes],
    ['CBOR items', cborLike],
  ])('(%s) fail as a ProtocolError wherever a message is read', async (_kind, arbitrary) => {
    const property = fc.asyncProperty(arbitrary, async (input) => {
      const awaiting2 = await startHandshake({ own: patient.own(), verifyPeer, connectionId: Uint8Array.of(1) });
      const readers = [
        () => acceptMessage1(responding, input),
        () => awaiting2.receiveMessage2(input),
        async () => parseHandshakeBody(input),
        async () => refuseErrorMessage(input),
      ];
      for (const read of readers) {
        const outcome: unknown = await read().catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ProtocolError);
      }
    });
    await fc.assert(property, { seed, numRuns: 200 });
  });
});
