import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { characteristicOf, openUuid, peripheral, radio, room, sensorAddress } from './room.fixture.ts';

const device = { id: sensorAddress, addressType: 'random' } as const;

const eventCodes = [0x05, 0x08, 0x0c, 0x0e, 0x0f, 0x10, 0x13, 0x30, 0x3e, 0xff];
const hostileEvent = fc
  .tuple(fc.constantFrom(...eventCodes.filter((code) => code !== 0x10)), fc.uint8Array({ maxLength: 60 }))
  .map(([code, body]) => [4, code, body.length, ...body]);

/** What the other end of a link may say: to ATT, signalling and the Security Manager, whole, cut and overlong. */
const hostilePdu = fc
  .tuple(fc.constantFrom(4, 5, 6, 0x40), fc.uint8Array({ maxLength: 80 }), fc.integer({ min: -4, max: 4 }))
  .map(([channel, body, lie]) => {
    const length = Math.max(0, body.length + lie);
    return [length & 0xff, length >> 8, channel, 0, ...body];
  });

describe('hostile bytes', () => {
  test('from the adapter are dropped and counted, and the radio goes on', async () => {
    const { controller } = await room();
    await peripheral(await controller());
    const place = await controller();
    const central = await radio(place);
    const connection = await central.connect(device);
    const characteristic = await characteristicOf(connection, openUuid);
    await fc.assert(
      fc.asyncProperty(fc.array(hostileEvent, { maxLength: 10 }), async (events) => {
        // A disconnection of this link that the adapter invents is a disconnection.
        for (const event of events) if (event[1] !== 0x05) place.hear(Uint8Array.from(event));
      }),
      { seed: 7, numRuns: 200 },
    );
    expect(await characteristic.read()).toHaveLength(300);
    expect(central.refused).toBeGreaterThan(0);
  });

  test('from a central do not end the peripheral', async () => {
    const { controller } = await room();
    const sensor = await peripheral(await controller());
    const place = await controller();
    const central = await radio(place);
    let handle = 0;
    place.tap((packet) => {
      if (packet[0] === 2) handle = packet.readUInt16LE(1) & 0xfff;
    });
    await fc.assert(
      fc.asyncProperty(fc.array(hostilePdu, { minLength: 1, maxLength: 10 }), async (pdus) => {
        const connection = await central.connect(device);
        for (const pdu of pdus) {
          place.say(Uint8Array.from([2, handle & 0xff, handle >> 8, pdu.length & 0xff, pdu.length >> 8, ...pdu]));
        }
        connection.close();
        await connection.closed;
      }),
      { seed: 8, numRuns: 60 },
    );
    const connection = await central.connect(device);
    const characteristic = await characteristicOf(connection, openUuid);
    expect(await characteristic.read()).toHaveLength(300);
    expect(sensor.peers.at(-1)?.secured).toBe(false);
  });

  test('a line that carries something else than HCI ends the radio, with a code', async () => {
    const { controller } = await room();
    const place = await controller();
    const central = await radio(place);
    place.hear(Uint8Array.from([0x99, 1, 2, 3]));
    await central.closed;
    await expect(central.find({})).rejects.toMatchObject({ code: 'radio-unavailable' });
  });
});
