// The least chain's other end: reads one response that does not end, opens what is pushed, and says when.
import { createSecretKey } from 'node:crypto';
import { request } from 'node:https';
import { ready, startedWith, tell } from '../measure/child.ts';
import { preciseNow } from '../measure/precise-time.ts';
import { openLeast, splitLeast } from './least-records.ts';

export interface LeastListenerOptions {
  readonly port: number;
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  /** Hexadecimal. */
  readonly secret: string;
  /** Whoever counts from here on is backlog, and not told of. */
  readonly live: number;
}

const { port, tls, secret, live } = startedWith<LeastListenerOptions>();
const key = createSecretKey(Buffer.from(secret, 'hex'));
const feed = request({
  ...tls,
  host: '127.0.0.1',
  servername: 'localhost',
  port,
  path: '/feed',
  minVersion: 'TLSv1.3',
});
feed.on('response', (response) => {
  ready({});
  let rest: Buffer = Buffer.alloc(0);
  response.on('data', (chunk: Buffer) => {
    const split = splitLeast(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
    rest = split.rest;
    for (const record of split.records) {
      const { payload } = openLeast(() => key, record);
      const patient = payload.readUInt32BE(0);
      const sequence = Number(payload.readBigUInt64BE(4));
      if (patient < live) tell({ kind: 'opened', patient, sequence, at: preciseNow() } as const);
    }
  });
});
feed.end();
