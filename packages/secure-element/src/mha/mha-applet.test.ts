// The MHA through its commands: what the element does in process, it does behind APDUs.

import { type Bytes, decimal, errorMessageFor, mdc, mdcUnit, noBytes, ProtocolError } from '@vitalseal/protocol';
import { encodeCommand, mhaAid } from '@vitalseal/uicc';
import { describe, expect, test } from 'vitest';
import type { SecureElement } from '../secure-element.ts';
import {
  CertifiedWorld,
  cardInService,
  InitiatingSensor,
  patientIdentity,
  sensorIdentity,
  testPin,
} from '../testing/index.ts';
import { exclusively } from './client/card-user.ts';
import { MhaClient } from './client/mha-client.ts';

const pulse = { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(71, 0) };

async function ready(options: Parameters<typeof cardInService>[0] = {}) {
  const service = await cardInService(options);
  await service.sensor.shakeHands((body) => service.client.answerSensorHandshake(body));
  return service;
}

/** What a gateway used of the element, it uses of the card. */
type UsedByGateway = Pick<
  SecureElement,
  | 'answerSensorHandshake'
  | 'bond'
  | 'certificates'
  | 'display'
  | 'duty'
  | 'enterReading'
  | 'generateKey'
  | 'installCertificates'
  | 'installRevocationList'
  | 'retryRefused'
  | 'revocationList'
  | 'signRenewal'
  | 'takeSensorRecords'
  | 'takeStandardReading'
>;

describe('step 1', () => {
  test('a sensor shakes hands and its records are taken, as by the element itself', async () => {
    const { client, sensor, clock } = await ready();
    const asElement: UsedByGateway = client;
    const at = { utcMs: clock.at, offsetMinutes: 60 };
    const records = [await sensor.seal(70), await sensor.seal(71)];
    const { acknowledgements, hints } = await sensor.open(await asElement.takeSensorRecords(records, at));
    expect(hints).toEqual([]);
    expect(acknowledgements[0]).toMatchObject({ at, results: [{ outcome: 'stored' }, { outcome: 'stored' }] });
    expect(await client.duty()).toEqual({ waiting: 2, room: 99_998, handshakeNeeded: true });
  });

  test('more records than one APDU holds go in a chain, and their answer comes in parts', async () => {
    const { client, sensor } = await ready();
    const records = await Promise.all(Array.from({ length: 64 }, (_, i) => sensor.seal(60 + (i % 40))));
    const { acknowledgements } = await sensor.open(await client.takeSensorRecords(records));
    expect(acknowledgements[0]?.results).toHaveLength(64);
  });

  test('with extended lengths a command is one APDU, however long, and so is its answer', async () => {
    const { card, sensor } = await ready();
    const sent: number[] = [];
    const transmit = (apdu: Bytes) => {
      sent.push(apdu.length);
      return card.transmit(apdu);
    };
    const client = new MhaClient(exclusively({ transmit }), { extendedLengths: true });
    const records = await Promise.all(Array.from({ length: 64 }, (_, i) => sensor.seal(60 + (i % 40))));
    const { acknowledgements } = await sensor.open(await client.takeSensorRecords(records));
    expect(acknowledgements[0]?.results).toHaveLength(64);
    expect(sent).toHaveLength(1);
    await expect(client.answerSensorHandshake(records[0] ?? noBytes)).rejects.toMatchObject({ name: 'ProtocolError' });
  });

  test('a stranger of the same authority is refused with the error of the element', async () => {
    const { client, clock, world } = await cardInService();
    const party = await world.party({ role: 'sensor', id: 'neighbour' });
    const now = () => clock.at;
    const stranger = new InitiatingSensor({ party, root: world.root, patient: patientIdentity, now });
    const handshake = stranger.shakeHands((body) => client.answerSensorHandshake(body));
    await expect(handshake).rejects.toMatchObject({
      name: 'ProtocolError',
      code: 'credential-refused',
      cause: { name: 'SecureElementError', code: 'peer-not-bonded' },
    });
  });

  test('what is wrong with a handshake message is said with the code of the protocol', async () => {
    const { client } = await cardInService();
    const error = await client.answerSensorHandshake(Uint8Array.of(0xf5, 0x00)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(errorMessageFor(error).length).toBeGreaterThan(0);
  });
});

describe('what the patient sees', () => {
  test('opens with the PIN and closes with log out, and the delivery is not touched by it', async () => {
    const { client } = await ready();
    expect(await client.display()).toMatchObject({ personalised: true, patient: 'patient-1', shelf: [] });
    await client.logOut();
    await expect(client.display()).rejects.toMatchObject({ code: 'element-locked' });
    expect(await client.duty()).toMatchObject({ waiting: 0 });
    await client.verify(testPin);
    expect((await client.display()).sensors).toMatchObject([{ id: sensorIdentity.id }]);
  });

  test('is for the channel on which the PIN was given, and for no other', async () => {
    const { card, client, user } = await ready();
    await card.transmit(encodeCommand({ cla: 0x00, ins: 0x70, p1: 0x00, p2: 0x01, data: new Uint8Array(0) }));
    const other = new MhaClient(user, { channel: 1 });
    await other.select();
    await expect(other.display()).rejects.toMatchObject({ code: 'element-locked' });
    expect(await other.duty()).toMatchObject({ waiting: 0 });
    await other.verify(testPin);
    expect(await other.display()).toEqual(await client.display());
  });

  test('a reading typed in waits for the hospital like any other', async () => {
    const { client, clock } = await ready();
    const measuredAt = { utcMs: clock.at, offsetMinutes: 60 };
    const origin = await client.enterReading({ measuredAt, measurements: [pulse] });
    expect(origin).toMatchObject({ source: patientIdentity, sequence: 0 });
    expect(await client.duty()).toMatchObject({ waiting: 1 });
    await client.logOut();
    await expect(client.enterReading({ measuredAt, measurements: [pulse] })).rejects.toMatchObject({
      code: 'element-locked',
    });
  });

  test('a reading of a standard sensor is taken while nobody is present', async () => {
    const { client, clock } = await ready();
    await client.logOut();
    const measuredAt = { utcMs: clock.at, offsetMinutes: 60 };
    const unsealed = { profile: 'heart-rate', device: 'strap' } as const;
    const origin = await client.takeStandardReading({ measuredAt, measurements: [pulse], unsealed });
    expect(origin).toMatchObject({ source: patientIdentity, sequence: 0 });
  });

  test('a full outbox refuses with its code', async () => {
    const { client, clock } = await ready({ settings: { outboxCapacity: 1 } });
    const reading = { measuredAt: { utcMs: clock.at, offsetMinutes: 0 }, measurements: [pulse] };
    await client.enterReading(reading);
    await expect(client.enterReading(reading)).rejects.toMatchObject({ code: 'outbox-full' });
  });
});

describe('the PIN', () => {
  test('wrong three times blocks, and the client says how often it may still be tried', async () => {
    const { client } = await cardInService();
    await expect(client.verify('0000')).rejects.toMatchObject({ code: 'pin-refused', triesLeft: 2 });
    await expect(client.verify('0000')).rejects.toMatchObject({ code: 'pin-refused', triesLeft: 1 });
    await expect(client.verify('0000')).rejects.toMatchObject({ code: 'pin-blocked' });
    await expect(client.verify(testPin)).rejects.toMatchObject({ code: 'pin-blocked' });
    await expect(client.display()).rejects.toMatchObject({ code: 'element-locked' });
  });

  test('is changed by who knows it', async () => {
    const { client } = await cardInService();
    await client.changePin(testPin, '123456');
    await client.logOut();
    await expect(client.verify(testPin)).rejects.toMatchObject({ code: 'pin-refused' });
    await client.verify('123456');
    await client.display();
  });

  test('of the wrong form costs no try, and a card without PUK says so', async () => {
    const { client } = await cardInService();
    expect(() => client.verify('12a4')).toThrow(expect.objectContaining({ code: 'pin-malformed' }));
    await expect(client.unblock('12345678', '1111')).rejects.toMatchObject({ code: 'pin-not-set' });
    await expect(client.setFirstPin('1111')).rejects.toMatchObject({ code: 'card-refused' });
    await client.verify(testPin);
  });

  test('after a reset nothing is done until it is given again', async () => {
    const { card, client } = await ready();
    await card.reset();
    await client.select();
    await expect(client.duty()).rejects.toMatchObject({ code: 'element-locked' });
  });
});

describe('certificates', () => {
  test('are told to the phone, which renews them by the word of the card', async () => {
    const { client, world, clock } = await cardInService();
    const { chain, anchors } = await client.certificates();
    expect(anchors).toEqual([world.root]);
    const { identity, request, certificate } = await client.signRenewal();
    expect(identity).toEqual(patientIdentity);
    expect(certificate).toEqual(chain[0]);
    const renewed = await world.certify(request, identity, { notAfter: clock.at + 1000_000 });
    await client.logOut();
    await client.installCertificates({ chain: renewed, anchors });
    expect((await client.certificates()).chain).toEqual(renewed);
  });

  test('of another root than the first are not taken, whoever brings them', async () => {
    const { client, world, clock } = await cardInService();
    const { request, identity } = await client.signRenewal();
    const other = await CertifiedWorld.make(clock.at);
    const chain = await other.certify(request, identity);
    const bringing = client.installCertificates({ chain, anchors: [other.root] });
    await expect(bringing).rejects.toMatchObject({ code: 'certificate-mismatch' });
    expect((await client.certificates()).anchors).toEqual([world.root]);
  });

  test('a revocation list ends the channel of a sensor that is on it', async () => {
    const { client, world, sensor, sensorParty } = await ready();
    expect(await client.revocationList()).toBeUndefined();
    const list = await world.revocationList(1, [sensorParty]);
    await client.installRevocationList(list);
    expect(await client.revocationList()).toEqual(list);
    const { hints } = await sensor.open(await client.takeSensorRecords([await sensor.seal(70)]));
    expect(hints).toMatchObject([{ code: 'channel-unknown' }]);
    const older = client.installRevocationList(await world.revocationList(0, []));
    await expect(older).rejects.toMatchObject({ name: 'CertificateError', code: 'crl-rolled-back' });
  });

  test("bonds are the patient's to change", async () => {
    const { client } = await ready();
    await client.bond({ sensors: [sensorIdentity, { role: 'sensor', id: 'sensor-2' }] });
    expect((await client.display()).sensors).toHaveLength(2);
    await client.logOut();
    await expect(client.bond({ sensors: [] })).rejects.toMatchObject({ code: 'element-locked' });
  });

  test('a key is made once, for a patient', async () => {
    const { client } = await cardInService();
    const request = await client.generateKey(patientIdentity);
    expect(request).toEqual((await client.signRenewal()).request);
    const other = client.generateKey({ role: 'patient', id: 'somebody-else' });
    await expect(other).rejects.toMatchObject({ code: 'element-already-personalised' });
  });
});

test('the application is found by its name, whole or its beginning', async () => {
  const { card } = await cardInService();
  const select = (data: typeof mhaAid) => encodeCommand({ cla: 0, ins: 0xa4, p1: 4, p2: 0x0c, data });
  expect(await card.transmit(select(mhaAid))).toEqual(Uint8Array.of(0x90, 0x00));
  expect(await card.transmit(select(mhaAid.slice(0, 6)))).toEqual(Uint8Array.of(0x90, 0x00));
});

test("why a command was refused is told until another command was done, the PIN's commands included", async () => {
  const { card } = await cardInService();
  const exchange = async (ins: number, p1: number, p2: number, data: Bytes = noBytes) => {
    const le = data.length > 0 ? {} : { le: 256 };
    return [...(await card.transmit(encodeCommand({ cla: 0, ins, p1, p2, data, ...le }))).slice(-2)];
  };
  const pin = Uint8Array.from([...testPin.padEnd(8, ' ')], (digit) => (digit === ' ' ? 0xff : digit.charCodeAt(0)));
  await exchange(0x20, 0xff, 1);
  expect(await exchange(0xca, 0x01, 0x07)).toEqual([0x69, 0x82]);
  expect(await exchange(0xca, 0x01, 0x0f)).toEqual([0x90, 0x00]);
  expect(await exchange(0x20, 0x00, 1, pin)).toEqual([0x90, 0x00]);
  expect(await exchange(0xca, 0x01, 0x0f)).toEqual([0x6a, 0x88]);
});
