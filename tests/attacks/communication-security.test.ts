// Table II, communication security: old versions, weak suites, wrong names and plain text are refused on every line, and
// what is cut, slow or away costs time and no reading.

import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { readHospitalKeys, startHospital } from '@vitalseal/app-hospital';
import { type Bytes, encodeCbor, handshakeMediaType } from '@vitalseal/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { falseServer } from './false-server.fixture.ts';
import { PatientInHand, refusalOf } from './patient-in-hand.fixture.ts';
import { enterPulse, phoneInHand } from './phone-in-hand.fixture.ts';
import { identities, soon, Ward } from './ward.fixture.ts';

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

function tlsHandshake(url: string, maxVersion: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connectTls({
      host: hostname,
      port: Number(port),
      ca: ward.rootPem,
      servername: 'localhost',
      minVersion: 'TLSv1',
      maxVersion,
      // The old versions are off in OpenSSL's own defaults too; without this the client would refuse first.
      ciphers: 'ALL:@SECLEVEL=0',
    });
    socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    socket.on('secureConnect', () => {
      resolve(socket.getProtocol() ?? 'none');
      socket.destroy();
    });
  });
}

test.each(['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const)(
  '%s is refused by the hospital and by the authority',
  async (version) => {
    for (const url of [ward.hospital.devicesUrl, ward.authority.url]) {
      expect(await tlsHandshake(url, version)).toMatch(/PROTOCOL_VERSION/);
      expect(await tlsHandshake(url, 'TLSv1.3')).toBe('TLSv1.3');
    }
  },
);

test('plain HTTP on the line of the secure elements is not answered', async () => {
  const { port } = new URL(ward.hospital.devicesUrl);
  const socket = connectTcp(Number(port), '127.0.0.1');
  const heard: Buffer[] = [];
  socket.on('data', (chunk) => heard.push(chunk));
  socket.on('error', () => {});
  socket.write('POST /records HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n');
  await new Promise((resolve) => socket.once('close', resolve));
  expect(Buffer.concat(heard).toString('latin1')).not.toContain('HTTP/1.1 200');
});

test('the pages are not served in plain text beyond this machine', async () => {
  const dataDir = join(ward.folder, 'hospital');
  for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
    const started = startHospital({
      dataDir: join(ward.folder, 'second-hospital'),
      keys: await readHospitalKeys(dataDir),
      people: { host, tls: false },
    });
    expect(await refusalOf(started)).toBe('insecure-listener');
  }
});

test('a phone does not take a server of the right authority under a wrong name', async () => {
  const server = await falseServer(ward.authority.authority, ['elsewhere.example', '127.0.0.1']);
  const states: string[] = [];
  const gateway = await phoneInHand(ward, {
    identity: identities.neighbour,
    ledTo: server.port,
    events: { hospital: (state) => states.push('code' in state ? state.code : state.state) },
  });
  await enterPulse(gateway, 66);
  await expect.poll(() => states, soon).toContain('hospital-untrusted');
  expect(server.requests()).toBe(0);
  await gateway.stop();
  server.close();
});

async function edhoc(message1: readonly number[]): Promise<string> {
  const body = new Uint8Array([0xf5, ...message1]);
  const { status, body: answer } = await patient.post('/edhoc', handshakeMediaType.request, body);
  expect(status).toBe(400);
  return Buffer.from(answer).toString('hex');
}

const hex = (...items: (number | string)[]) =>
  items.map((item) => Buffer.from(encodeCbor(item)).toString('hex')).join('');
const publicKey = [0x58, 0x20, ...new Array(32).fill(9)];

test.each([1, 2, 3])('EDHOC method %i, which lets a side go without a signature, is refused', async (method) => {
  await ward.unchangedBy(async () => {
    expect(await edhoc([method, 3, ...publicKey, 0x0e])).toBe(hex(1, 'handshake refused'));
  });
  expect(ward.logged('handshake refused').at(-1)?.code).toBe('method-unsupported');
});

test.each([0, 1, 2, 4, 5, 24])('EDHOC cipher suite %i alone is refused, and ours is named', async (suite) => {
  await ward.unchangedBy(async () => {
    expect(await edhoc([0, ...encodeCbor(suite), ...publicKey, 0x0e])).toBe(hex(2, 3));
  });
  expect(ward.logged('handshake refused').at(-1)?.code).toBe('cipher-suite-unsupported');
});

test('a key share that is no point of the curve is refused', async () => {
  const noPoint = [0x58, 0x20, ...new Array(32).fill(0xff)];
  await ward.unchangedBy(async () => {
    expect(await edhoc([0, 3, ...noPoint, 0x0e])).toBe(hex(1, 'handshake refused'));
  });
});

test('handshakes beyond what one address may begin are put off, and records under a channel are not', async () => {
  const busy = await Ward.open({ handshakeAllowance: { burst: 20, perSecond: 0.01 } });
  try {
    const theirs = await PatientInHand.enrol(busy);
    expect((await theirs.deliver()).confirmed).toHaveLength(1);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 40; attempt++) {
      const body = new Uint8Array([0xf5, 0, 3, ...publicKey, 0x0e]);
      statuses.push((await theirs.post('/edhoc', handshakeMediaType.request, body)).status);
    }
    expect(statuses.at(-1)).toBe(429);
    expect((await theirs.deliver()).confirmed).toHaveLength(1);
  } finally {
    await busy.close();
  }
});

test('half-open handshakes are bounded, and an honest one goes through amid them', async () => {
  const message1s: Bytes[] = [];
  for (let begun = 0; begun < 64; begun++) message1s.push(await patient.element.startHospitalHandshake(Date.now()));
  await ward.unchangedBy(async () => {
    for (const message1 of message1s) await patient.edhoc(message1);
  });
  const metrics = await (await fetch(new URL('/metrics', ward.hospital.peopleUrl))).text();
  const [, open = ''] = /^vitalseal_half_open_handshakes (\d+)$/m.exec(metrics) ?? [];
  expect(Number(open)).toBeGreaterThanOrEqual(64);
  expect(Number(open)).toBeLessThanOrEqual(2048);
  await patient.shakeHandsWithHospital();
});

test('an answer that is cut off on its way leaves the reading with the phone, and it is stored once', async () => {
  const { stored } = await ward.store.counts();
  await patient.take(await patient.sensor.seal(77));
  const records = await patient.sealed();
  // Sent and taken; the answer never arrives, so the phone sends the same again.
  await patient.send(...records);
  expect((await patient.element.display()).waiting.readings).toBe(1);
  const { answer } = await patient.send(...(await patient.sealed()));
  expect((await patient.hear(answer)).confirmed).toMatchObject([{ duplicate: true }]);
  expect((await ward.store.counts()).stored).toBe(stored + 1);
});
