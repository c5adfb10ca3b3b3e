// Table II, Bluetooth LE: the link between sensor and phone as it is now, frames cut to an MTU over TCP or within one
// process in place of the radio. Whoever is in the room can hear, jam, inject and connect; no reading is lost, doubled,
// read or made up by that.

import { connect, type Socket } from 'node:net';
import { decodeSensorAnswer } from '@vitalseal/secure-element';
import { decodeWindow, framedMessages, type Link } from '@vitalseal/sensor-link';
import { connectTcp } from '@vitalseal/sensor-link/node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Bedside, type Tamper } from './bedside.fixture.ts';
import { soon, Ward } from './ward.fixture.ts';

let ward: Ward;
let bedside: Bedside;

beforeAll(async () => {
  ward = await Ward.open();
  bedside = await Bedside.open(ward);
});
afterAll(() => ward.close());

beforeEach(async () => {
  await storedOnce([60, 61]);
});

/** Measures under an attack; in the end each reading is stored, and once. */
async function storedOnce(
  pulses: readonly number[],
  tamper?: Tamper,
  connectTo?: () => Promise<Link>,
): Promise<readonly string[]> {
  const { stored } = await ward.store.counts();
  const { lost, counts } = await bedside.measure(pulses, tamper, connectTo);
  expect(counts.waiting).toBe(0);
  await expect.poll(async () => (await ward.store.counts()).stored, soon).toBe(stored + pulses.length);
  await expect.poll(async () => (await bedside.gateway.status()).waiting.readings, soon).toBe(0);
  expect((await bedside.gateway.status()).counts.refused).toBe(0);
  return lost;
}

const pulses = [70, 71, 72, 73];

/** Attacks the frame that is the `nth` of those that pass, once. */
function once(nth: number, attack: (frame: Uint8Array<ArrayBuffer>) => readonly Uint8Array<ArrayBuffer>[]): Tamper {
  let left = nth;
  return (frame, direction) => {
    if (direction !== 'to phone') return [frame];
    left -= 1;
    return left === 0 ? attack(frame) : [frame];
  };
}

const frames = [1, 2, 3, 5, 8];

test.each(frames)('frame %i lost: it costs time and no reading', async (nth) => {
  await storedOnce(
    pulses,
    once(nth, () => []),
  );
});

test.each(frames)('frame %i sent twice: each reading is stored once', async (nth) => {
  await storedOnce(
    pulses,
    once(nth, (frame) => [frame, frame]),
  );
});

test.each(frames)('frame %i cut in half: it costs time and no reading', async (nth) => {
  await storedOnce(
    pulses,
    once(nth, (frame) => [frame.slice(0, frame.length >> 1)]),
  );
});

test.each(frames)('frame %i with a bit changed: it costs time and no reading', async (nth) => {
  await storedOnce(
    pulses,
    once(nth, (frame) => [frame.map((byte, index) => (index === frame.length - 1 ? byte ^ 1 : byte))]),
  );
});

test.each(frames)('frame %i swollen over the MTU closes the link, and the readings come by the next', async (nth) => {
  await storedOnce(
    pulses,
    once(nth, (frame) => [new Uint8Array([...frame, ...new Uint8Array(300)])]),
  );
});

test('two frames that change places close the link, and the readings come by the next', async () => {
  let kept: Uint8Array<ArrayBuffer> | undefined;
  let swapped = false;
  const lost = await storedOnce(pulses, (frame, direction) => {
    if (direction !== 'to phone' || swapped) return [frame];
    if (kept === undefined) {
      kept = frame;
      return [];
    }
    swapped = true;
    return [frame, kept];
  });
  expect(lost.length).toBeGreaterThan(0);
});

test('answers to the sensor that are lost, doubled or changed make it forget nothing that is not confirmed', async () => {
  let count = 0;
  await storedOnce(pulses, (frame, direction) => {
    if (direction !== 'to sensor' || count > 12) return [frame];
    count += 1;
    if (count % 4 === 1) return [];
    if (count % 4 === 2) return [frame, frame];
    if (count % 4 === 3) return [frame.map((byte, index) => (index > 4 ? byte ^ 0x20 : byte))];
    return [frame];
  });
});

test('a whole conversation recorded in the room and played to the phone again changes nothing', async () => {
  const conversation = bedside.frames.filter(({ direction }) => direction === 'to phone').map(({ frame }) => frame);
  const before = await bedside.gateway.status();
  await ward.unchangedBy(async () => {
    const link = bedside.connect();
    const closed = Promise.withResolvers<void>();
    link.listen({ frame: () => {}, closed: () => closed.resolve() });
    for (const frame of conversation) link.send(frame);
    // The old message_3 fits no handshake, the old numbers no message: the phone hangs up.
    await closed.promise;
  });
  const { counts, waiting } = await bedside.gateway.status();
  expect({ counts: { ...counts, repeated: 0 }, waiting }).toEqual({
    counts: { ...before.counts, repeated: 0 },
    waiting: before.waiting,
  });
});

/** A stranger at the phone's TCP port, in place of one in radio range. */
async function stranger(...sent: Uint8Array[]): Promise<{ heard: Buffer; socket: Socket; closed: Promise<void> }> {
  const socket = connect(bedside.gateway.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise((resolve) => socket.once('connect', resolve));
  for (const bytes of sent) socket.write(bytes);
  return {
    socket,
    closed,
    get heard() {
      return Buffer.concat(chunks);
    },
  };
}

const mtuOffer = Uint8Array.of(0, 2, 0, 185);
/** One fragment that holds one whole message of the link. */
const message = (number: number, type: number, body: readonly number[]) => {
  const length = 1 + body.length;
  const fragment = [number, 0, length >> 8, length & 0xff, type, ...body];
  return Uint8Array.from([fragment.length >> 8, fragment.length & 0xff, ...fragment]);
};

test.each([
  ['an MTU too small', Uint8Array.of(0, 2, 0, 5)],
  ['a frame in place of the MTU', Uint8Array.of(0, 3, 1, 2, 3)],
  ['a frame over the largest MTU', Uint8Array.of(...mtuOffer, 0xff, 0xff, 1)],
  ['a message of an unknown type', Uint8Array.of(...mtuOffer, ...message(0, 9, [1, 2, 3]))],
  ['an answer, which only a phone gives', Uint8Array.of(...mtuOffer, ...message(0, 3, [0x82, 0x80, 0x80]))],
  ['a fragment without its beginning', Uint8Array.of(...mtuOffer, 0, 4, 0, 7, 1, 1)],
  ['a message longer than any', Uint8Array.of(...mtuOffer, 0, 6, 0, 0, 0xff, 0xff, 2, 0)],
] as const)('a stranger who sends %s is hung up on', async (_what, bytes) => {
  await ward.unchangedBy(async () => {
    const { closed } = await stranger(bytes);
    await closed;
  });
});

test.each([
  ['that are none', [0x83, 0x40, 0xa0, 0x42]],
  // Well made, of a channel that the element never had: it is told so under seal, to the bonded sensor alone.
  [
    'of no channel of ours',
    [0x83, 0x50, 0xa3, 1, 3, 4, 0x48, 1, 2, 3, 4, 5, 6, 7, 8, 6, 0x41, 0, 0xa0, 0x52, ...new Array(16).fill(7)],
  ],
] as const)('a stranger who sends records %s is hung up on in the end', async (_what, record) => {
  const before = await bedside.gateway.status();
  let sent = 0;
  await ward.unchangedBy(async () => {
    const messages = framedMessages(await connectTcp({ host: '127.0.0.1', port: bedside.gateway.port }));
    const closed = Promise.withResolvers<void>();
    const send = (records: number) => {
      for (let left = records; left > 0; left--) {
        sent += 1;
        void messages.send('record', Uint8Array.from([...record, sent >> 8, sent & 0xff]));
      }
    };
    messages.listen({
      // Never more than the phone's window allows, or it would hang up for that.
      message: (type, body) => {
        if (type === 'window') send(decodeWindow(body));
        else if (type === 'answer') send(decodeSensorAnswer(body).hints.length);
      },
      closed: () => closed.resolve(),
    });
    await closed.promise;
  });
  expect(sent).toBeGreaterThan(256);
  expect(sent).toBeLessThan(400);
  const { counts } = await bedside.gateway.status();
  expect(counts.received).toBe(before.counts.received);
});

test('strangers who connect and say nothing, or nothing of worth, do not keep the sensor out', async () => {
  const crowd = [];
  for (let count = 0; count < 40; count++) crowd.push(await stranger(count % 2 === 0 ? mtuOffer : new Uint8Array()));
  await storedOnce([66, 67]);
  await storedOnce([68], undefined, () => connectTcp({ host: '127.0.0.1', port: bedside.gateway.port }));
  for (const { socket } of crowd) socket.destroy();
});

test('strangers who try one handshake after another are hung up on, and the sensor shakes hands after them', async () => {
  const { socket, closed } = await stranger(mtuOffer);
  for (let number = 0; number < 64; number++) socket.write(message(number, 1, [0xf5, 0x00, 0x03, 0x40, 0x00]));
  await closed;
  await storedOnce([64, 65]);
});
