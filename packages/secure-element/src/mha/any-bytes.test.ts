// Any bytes as commands of the MHA: a status word comes back, and nothing has changed.

import { type Bytes, concatBytes } from '@vitalseal/protocol';
import { decodeResponse, encodeCommand, instructions } from '@vitalseal/uicc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardInService, sensorIdentity } from '../testing/index.ts';
import { MhaClient } from './client/mha-client.ts';
import { classes, dataObjects, mhaInstructions } from './instructions.ts';

const seed = 31;

const anyData = fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes));
const dataObject = fc.constantFrom(...Object.values(dataObjects));
const headers = fc.oneof(
  fc.record({
    cla: fc.constant<number>(classes.proprietary),
    ins: fc.constantFrom(...Object.values(mhaInstructions)),
    parameters: fc.oneof(fc.constant(0), fc.nat(0xffff)),
  }),
  fc.record({
    cla: fc.constant<number>(classes.interindustry),
    ins: fc.constantFrom(instructions.getData, instructions.putData, instructions.generateAsymmetricKeyPair),
    parameters: fc.oneof(dataObject, fc.nat(0xffff)),
  }),
);
const wellFormed = fc
  .record({ header: headers, data: anyData, le: fc.constantFrom(undefined, 1, 256) })
  .map(({ header: { cla, ins, parameters }, data, le }) =>
    encodeCommand({ cla, ins, p1: parameters >> 8, p2: parameters & 0xff, data, ...(le !== undefined && { le }) }),
  );
/** Without those that would spend the tries of the PIN, select something else or close the channel. */
const malformed = anyData.filter((bytes) => ![0x20, 0x24, 0x2c, 0x70, 0xa4].includes(bytes[1] ?? 0));

async function inService() {
  const service = await cardInService();
  const { client, sensor } = service;
  await sensor.shakeHands((body) => client.answerSensorHandshake(body));
  await client.takeSensorRecords([await sensor.seal(70), await sensor.seal(71)]);
  return service;
}

describe('the MHA', () => {
  test('answers any bytes with a status word, and nothing has changed', async () => {
    const { card, client } = await inService();
    const before = await client.display();
    await fc.assert(
      fc.asyncProperty(fc.oneof(wellFormed, malformed), async (apdu) => {
        const { status } = decodeResponse(await card.transmit(apdu));
        expect(status >> 12 === 6 || status === 0x9000).toBe(true);
        expect(status).not.toBe(0x6f00);
      }),
      { seed, numRuns: 3000 },
    );
    // Whatever chain was left open is over with the next command.
    await card.transmit(encodeCommand({ cla: 0x80, ins: 0xf2, p1: 0, p2: 0x0c, data: new Uint8Array(0) }));
    expect(await client.display()).toEqual(before);
  });

  test('refuses honest commands that were cut, lengthened or mutated, or they mean what they say', async () => {
    const { card, client, sensor } = await inService();
    const { waiting } = await client.duty();
    const apdus: Bytes[] = [];
    const spied = new MhaClient({
      run: (use) =>
        use((apdu) => {
          apdus.push(apdu.slice());
          return card.transmit(apdu);
        }),
    });
    await spied.takeSensorRecords([await sensor.seal(72)]);
    await spied.putHospitalAddress({ name: 'hospital', port: 443, address: Uint8Array.of(127, 0, 0, 1) });
    await spied.bond({ sensors: [sensorIdentity] });
    expect(apdus).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...apdus), fc.nat(), fc.nat(255), fc.nat(3), async (apdu, at, byte, how) => {
        const changed = apdu.slice();
        if (how < 2) changed[5 + (at % Math.max(1, changed.length - 5))] = byte;
        const sent =
          how === 2 ? changed.slice(0, at % changed.length) : how === 3 ? concatBytes(changed, changed) : changed;
        const { status } = decodeResponse(await card.transmit(sent));
        expect(status).not.toBe(0x6f00);
      }),
      { seed, numRuns: 1500 },
    );
    expect((await client.duty()).waiting).toBe(waiting + 1);
  });
});
