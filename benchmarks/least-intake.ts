// The least program that takes readings in: mutual TLS on bare node:https, one AES-GCM opening a record, the reading read
// with a general CBOR library so that its origin and time are known, group commit into the hospital's own store, one
// sealed answer. No handshake of its own, no COSE, no checks of what was read, no replay window, no rules, no people:
// what the hospital does beyond it is what `intake.ts` measures.

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { createServer } from 'node:https';
import { openStore, testWrappingKeys } from '@vitalseal/app-hospital/testing';
import { decode } from 'cborg';
import type { ServerBegin, ServerSetting, ServerUsage, ToServer } from './intake/protocol.ts';

/** Each record: patient (4 bytes), counter (8), then ciphertext and tag of a step 2 message; the key is the patient's. */
export const leastHeader = 12;

/** As far into a step 2 message as is needed: sender, recipient, time, place, [[source, channel, sequence], [time, offset], …]. */
type Step2 = readonly [
  string,
  string,
  unknown,
  unknown,
  readonly [readonly [string, Uint8Array, number], readonly [number, number], unknown, unknown],
];

interface Row {
  readonly patient: number;
  readonly sequence: number;
  /** UTC ms. */
  readonly measuredAt: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

interface LeastStore {
  insert(rows: readonly Row[]): Promise<void> | void;
  count(): Promise<number>;
}

/** The hospital's own store and its one table of readings, without all that the hospital keeps beside them. */
async function sameStore(setting: ServerSetting): Promise<LeastStore> {
  const store = await openStore({ ...setting, wrappingKeys: testWrappingKeys });
  return {
    async insert(rows) {
      const received = Date.now();
      const readings = rows.map(({ patient, sequence, measuredAt, payload }) => ({
        stream: patient,
        sequence,
        patient,
        measured_at: measuredAt,
        received_at: received,
        // As it is: what sealing at rest costs is part of what is measured.
        payload,
      }));
      await store.transaction((db) => store.readings.insert(db, readings));
    },
    count: async () => (await store.counts()).stored,
  };
}

interface Waiting {
  readonly rows: readonly Row[];
  done(error?: unknown): void;
}

/** Requests that wait together are committed together. */
function groupCommit(store: LeastStore): (rows: readonly Row[]) => Promise<void> {
  let waiting: Waiting[] = [];
  let busy = false;
  async function commit(): Promise<void> {
    const group = waiting;
    waiting = [];
    try {
      await store.insert(group.flatMap(({ rows }) => rows));
      for (const { done } of group) done();
    } catch (error) {
      for (const { done } of group) done(error);
    }
    busy = false;
    if (waiting.length > 0) schedule();
  }
  function schedule(): void {
    if (busy) return;
    busy = true;
    setImmediate(() => void commit());
  }
  return (rows) =>
    new Promise((resolve, reject) => {
      waiting.push({ rows, done: (error) => (error === undefined ? resolve() : reject(error)) });
      schedule();
    });
}

export function leastNonce(sequence: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(sequence), 4);
  return nonce;
}

function open(keys: readonly KeyObject[], record: Buffer): Row {
  const patient = record.readUInt32BE(0);
  const sequence = Number(record.readBigUInt64BE(4));
  const key = keys[patient];
  if (key === undefined) throw new Error('expected a known patient');
  const decipher = createDecipheriv('aes-256-gcm', key, leastNonce(sequence));
  decipher.setAAD(record.subarray(0, leastHeader));
  decipher.setAuthTag(record.subarray(-16));
  const payload = new Uint8Array(decipher.update(record.subarray(leastHeader, -16)));
  decipher.final();
  const [, , , , [[, , origin], [measuredAt]]] = decode(payload) as Step2;
  return { patient, sequence: origin, measuredAt, payload };
}

function answer(key: KeyObject, count: number, nonce: number): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, leastNonce(2 ** 40 + nonce));
  const sealed = cipher.update(Buffer.from([count]));
  cipher.final();
  return Buffer.concat([sealed, cipher.getAuthTag()]);
}

export interface LeastFixture {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
  /** Hexadecimal, by patient. */
  readonly secrets: readonly string[];
}

async function serve({ setting, fixture }: ServerBegin): Promise<void> {
  const { key, cert, ca, secrets } = JSON.parse(fixture) as LeastFixture;
  const keys = secrets.map((secret) => createSecretKey(Buffer.from(secret, 'hex')));
  const store = await sameStore(setting);
  const commit = groupCommit(store);
  let answers = 0;
  const server = createServer(
    { key, cert, ca, minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const body = Buffer.concat(chunks);
        const rows: Row[] = [];
        for (let at = 0; at < body.length; ) {
          const length = body.readUInt16BE(at);
          rows.push(open(keys, body.subarray(at + 2, at + 2 + length)));
          at += 2 + length;
        }
        await commit(rows);
        const sealed = answer(keys[rows[0]?.patient ?? 0] as KeyObject, rows.length, answers++);
        response.writeHead(200, { 'content-length': sealed.length });
        response.end(sealed);
      });
    },
  );
  server.keepAliveTimeout = 75_000;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.({ kind: 'ready', port: typeof address === 'object' ? address?.port : 0 });
  });
  process.on('message', async ({ kind }: ToServer) => {
    if (kind !== 'usage?') return;
    const { user, system } = process.cpuUsage();
    const usage: ServerUsage = { kind: 'usage', cpuMicros: user + system, stored: await store.count() };
    process.send?.(usage);
  });
}

if (process.argv[1] === import.meta.filename) {
  process.on('disconnect', () => process.exit());
  process.on('message', async (message: ToServer) => {
    if (message.kind === 'begin') await serve(message);
  });
}
