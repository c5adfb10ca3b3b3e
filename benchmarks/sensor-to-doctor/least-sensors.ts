// The least chain's beginning: at each moment of the schedule one sealed record by HTTPS with a client certificate.
import { createSecretKey, type KeyObject } from 'node:crypto';
import { Agent, request } from 'node:https';
import { encodeStep2Message } from '@vitalseal/protocol';
import { preciseNow } from '../measure/precise-time.ts';
import { sampleMessage } from '../measure/sample-message.ts';
import { openLeast, sealLeast, splitLeast } from './least-records.ts';
import { hospital } from './world.ts';

export interface LeastSensorOptions {
  readonly port: number;
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  readonly secret: string;
  readonly who: number;
  /** UTC ms, rising. */
  readonly moments: readonly number[];
  readonly onAcknowledged: (measuredAt: number, at: number) => void;
}

/** @returns ends it */
export function startLeastSensor(options: LeastSensorOptions): () => void {
  const { moments, who } = options;
  const key = createSecretKey(Buffer.from(options.secret, 'hex'));
  const agent = new Agent({ ...options.tls, keepAlive: true, maxSockets: 1, minVersion: 'TLSv1.3' });
  let timer: NodeJS.Timeout;
  const measureFrom = (index: number): void => {
    const measuredAt = moments[index];
    if (measuredAt === undefined) return;
    timer = setTimeout(() => {
      send(measuredAt, index);
      measureFrom(index + 1);
    }, measuredAt - Date.now());
  };
  const send = (measuredAt: number, counter: number): void => {
    const origin = { patient: { role: 'patient', id: `live-${who}` }, hospital, channel: new Uint8Array(8) } as const;
    const payload = encodeStep2Message(sampleMessage(origin, counter, measuredAt));
    post(options, agent, sealLeast(key, { who, counter, payload }), (answer) => {
      openAnswer(key, answer);
      options.onAcknowledged(measuredAt, preciseNow());
    });
  };
  measureFrom(0);
  return () => {
    clearTimeout(timer);
    agent.destroy();
  };
}

function post({ port }: LeastSensorOptions, agent: Agent, body: Buffer, onAnswer: (answer: Buffer) => void): void {
  const headers = { 'content-length': body.length };
  const sent = request({
    agent,
    host: '127.0.0.1',
    servername: 'localhost',
    port,
    method: 'POST',
    path: '/records',
    headers,
  });
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => onAnswer(Buffer.concat(chunks)));
  });
  sent.end(body);
}

function openAnswer(key: KeyObject, answer: Buffer): void {
  const [record] = splitLeast(answer).records;
  if (record === undefined) throw new Error('expected an answer');
  openLeast(() => key, record);
}
