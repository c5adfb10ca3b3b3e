// Taking in readings over HTTPS with durable commit, against the least program (least-intake.ts) on the same database:
// at 1, 10 and 50 records a POST, on SQLite and on PostgreSQL. Server on one core, load on the other. Each pair runs in
// turns, and the median of the rounds is printed: rate, ratio, CPU time of the server a reading.
//
//   node benchmarks/intake.ts [--store sqlite|postgresql] [--records 1,10,50] [--growth]

import { createCipheriv, createSecretKey, randomBytes as random } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStore, rosterChanged } from '@vitalseal/app-hospital';
import { makeTestAuthority, startPrivatePostgresql, TestPatient } from '@vitalseal/app-hospital/testing';
import {
  createRequest,
  encodePem,
  exportPrivateKey,
  generateKeyPair,
  issueCertificate,
} from '@vitalseal/certifying-authority';
import { decimal, encodeCbor, encodeStep2Message, mdc, mdcUnit, type Step2Message } from '@vitalseal/protocol';
import type { HospitalFixture } from './intake/hospital-server.ts';
import { httpRequest, LoadedConnection } from './intake/load.ts';
import type { LoadPlan, ServerSetting, StoreKind } from './intake/protocol.ts';
import { type ServerProcess, startServer } from './intake/server-process.ts';
import { type LeastFixture, leastHeader, leastNonce } from './least-intake.ts';

const rounds = Number(process.env.ROUNDS ?? 5);
/** By records a POST: some seconds a round, and 64 to 400 readings on their way at a time. */
const loads: { readonly [records: number]: { readonly readings: number; readonly connections: number } } = {
  1: { readings: 16_000, connections: 64 },
  10: { readings: 64_000, connections: 16 },
  50: { readings: 96_000, connections: 8 },
};
const otherLoad = { readings: 50_000, connections: 16 };
const hospitalIdentity = { role: 'hospital', id: 'bench' } as const;

interface Load {
  readonly setting: ServerSetting;
  readonly connections: number;
  readonly perPost: number;
  /** Requests of each connection. */
  readonly posts: number;
}

interface Contender {
  readonly server: ServerProcess;
  readonly connections: readonly LoadedConnection[];
}

interface Measured {
  readonly perSecond: number;
  readonly cpuMillis: number;
}

function message(patient: string, sensorChannel: Uint8Array<ArrayBuffer>, sequence: number): Step2Message {
  const at = { utcMs: Date.now() - 1000, offsetMinutes: 60 };
  const value = (code: number, unit: number, n: number, exponent = 0) => ({ code, unit, value: decimal(n, exponent) });
  return {
    sender: { role: 'patient', id: patient },
    recipient: hospitalIdentity,
    sentAt: at,
    location: { latitude: 52.520008, longitude: 13.404954, accuracyMetres: 12, at: at.utcMs },
    reading: {
      origin: { source: { role: 'sensor', id: `s-${patient}` }, channel: sensorChannel, sequence },
      measuredAt: at,
      measurements: [
        value(mdc.heartRate, mdcUnit.beatsPerMinute, 72 + (sequence % 10)),
        value(mdc.pulseOximetrySaturation, mdcUnit.percent, 97),
        value(mdc.respirationRate, mdcUnit.breathsPerMinute, 16),
        value(mdc.systolic, mdcUnit.millimetresOfMercury, 122),
        value(mdc.diastolic, mdcUnit.millimetresOfMercury, 78),
        value(mdc.bodyTemperature, mdcUnit.degreesCelsius, 36.8, -1),
        value(mdc.supplementalOxygen, mdcUnit.dimensionless, 0),
      ],
    },
  };
}

const authority = await makeTestAuthority();

async function hospitalContender({ setting, connections, perPost, posts }: Load): Promise<Contender> {
  const keys = await authority.hospitalKeys(hospitalIdentity);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const fixture: HospitalFixture = {
    id: hospitalIdentity.id,
    chain: keys.chain.map(base64),
    privateKey: base64(await exportPrivateKey(keys.privateKey)),
    anchors: keys.anchors.map(base64),
    tls: keys.tls,
  };
  const store = await openStore(setting);
  for (let index = 0; index < connections; index++) {
    await store.patients.admit({ identity: `p${index}`, name: `P ${index}`, bed: '', policy: null, at: Date.now() });
  }
  await rosterChanged(store);
  await store.close();
  const file = new URL('./intake/hospital-server.ts', import.meta.url).pathname;
  const server = await startServer(file, setting, JSON.stringify(fixture), 0);
  const plans: LoadPlan[] = [];
  for (let index = 0; index < connections; index++) {
    const identity = { role: 'patient', id: `p${index}` } as const;
    const patient = new TestPatient({
      url: `https://127.0.0.1:${server.port}`,
      identity,
      hospital: hospitalIdentity,
      credential: await authority.enrol(identity),
      root: authority.root,
      rootPem: authority.rootPem,
    });
    await patient.agree();
    const requests: Uint8Array[] = [];
    let sequence = 0;
    for (let post = 0; post < posts; post++) {
      const records = [];
      for (let at = 0; at < perPost; at++) {
        const payload = encodeStep2Message(message(identity.id, patient.sensorChannel, sequence++));
        records.push((await patient.sealer.seal(payload)).bytes);
      }
      requests.push(httpRequest('/records', 'application/cbor', encodeCbor(records)));
    }
    patient.close();
    plans.push({ port: server.port, tls: { ca: authority.rootPem }, requests });
  }
  return contender(server, plans);
}

async function leastContender({ setting, connections, perPost, posts }: Load): Promise<Contender> {
  const { tls } = await authority.hospitalKeys(hospitalIdentity);
  const secrets = Array.from({ length: connections }, () => random(32));
  const fixture: LeastFixture = {
    ...tls,
    ca: authority.rootPem,
    secrets: secrets.map((secret) => secret.toString('hex')),
  };
  const file = new URL('./least-intake.ts', import.meta.url).pathname;
  const server = await startServer(file, setting, JSON.stringify(fixture), 0);
  const plans: LoadPlan[] = [];
  for (const [index, secret] of secrets.entries()) {
    const key = createSecretKey(secret);
    const requests: Uint8Array[] = [];
    let sequence = 0;
    for (let post = 0; post < posts; post++) {
      const parts: Buffer[] = [];
      for (let at = 0; at < perPost; at++) {
        const payload = encodeStep2Message(message(`p${index}`, new Uint8Array(8), sequence));
        const header = Buffer.alloc(leastHeader);
        header.writeUInt32BE(index, 0);
        header.writeBigUInt64BE(BigInt(sequence), 4);
        const cipher = createCipheriv('aes-256-gcm', key, leastNonce(sequence));
        cipher.setAAD(header);
        const ciphertext = cipher.update(payload);
        cipher.final();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(header.length + ciphertext.length + 16);
        parts.push(length, header, ciphertext, cipher.getAuthTag());
        sequence += 1;
      }
      requests.push(httpRequest('/records', 'application/octet-stream', Buffer.concat(parts)));
    }
    const client = await clientCertificate(`p${index}`);
    plans.push({ port: server.port, tls: { ca: authority.rootPem, ...client }, requests });
  }
  return contender(server, plans);
}

/** Connects last: a connection that says nothing while requests are prepared would be closed. */
async function contender(server: ServerProcess, plans: readonly LoadPlan[]): Promise<Contender> {
  return { server, connections: await Promise.all(plans.map((plan) => LoadedConnection.open(plan))) };
}

async function clientCertificate(id: string): Promise<{ key: string; cert: string }> {
  const identity = { role: 'patient', id } as const;
  const keyPair = await generateKeyPair({ extractable: true });
  const csr = await createRequest(keyPair, identity);
  const now = Date.now();
  const validity = { notBefore: now - 3_600_000, notAfter: now + 3_600_000 };
  const leaf = await issueCertificate({ csr, identity, issuer: authority.issuing, ...validity });
  return {
    key: encodePem('PRIVATE KEY', await exportPrivateKey(keyPair.privateKey)),
    cert: encodePem('CERTIFICATE', leaf) + encodePem('CERTIFICATE', authority.issuing.certificate),
  };
}

/** One round: every connection sends its share. */
async function round(contender: Contender, posts: number, perPost: number): Promise<Measured> {
  const before = await contender.server.usage();
  const started = performance.now();
  await Promise.all(contender.connections.map((connection) => connection.send(posts)));
  const seconds = (performance.now() - started) / 1000;
  const after = await contender.server.usage();
  const readings = posts * perPost * contender.connections.length;
  if (after.stored - before.stored !== readings)
    throw new Error('expected every reading that was answered to be stored');
  return { perSecond: readings / seconds, cpuMillis: (after.cpuMicros - before.cpuMicros) / 1000 / readings };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

async function compare(store: StoreKind, perPost: number): Promise<void> {
  const postgresql = store === 'postgresql' ? startPrivatePostgresql() : undefined;
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-bench-'));
  try {
    const { readings, connections } = loads[perPost] ?? otherLoad;
    const posts = Math.ceil(readings / perPost / connections);
    const load = { connections, perPost, posts: posts * (rounds + 1) };
    const setting = async (name: string) => ({
      store,
      dataDir: join(dataDir, name),
      databaseUrl: await postgresql?.createDatabase(),
    });
    const hospital = await hospitalContender({ ...load, setting: await setting('hospital') });
    const least = await leastContender({ ...load, setting: await setting('least') });
    await round(least, posts, perPost);
    await round(hospital, posts, perPost);
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    for (let index = 0; index < rounds; index++) {
      theirs.push(await round(least, posts, perPost));
      ours.push(await round(hospital, posts, perPost));
    }
    const ratio = median(ours.map(({ perSecond }, index) => perSecond / (theirs[index]?.perSecond ?? Number.NaN)));
    const show = (measured: readonly Measured[]) =>
      `${Math.round(median(measured.map(({ perSecond }) => perSecond)))
        .toString()
        .padStart(6)}/s ${median(measured.map(({ cpuMillis }) => cpuMillis)).toFixed(3)} ms CPU`;
    print(
      `${store.padEnd(10)} ${String(perPost).padStart(2)} a POST   hospital ${show(ours)}   least ${show(theirs)}   ratio ${ratio.toFixed(2)}`,
    );
    for (const { connections: opened, server } of [hospital, least]) {
      for (const connection of opened) connection.close();
      await server.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
    postgresql?.remove();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const { values } = parseArgs({
  options: {
    store: { type: 'string', multiple: true, default: ['sqlite', 'postgresql'] },
    records: { type: 'string', default: '1,10,50' },
  },
});
print(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, SQLite ${process.versions.sqlite}`);
for (const store of values.store) {
  for (const perPost of values.records.split(',').map(Number)) await compare(store as StoreKind, perPost);
}
