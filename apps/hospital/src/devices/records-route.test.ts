import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { encodeCbor } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { mostBatchBytes } from '../intake/record-batch.ts';
import { TestHospital } from '../testing/test-hospital.ts';
import type { TestPatient } from '../testing/test-patient.ts';

let hospital: TestHospital;
let patient: TestPatient;
beforeAll(async () => {
  hospital = await TestHospital.start();
  await hospital.admit('p1');
  patient = await hospital.patient('p1');
  await patient.agree();
});
afterAll(() => hospital.remove());

const code = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString()).code;

async function open(): Promise<TLSSocket> {
  const port = Number(new URL(hospital.running.devicesUrl).port);
  const socket = connect({ host: '127.0.0.1', port, ca: hospital.authority.rootPem });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** Whatever comes until `end` is in it, or the connection is closed. */
async function answerOn(socket: TLSSocket, end = '\0'): Promise<string> {
  let answer = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    answer += (chunk as Buffer).toString('latin1');
    if (answer.includes(end)) break;
  }
  return answer;
}

const head = (...lines: string[]) => ['POST /records HTTP/1.1', 'host: localhost', ...lines, '', ''].join('\r\n');

test('records of another media type are refused as such, whatever they are', async () => {
  const answer = await patient.post('/records', 'application/json', encodeCbor([await patient.sealReading(1)]));
  expect([answer.status, code(answer.body)]).toEqual([415, 'malformed-request']);
});

test('a media type is known by its name, whatever its case and parameters', async () => {
  const body = encodeCbor([await patient.sealReading(2)]);
  expect((await patient.post('/records', 'Application/CBOR; x=1', body)).status).toBe(200);
});

test('a body that says it is too long is refused before it comes, and the connection ends', async () => {
  const socket = await open();
  socket.write(head('content-type: application/cbor', `content-length: ${mostBatchBytes + 1}`));
  const answer = await answerOn(socket);
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  expect(answer).toContain('"body-too-large"');
});

test('a body that grows too long without saying so is refused as it does', async () => {
  const socket = await open();
  socket.on('error', () => undefined);
  socket.write(head('content-type: application/cbor', 'transfer-encoding: chunked'));
  const piece = Buffer.alloc(1 << 16);
  for (let sent = 0; sent <= mostBatchBytes; sent += piece.length) {
    socket.write(`${piece.length.toString(16)}\r\n`);
    socket.write(piece);
    socket.write('\r\n');
  }
  expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 413 /);
});

test('a body that comes byte by byte is taken, and so is the next on the same connection', async () => {
  const socket = await open();
  socket.setNoDelay(true);
  for (const sequence of [3, 4]) {
    const body = encodeCbor([await patient.sealReading(sequence)]);
    socket.write(head('content-type: application/cbor', `content-length: ${body.length}`));
    for (const byte of body) socket.write(Uint8Array.of(byte));
    const answer = await answerOn(socket, '\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    // To a card each of its bytes is one more to fetch.
    expect(answer).not.toMatch(/\r\n(connection|keep-alive):/i);
  }
});

test('nothing else is asked at this path', async () => {
  const socket = await open();
  socket.write('GET /records HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 404 /);
});

test('what is under way as the hospital stops is acknowledged, and its connection ends', async () => {
  const own = await TestHospital.start();
  onTestFinished(() => own.remove());
  await own.admit('p1');
  const late = await own.patient('p1');
  await late.agree();
  const body = encodeCbor([await late.sealReading(1)]);
  const port = Number(new URL(own.running.devicesUrl).port);
  const socket = connect({ host: '127.0.0.1', port, ca: own.authority.rootPem });
  await once(socket, 'secureConnect');
  socket.write(head('content-type: application/cbor', `content-length: ${body.length}`));
  socket.write(body.subarray(0, 10));
  // Whatever is asked of the same process now is asked after these bytes have come to it.
  await late.post('/records', 'application/cbor', encodeCbor([await late.sealReading(2)]));
  const stopped = own.halt();
  socket.write(body.subarray(10));
  const answer = await answerOn(socket);
  await stopped;
  expect(answer).toMatch(/^HTTP\/1.1 200 /);
  expect(answer).toMatch(/\r\nconnection: close\r\n/i);
});
