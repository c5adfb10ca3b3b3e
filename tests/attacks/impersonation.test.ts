// Table II, impersonation: whoever speaks in another's name, with a certificate of another role, another authority, of
// their own making, run out or revoked, gets no channel; and under their own channel nobody is believed to be another.

import {
  createIssuing,
  createRequest,
  createRoot,
  exportPublicKey,
  generateKeyPair,
  issueCertificate,
  ownCredential,
} from '@vitalseal/certifying-authority';
import { connectEst } from '@vitalseal/certifying-authority/node';
import { memoryCustody, signIn } from '@vitalseal/clinician';
import {
  type Bytes,
  decimal,
  encodeStep2Message,
  type Identity,
  mdc,
  mdcUnit,
  openSealer,
  randomBytes,
  SendCounter,
  type Step2Message,
} from '@vitalseal/protocol';
import { InitiatingSensor } from '@vitalseal/secure-element/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { asDevice, asPerson, type Exchange, initiate } from './initiator.fixture.ts';
import { PatientInHand, refusalOf } from './patient-in-hand.fixture.ts';
import { type Certified, identities, soon, Ward } from './ward.fixture.ts';

let ward: Ward;
let patient: PatientInHand;

beforeAll(async () => {
  ward = await Ward.open();
  patient = await PatientInHand.enrol(ward);
});
afterAll(() => ward.close());
beforeEach(async () => {
  expect((await patient.deliver()).confirmed).toHaveLength(1);
});

/** The hospital tells a stranger nothing; its log says why. */
async function refusedBy(hospital: Exchange, credential: Certified, step: 2 | 3): Promise<string | undefined> {
  const before = ward.logged('handshake refused').length;
  const code = await ward.unchangedBy(() => refusalOf(initiate(ward, credential, hospital, step)));
  expect(code).toBe('peer-refused');
  return ward.logged('handshake refused').at(before)?.code;
}

const roles: readonly Identity[] = [
  { role: 'sensor', id: 'sensor-1' },
  { role: 'doctor', id: 'doctor-1' },
  { role: 'ambulance', id: 'crew-1' },
  { role: 'hospital', id: 'hospital-1' },
];

test.each(roles)('a $role certificate does not speak as a patient', async (identity) => {
  expect(await refusedBy(asDevice(patient), await ward.certify(identity), 2)).toBe('role-refused');
});

test.each([
  { role: 'sensor', id: 'sensor-1' },
  { role: 'patient', id: 'patient-1' },
  { role: 'hospital', id: 'hospital-1' },
] as const)('a $role certificate does not speak as a doctor or a crew', async (identity) => {
  expect(await refusedBy(asPerson(ward), await ward.certify(identity), 3)).toBe('role-refused');
});

test('a certified patient who is not under care gets no channel', async () => {
  const stranger = await ward.certify({ role: 'patient', id: 'stranger' });
  expect(await refusedBy(asDevice(patient), stranger, 2)).toBe('not-admitted');
});

test('a certified doctor who is not on the staff gets no channel', async () => {
  const stranger = await ward.certify({ role: 'doctor', id: 'stranger' });
  expect(await refusedBy(asPerson(ward), stranger, 3)).toBe('not-admitted');
});

test('a certificate that has run out gets no channel', async () => {
  const expired = await ward.certifyLongAgo(identities.patient);
  expect(await refusedBy(asDevice(patient), expired, 2)).toBe('expired');
});

/** An authority of the attacker's, whose certificates look like ours in all but the root's key. */
async function forged(identity: Identity): Promise<Certified> {
  const validity = { notBefore: Date.now() - 3_600_000, notAfter: Date.now() + 3_600_000 };
  const rootKey = await generateKeyPair({ extractable: true });
  const root = await createRoot({ keyPair: rootKey, name: 'Ward root', ...validity });
  const issuingKey = await generateKeyPair({ extractable: true });
  const issuing = await createIssuing({
    publicKeySpki: await exportPublicKey(issuingKey.publicKey),
    name: 'Ward issuing',
    root: { certificate: root, privateKey: rootKey.privateKey },
    ...validity,
  });
  const { privateKey } = issuingKey;
  return issuedBy({ certificate: issuing, privateKey }, [issuing], identity, validity);
}

async function issuedBy(
  issuer: Parameters<typeof issueCertificate>[0]['issuer'],
  above: readonly Bytes[],
  identity: Identity,
  validity: { notBefore: number; notAfter: number },
): Promise<Certified> {
  const keyPair = await generateKeyPair({ extractable: true });
  const csr = await createRequest(keyPair, identity);
  const leaf = await issueCertificate({ csr, identity, issuer, ...validity });
  const chain = [leaf, ...above];
  return { identity, chain, credential: ownCredential({ chain, privateKey: keyPair.privateKey, present: 'x5chain' }) };
}

test('a certificate of another authority of the same name gets no channel', async () => {
  expect(await refusedBy(asDevice(patient), await forged(identities.patient), 2)).toBe('issuer-mismatch');
  expect(await refusedBy(asPerson(ward), await forged(identities.doctor), 3)).toBe('issuer-mismatch');
});

test('a certified patient cannot certify a doctor of their own', async () => {
  const keyPair = await generateKeyPair({ extractable: true });
  const { authority } = ward.authority;
  const { code } = await authority.invite({ identity: identities.neighbour, ttl: 60_000 });
  const csr = await createRequest(keyPair, identities.neighbour);
  const leaf = await authority.enrol(csr, { identity: identities.neighbour, code });
  const validity = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 60_000 };
  const issuer = { certificate: leaf, privateKey: keyPair.privateKey };
  const made = await issuedBy(issuer, [leaf, authority.issuingCertificate], identities.doctor, validity);
  expect(await refusedBy(asPerson(ward), made, 3)).toBe('not-an-authority');
});

test("somebody else's certificate without its key gets no channel", async () => {
  const honest = await ward.certify(identities.doctor);
  const thief = await ward.certify({ role: 'doctor', id: 'thief' });
  const stolen = { ...honest, credential: { ...honest.credential, sign: thief.credential.sign } };
  expect(await refusedBy(asPerson(ward), stolen, 3)).toBe('authentication-failed');
});

test('a patient who is revoked has no channel any more, old or new', async () => {
  const gone = await ward.certify(identities.neighbour);
  const channel = await initiate(ward, gone, asDevice(patient), 2);
  const counter = new SendCounter({ start: 0, block: 64, reserve: () => undefined });
  const sealer = await openSealer(channel, 'initiator', counter);
  const record = (await sealer.seal(encodeStep2Message(step2(identities.neighbour)))).bytes;
  await ward.revoke(identities.neighbour);
  // The authority pushes its list; from then on the record that was sealed before is of no channel.
  await expect
    .poll(async () => (await ward.store.channels.ofPeer('urn:vitalseal:patient:patient-2', 2)).length)
    .toBe(0);
  await ward.unchangedBy(async () => expect((await patient.send(record)).unopened).toEqual([[0, 'channel-unknown']]));
  expect(await refusedBy(asDevice(patient), gone, 2)).toBe('revoked');
});

test('a doctor who is revoked is cut off while they look on, and gets no channel again', async () => {
  const identity = { role: 'doctor', id: 'doctor-3' } as const;
  await ward.register(identity);
  const doctor = await ward.clinician(identity, { backoff: { firstMs: 10, longestMs: 50 } });
  await expect.poll(() => doctor.ward.get().link.kind, soon).toBe('live');
  await ward.revoke(identity);
  await expect.poll(() => doctor.ward.get().link, soon).toMatchObject({ kind: 'refused', because: 'hospital-refused' });
  expect(ward.logged('handshake refused').at(-1)?.code).toBe('revoked');
});

function step2(sender: Identity, changed: Partial<Step2Message> = {}): Step2Message {
  const at = { utcMs: Date.now(), offsetMinutes: 0 };
  const measurements = [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(72, 0) }];
  const origin = { source: identities.sensor, channel: randomBytes(8), sequence: 0 };
  return {
    sender,
    recipient: identities.hospital,
    sentAt: at,
    reading: { origin, measuredAt: at, measurements },
    ...changed,
  };
}

test('under their own channel a patient cannot send in the name of another, nor to another hospital', async () => {
  const third = { role: 'patient', id: 'patient-3' } as const;
  await ward.admit(third);
  const channel = await initiate(ward, await ward.certify(third), asDevice(patient), 2);
  const counter = new SendCounter({ start: 0, block: 64, reserve: () => undefined });
  const sealer = await openSealer(channel, 'initiator', counter);
  const seal = async (message: Step2Message) => (await sealer.seal(encodeStep2Message(message))).bytes;
  const { stored, refusedByCode } = await ward.store.counts();
  await patient.send(
    await seal(step2(identities.patient)),
    await seal(step2(third, { recipient: { role: 'hospital', id: 'hospital-2' } })),
  );
  const after = await ward.store.counts();
  expect(after.stored).toBe(stored);
  for (const code of ['sender-mismatch', 'recipient-mismatch']) {
    expect(after.refusedByCode[code]).toBe((refusedByCode[code] ?? 0) + 1);
  }
});

test("a patient who claims another patient's reading takes nothing from them", async () => {
  const fourth = { role: 'patient', id: 'patient-4' } as const;
  await ward.admit(fourth);
  const channel = await initiate(ward, await ward.certify(fourth), asDevice(patient), 2);
  const counter = new SendCounter({ start: 0, block: 64, reserve: () => undefined });
  const sealer = await openSealer(channel, 'initiator', counter);
  await patient.take(await patient.sensor.seal(99));
  // The origin that the honest reading is going to have, claimed a moment before it arrives.
  const sensorChannel = patient.sensor.secrets?.id ?? randomBytes(8);
  const claims: Bytes[] = [];
  for (let sequence = 0; sequence < 64; sequence++) {
    const message = step2(fourth);
    const origin = { source: identities.sensor, channel: sensorChannel, sequence };
    const claim = { ...message, reading: { ...message.reading, origin } };
    claims.push((await sealer.seal(encodeStep2Message(claim))).bytes);
  }
  await patient.send(...claims);
  const { answer } = await patient.send(...(await patient.sealed()));
  const { confirmed } = await patient.hear(answer);
  expect(confirmed).toMatchObject([{ duplicate: false }]);
  expect(confirmed[0]?.origin.sequence).toBeLessThan(claims.length);
});

test("a neighbour's sensor, certified as it is, is refused by this patient's element", async () => {
  const party = await ward.certify({ role: 'sensor', id: 'sensor-of-the-neighbour' });
  const foreign = new InitiatingSensor({ party, root: ward.root, patient: identities.patient, now: Date.now });
  const before = await patient.state();
  expect(await refusalOf(patient.shakeHandsWithSensor(foreign))).toBe('peer-not-bonded');
  expect(await patient.state()).toEqual(before);
});

test.each(['patient', 'doctor', 'hospital'] as const)('a %s does not speak as a sensor', async (role) => {
  const party = await ward.certify({ role, id: 'sensor-1' });
  const liar = new InitiatingSensor({ party, root: ward.root, patient: identities.patient, now: Date.now });
  const before = await patient.state();
  expect(await refusalOf(patient.shakeHandsWithSensor(liar))).toBe('role-refused');
  expect(await patient.state()).toEqual(before);
});

test('an activation code for one identity certifies no other', async () => {
  const { url, rootFingerprint, authority } = ward.authority;
  const { client } = await connectEst({ url, rootFingerprint });
  const keyPair = await generateKeyPair({ extractable: true });
  const { code } = await authority.invite({ identity: { role: 'sensor', id: 'cheap' }, ttl: 60_000 });
  const certificates = (await authority.list()).length;
  const asDoctor = await createRequest(keyPair, identities.doctor);
  expect(await refusalOf(client.simpleEnroll(asDoctor, { identity: identities.doctor, code }))).toBe(
    'activation-code-refused',
  );
  expect(await refusalOf(client.simpleEnroll(asDoctor, { identity: { role: 'sensor', id: 'cheap' }, code }))).toBe(
    'identity-refused',
  );
  expect(await authority.list()).toHaveLength(certificates);
});

test("a link for a crew does not sign in on the doctor's page", async () => {
  const link = await ward.link(identities.crew, `${ward.hospital.peopleUrl}/ambulance/`);
  expect(await refusalOf(signIn({ link, role: 'doctor', custody: memoryCustody() }))).toBe('link-for-another-role');
});
