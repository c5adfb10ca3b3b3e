// Who and what the element refuses, each after the honest exchange has worked.

import type { Identity } from '@vitalseal/protocol';
import { describe, expect, test } from 'vitest';
import { SecureElement } from './secure-element.ts';
import { memoryStorage } from './storage/memory-storage.ts';
import {
  CertifiedWorld,
  elementInService,
  hospitalIdentity,
  InitiatingSensor,
  type InService,
  patientIdentity,
  RespondingHospital,
  sensorIdentity,
  shakeHandsWithHospital,
  shakeHandsWithSensor,
  testLocalKey,
} from './testing/index.ts';

const hour = 3_600_000;

/** The handshake says that the credential was refused; its cause says why. */
function refusedFor(code: string) {
  return { code: 'credential-refused', cause: { code } };
}

function timestamp({ clock }: InService) {
  return { utcMs: clock.at, offsetMinutes: 0 };
}

describe('personalisation', () => {
  test('asks for the same certificate again, and has one identity only', async () => {
    const element = await SecureElement.open({ storage: memoryStorage(), localKey: testLocalKey });
    const request = await element.generateKey(patientIdentity);
    expect(await element.generateKey(patientIdentity)).toEqual(request);
    await expect(element.generateKey({ role: 'patient', id: 'other' })).rejects.toMatchObject({
      code: 'element-already-personalised',
    });
    await expect(element.generateKey({ role: 'doctor', id: 'patient-1' })).rejects.toMatchObject({
      code: 'certificate-mismatch',
    });
  });

  test('a certificate for another key, another identity or of another authority is refused', async () => {
    const service = await elementInService();
    const { element, world, clock } = service;
    const install = (chain: readonly Uint8Array<ArrayBuffer>[], root = world.root) =>
      element.installCertificates({ chain, anchors: [root], at: clock.at });
    const other = await world.party(patientIdentity);
    await expect(install(other.chain)).rejects.toMatchObject({ code: 'certificate-mismatch' });
    const request = await element.generateKey(patientIdentity);
    const renamed = await world.certify(request, { role: 'patient', id: 'other' });
    await expect(install(renamed)).rejects.toMatchObject({ code: 'certificate-mismatch' });
    const asSensor = await world.certify(request, sensorIdentity);
    await expect(install(asSensor)).rejects.toMatchObject({ code: 'role-refused' });
    const elsewhere = await CertifiedWorld.make(clock.at);
    await expect(install(await elsewhere.certify(request, patientIdentity))).rejects.toMatchObject({
      code: 'issuer-mismatch',
    });
    await shakeHandsWithHospital(service, element);
  });

  test('an element without a certificate shakes no hands', async () => {
    const element = await SecureElement.open({ storage: memoryStorage(), localKey: testLocalKey });
    await expect(element.startHospitalHandshake(0)).rejects.toMatchObject({ code: 'element-not-personalised' });
    await expect(element.installCertificates({ chain: [], anchors: [], at: 0 })).rejects.toMatchObject({
      code: 'element-not-personalised',
    });
  });
});

describe('the sensor at the handshake', () => {
  async function sensorOf(service: InService, identity: Identity, world = service.world) {
    const party = await world.party(identity);
    const now = () => service.clock.at;
    return new InitiatingSensor({ party, root: service.world.root, patient: patientIdentity, now });
  }

  test.for([
    ['a neighbour\u2019s sensor', { role: 'sensor', id: 'sensor-2' }, 'peer-not-bonded'],
    ['a certificate of another role', { role: 'doctor', id: 'sensor-1' }, 'role-refused'],
  ] as const)('%s is refused', async ([, identity, code]) => {
    const service = await elementInService();
    await shakeHandsWithSensor(service);
    const stranger = await sensorOf(service, identity);
    const answer = (body: Uint8Array<ArrayBuffer>) => service.element.answerSensorHandshake(body, service.clock.at);
    await expect(stranger.shakeHands(answer)).rejects.toMatchObject(refusedFor(code));
  });

  test('a certificate of another authority or one that has run out is refused', async () => {
    const service = await elementInService();
    const { element, clock } = service;
    await shakeHandsWithSensor(service);
    const elsewhere = await sensorOf(service, sensorIdentity, await CertifiedWorld.make(clock.at));
    const answer = (body: Uint8Array<ArrayBuffer>) => element.answerSensorHandshake(body, clock.at);
    await expect(elsewhere.shakeHands(answer)).rejects.toMatchObject(refusedFor('issuer-mismatch'));
    const late = await sensorOf(service, sensorIdentity);
    const later = (body: Uint8Array<ArrayBuffer>) => element.answerSensorHandshake(body, clock.at + 5000 * hour);
    await expect(late.shakeHands(later)).rejects.toMatchObject(refusedFor('expired'));
  });

  test('the element itself, mirrored, is no sensor', async () => {
    const service = await elementInService();
    const { element, clock } = service;
    const message1 = await element.startHospitalHandshake(clock.at);
    const message2 = await element.answerSensorHandshake(message1, clock.at);
    await expect(element.continueHospitalHandshake(message2)).rejects.toMatchObject({ name: /Error/ });
  });

  test('message_3 of a handshake that was not begun here is out of order', async () => {
    const { element, sensor, clock } = await elementInService();
    const bodies: Uint8Array<ArrayBuffer>[] = [];
    await sensor.shakeHands((body) => {
      bodies.push(body);
      return element.answerSensorHandshake(body, clock.at);
    });
    const [, message3] = bodies;
    if (!message3) throw new Error('expected two messages');
    await expect(element.answerSensorHandshake(message3, clock.at)).rejects.toMatchObject({
      code: 'handshake-out-of-order',
    });
  });
});

describe('the hospital', () => {
  test('is the one bonded with, once and for all', async () => {
    const service = await elementInService();
    const { element, world, clock } = service;
    await shakeHandsWithHospital(service, element);
    const party = await world.party({ role: 'hospital', id: 'hospital-2' });
    const other = new RespondingHospital({ party, root: world.root, now: () => clock.at });
    await expect(shakeHandsWithHospital({ hospital: other, clock }, element)).rejects.toMatchObject(
      refusedFor('peer-not-bonded'),
    );
    await shakeHandsWithHospital(service, element);
  });

  test('has the role of a hospital in its certificate', async () => {
    const service = await elementInService();
    const { element, world, clock } = service;
    const party = await world.party({ role: 'doctor', id: hospitalIdentity.id });
    const doctor = new RespondingHospital({ party, root: world.root, now: () => clock.at });
    await expect(shakeHandsWithHospital({ hospital: doctor, clock }, element)).rejects.toMatchObject(
      refusedFor('role-refused'),
    );
  });
});

describe('acknowledgements', () => {
  async function sent(service: InService) {
    await shakeHandsWithSensor(service);
    await shakeHandsWithHospital(service, service.element);
    return sendOne(service);
  }

  async function sendOne(service: InService) {
    const { element, sensor, hospital, clock } = service;
    await element.takeSensorRecords([await sensor.seal(70)], timestamp(service));
    const batch = await element.sealBatch({ sentAt: timestamp(service), at: clock.at });
    return hospital.records(batch?.body ?? new Uint8Array(0));
  }

  test('a replayed one is refused and counts nothing', async () => {
    const service = await elementInService();
    const answer = await sent(service);
    await service.element.takeHospitalAnswer(answer, service.clock.at);
    await expect(service.element.takeHospitalAnswer(answer, service.clock.at)).rejects.toMatchObject({
      code: 'acknowledgement-replayed',
    });
    service.element.unlock();
    expect((await service.element.display()).counts.acknowledged).toBe(1);
  });

  test('one of the channel before says nothing about what waits now', async () => {
    const service = await elementInService();
    const answer = await sent(service);
    await shakeHandsWithHospital(service, service.element);
    await expect(service.element.takeHospitalAnswer(answer, service.clock.at)).rejects.toMatchObject({
      code: 'channel-unknown',
    });
    expect(await service.element.duty(service.clock.at)).toMatchObject({ waiting: 1 });
  });

  test('the phone\u2019s own word confirms nothing', async () => {
    const service = await elementInService();
    await sent(service);
    // [null, []]: what a phone that wants the outbox empty could make up.
    const forged = Uint8Array.of(0x82, 0xf6, 0x80);
    const delivery = await service.element.takeHospitalAnswer(forged, service.clock.at);
    expect(delivery.confirmed).toEqual([]);
    expect(await service.element.duty(service.clock.at)).toMatchObject({ waiting: 1 });
  });
});

describe('revocation', () => {
  test('a revoked sensor has no channel any more and gets no new one', async () => {
    const service = await elementInService();
    const { element, sensor, world, sensorParty, clock } = service;
    await shakeHandsWithSensor(service);
    await element.takeSensorRecords([await sensor.seal(70)], timestamp(service));
    await element.installRevocationList(await world.revocationList(2, [sensorParty]));
    const answer = await sensor.open(await element.takeSensorRecords([await sensor.seal(71)], timestamp(service)));
    expect(answer).toMatchObject({ acknowledgements: [], hints: [{ code: 'channel-unknown' }] });
    await expect(shakeHandsWithSensor(service)).rejects.toMatchObject(refusedFor('revoked'));
    expect(await element.duty(clock.at)).toMatchObject({ waiting: 1 });
    const again = await service.reopen();
    const answered = again.answerSensorHandshake.bind(again);
    await expect(sensor.shakeHands((body) => answered(body, clock.at))).rejects.toMatchObject(refusedFor('revoked'));
  });

  test('nothing more is sealed for a revoked hospital', async () => {
    const service = await elementInService();
    const { element, sensor, world, hospitalParty, clock } = service;
    await shakeHandsWithSensor(service);
    await shakeHandsWithHospital(service, element);
    await element.takeSensorRecords([await sensor.seal(70)], timestamp(service));
    await element.installRevocationList(await world.revocationList(1, [hospitalParty]));
    const sealing = element.sealBatch({ sentAt: timestamp(service), at: clock.at });
    await expect(sealing).rejects.toMatchObject({ code: 'handshake-needed' });
    await expect(shakeHandsWithHospital(service, element)).rejects.toMatchObject(refusedFor('revoked'));
  });

  test('an older list, or one that is not the authority\u2019s, changes nothing', async () => {
    const service = await elementInService();
    const { element, world, sensorParty, clock } = service;
    const newest = await world.revocationList(3, [sensorParty]);
    await element.installRevocationList(newest);
    await expect(element.installRevocationList(await world.revocationList(2, []))).rejects.toMatchObject({
      code: 'crl-rolled-back',
    });
    const elsewhere = await CertifiedWorld.make(clock.at);
    await expect(element.installRevocationList(await elsewhere.revocationList(4, []))).rejects.toMatchObject({
      code: 'signature-invalid',
    });
    expect(await element.revocationList()).toEqual(newest);
    await expect(shakeHandsWithSensor(service)).rejects.toMatchObject(refusedFor('revoked'));
  });
});
