import { connect } from 'node:tls';
import {
  channelIdOf,
  encodeCbor,
  frameMessage1,
  handshakeMediaType,
  ProtocolError,
  randomBytes,
  startHandshake,
} from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTestAuthority } from '../testing/test-authority.ts';
import { TestHospital, testHospitalIdentity } from '../testing/test-hospital.ts';
import { TestPatient } from '../testing/test-patient.ts';

let hospital: TestHospital;
beforeAll(async () => {
  // What is used up stays used up for the length of a test.
  hospital = await TestHospital.start({
    handshakeAllowance: { burst: 40, perSecond: 0.01 },
    strangerAllowance: { burst: 2000, perSecond: 0.01 },
  });
  await hospital.admit('p1');
});
afterAll(() => hospital.remove());

function handshakeWith(maxVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const port = Number(new URL(hospital.running.devicesUrl).port);
  const socket = connect({ host: '127.0.0.1', port, ca: hospital.authority.rootPem, maxVersion }, () => {
    resolve(socket.getProtocol());
    socket.destroy();
  });
  socket.on('error', reject);
  return promise;
}

test('TLS 1.3 is spoken and nothing older', async () => {
  expect(await handshakeWith('TLSv1.3')).toBe('TLSv1.3');
  await expect(handshakeWith('TLSv1.2')).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
});

test('a patient who is not under care is refused a channel, and given one as soon as admitted', async () => {
  const stranger = await hospital.patient('p7');
  await expect(stranger.agree()).rejects.toMatchObject({ code: 'peer-refused' });
  await hospital.admit('p7');
  await stranger.agree();
  expect((await stranger.send([await stranger.sealReading(1)])).acknowledgement?.results).toHaveLength(1);
});

test('a certificate of another role opens no channel here', async () => {
  await hospital.onCall({ role: 'doctor', id: 'p1' });
  for (const role of ['doctor', 'sensor', 'hospital'] as const) {
    const other = await hospital.patient('p1', { role, id: 'p1' });
    await expect(other.agree()).rejects.toBeInstanceOf(ProtocolError);
  }
});

test('a certificate of another authority opens no channel here', async () => {
  const elsewhere = await makeTestAuthority();
  const identity = { role: 'patient', id: 'p1' } as const;
  const { root, rootPem } = hospital.authority;
  const credential = await elsewhere.enrol(identity);
  const url = hospital.running.devicesUrl;
  const other = new TestPatient({ url, identity, hospital: testHospitalIdentity, credential, root, rootPem });
  await expect(other.agree()).rejects.toMatchObject({ code: 'peer-refused' });
  other.close();
});

test('a message_3 serves once, and what is no handshake message is refused without a reason', async () => {
  const patient = await hospital.patient('p1');
  for (const body of [new Uint8Array(), Uint8Array.of(0xf5), Uint8Array.of(0xff, 0xff), randomBytes(200)]) {
    const answer = await patient.post('/edhoc', handshakeMediaType.request, body);
    expect(answer.status).toBe(400);
    expect(Buffer.from(answer.body).toString()).toContain('handshake refused');
  }
  const tooLong = await patient.post('/edhoc', handshakeMediaType.request, new Uint8Array(20_000));
  expect(tooLong.status).toBe(413);
});

test('a stranger behind the same address keeps no patient with an open channel from delivering', async () => {
  const patient = await hospital.patient('p1');
  await patient.agree();
  await patient.send([await patient.sealReading(1)]);
  const stranger = await patient.sealReading(2);
  stranger.set(randomBytes(8), Buffer.from(stranger).indexOf(channelIdOf(stranger)));
  const rubbish = encodeCbor(Array.from({ length: 256 }, () => stranger));
  let answer = await patient.post('/records', 'application/cbor', rubbish);
  for (let tries = 0; answer.status !== 429 && tries < 60; tries++) {
    answer = await patient.post('/records', 'application/cbor', rubbish);
  }
  expect(answer.status).toBe(429);
  expect((await patient.post('/records', 'application/cbor', new Uint8Array(3))).status).toBe(429);
  expect((await patient.send([await patient.sealReading(3)])).acknowledgement?.results).toHaveLength(1);
});

test('an address that asks for too many handshakes is told to wait, while its records are still taken', async () => {
  const patient = await hospital.patient('p1');
  await patient.agree();
  const { credential } = patient.options;
  const verifyPeer = () => {
    throw new Error('not reached');
  };
  const { message1 } = await startHandshake({ own: credential, verifyPeer, connectionId: randomBytes(1) });
  let answer = await patient.post('/edhoc', handshakeMediaType.request, frameMessage1(message1));
  for (let tries = 0; answer.status !== 429 && tries < 60; tries++) {
    answer = await patient.post('/edhoc', handshakeMediaType.request, frameMessage1(message1));
  }
  expect(answer.status).toBe(429);
  expect(Number(answer.retryAfter)).toBeGreaterThan(0);
  expect((await patient.send([await patient.sealReading(1)])).acknowledgement?.results).toHaveLength(1);
});
