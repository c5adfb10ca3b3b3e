// The least chain's middle: mutual TLS on bare node:https, AES-GCM open, one transaction a POST in SQLite with
// synchronous=FULL, one sealed answer, and each reading sealed again and pushed to whoever reads the open response.
import { createSecretKey, type KeyObject } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ready, startedWith } from '../measure/child.ts';
import { type LeastRecord, openLeast, sealLeast, splitLeast } from './least-records.ts';

export interface LeastOptions {
  readonly dataDir: string;
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  /** Hexadecimal, by who; the last is the listener's. */
  readonly secrets: readonly string[];
}

export interface LeastReady {
  readonly port: number;
}

const { dataDir, tls, secrets } = startedWith<LeastOptions>();
const keys = secrets.map((secret) => createSecretKey(Buffer.from(secret, 'hex')));
const keyOf = (who: number): KeyObject => {
  const key = keys[who];
  if (key === undefined) throw new Error('expected someone known');
  return key;
};
const listenersKey = keyOf(keys.length - 1);
/** Answers count on behind what the other side counts, so that no nonce comes twice. */
let answers = 2 ** 40;

const database = new DatabaseSync(join(dataDir, 'least.sqlite'));
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536');
database.exec('create table readings (who integer, counter integer, payload blob, unique (who, counter))');
const insert = database.prepare('insert into readings values (?, ?, ?) on conflict do nothing');

function store(records: readonly LeastRecord[]): void {
  database.exec('begin immediate');
  for (const { who, counter, payload } of records) insert.run(who, counter, payload);
  database.exec('commit');
}

const feeds = new Set<ServerResponse>();
let pushed = 0;

function push(records: readonly LeastRecord[]): void {
  if (feeds.size === 0) return;
  for (const record of records) {
    const head = Buffer.alloc(12);
    head.writeUInt32BE(record.who);
    head.writeBigUInt64BE(BigInt(record.counter), 4);
    const payload = Buffer.concat([head, record.payload]);
    const sealed = sealLeast(listenersKey, { who: keys.length - 1, counter: pushed++, payload });
    for (const feed of feeds) feed.write(sealed);
  }
}

const server = createServer(
  { ...tls, minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: true, keepAliveTimeout: 75_000 },
  (request, response) => {
    if (request.url === '/feed') {
      response.flushHeaders();
      feeds.add(response);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const records = splitLeast(Buffer.concat(chunks)).records.map((record) => openLeast(keyOf, record));
      const who = records[0]?.who ?? 0;
      store(records);
      const payload = Buffer.from([records.length & 0xff]);
      const answer = sealLeast(keyOf(who), { who, counter: answers++, payload });
      response.writeHead(200, { 'content-length': answer.length });
      response.end(answer);
      push(records);
    });
  },
);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  ready({ port: typeof address === 'object' && address !== null ? address.port : 0 } satisfies LeastReady);
});
