// Table II, Heartbleed: a length that claims more than was sent. Wherever a length stands before its bytes, the claim is
// held against what is there; what comes back is never more than was given, and never somebody else's.

import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  type Bytes,
  type CborValue,
  decodeCbor,
  encodeCbor,
  Fragmenter,
  handshakeMediaType,
  ProtocolError,
  Reassembler,
} from '@vitalseal/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Bedside } from './bedside.fixture.ts';
import { PatientInHand } from './patient-in-hand.fixture.ts';
import { identities, soon, Ward } from './ward.fixture.ts';

let ward: Ward;
let patient: PatientInHand;

beforeAll(async () => {
  ward = await Ward.open();
  patient = await PatientInHand.enrol(ward, identities.neighbour, { role: 'sensor', id: 'sensor-2' });
});
afterAll(() => ward.close());
beforeEach(async () => {
  expect((await patient.deliver()).confirmed).toHaveLength(1);
});

/** Every byte string and text in a value, however deep. */
function bytesIn(value: CborValue): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + bytesIn(item), 0);
  if (value instanceof Map) return [...value].reduce((sum, [key, item]) => sum + bytesIn(key) + bytesIn(item), 0);
  return 0;
}

/** A head of CBOR that claims this length, in the width asked for. */
function head(major: number, width: 1 | 2 | 4 | 8, claim: number): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(claim));
  return [(major << 5) | (24 + Math.log2(width)), ...bytes.subarray(8 - width)];
}

const claims = [24, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52];
const widths = [1, 2, 4, 8] as const;

test('CBOR: a head that claims more bytes, items or entries than follow is refused before anything is set aside', () => {
  for (const major of [2, 3, 4, 5]) {
    for (const width of widths) {
      for (const claim of claims) {
        if (claim >= 2 ** (8 * width)) continue;
        const bytes = new Uint8Array([...head(major, width, claim), 1, 2, 3]);
        expect(() => decodeCbor(bytes)).toThrow(ProtocolError);
      }
    }
  }
});

test('CBOR: whatever the bytes, what is read out of them is no longer than they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        const given = new Uint8Array(bytes);
        return bytesIn(decodeCbor(given)) <= given.length;
      } catch (error) {
        return error instanceof ProtocolError;
      }
    }),
    { seed: 40, numRuns: 20_000 },
  );
});

test('CBOR: a byte string that was read is a copy or a part of what was given, and of nothing behind it', () => {
  // A view into a larger buffer, as a socket gives it: the secret lies directly behind.
  const shared = Buffer.from([0x58, 40, ...new Array(10).fill(7), ...Buffer.from('somebody else’s reading')]);
  const given = new Uint8Array(shared.buffer, shared.byteOffset, 12);
  expect(() => decodeCbor(given)).toThrow(ProtocolError);
});

test('fragments: a message that claims more than its fragments bring never comes out', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }), (frames) => {
      const reassembler = new Reassembler(40);
      let given = 0;
      for (const frame of frames) {
        given += frame.length;
        const { message } = reassembler.accept(new Uint8Array(frame));
        if (message !== undefined && message.length > given) return false;
      }
      return true;
    }),
    { seed: 41, numRuns: 5000 },
  );
  const [first] = new Fragmenter(40).fragments(new Uint8Array(200));
  if (first === undefined) throw new Error('expected a fragment');
  for (const claim of [201, 4000, 65_535]) {
    const lying = first.slice();
    lying.set([claim >> 8, claim & 0xff], 2);
    expect(new Reassembler(40).accept(lying).message).toBeUndefined();
  }
});

test("the phone's link: a frame that claims more than it has is waited for, and answered with nothing", async () => {
  const bedside = await Bedside.open(ward);
  await bedside.measure([70]);
  await expect.poll(async () => (await bedside.gateway.status()).waiting.readings, soon).toBe(0);
  await ward.unchangedBy(async () => {
    const socket = connectTcp(bedside.gateway.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    // The MTU, then a frame of 180 bytes of which three come.
    socket.end(Uint8Array.of(0, 2, 0, 185, 0, 180, 1, 2, 3));
    await closed;
    // The phone's own MTU, and at most its window for records.
    expect(Buffer.concat(chunks).length).toBeLessThanOrEqual(4 + 9);
  });
});

async function answerTo(path: string, type: string, body: Uint8Array): Promise<string> {
  const { status, body: answer } = await patient.post(path, type, body);
  return `${status} ${new TextDecoder().decode(answer)}`;
}

const malformed = '400 {"code":"malformed-request"}';

test('batches of records whose heads claim more than follows are refused in the same few words', async () => {
  await ward.unchangedBy(async () => {
    for (const width of widths) {
      for (const claim of claims) {
        if (claim >= 2 ** (8 * width)) continue;
        const inner = new Uint8Array([0x81, ...head(2, width, claim), 1, 2, 3]);
        const outer = new Uint8Array([...head(4, width, claim), 0x41, 1]);
        expect(await answerTo('/records', 'application/cbor', inner)).toBe(malformed);
        expect(await answerTo('/records', 'application/cbor', outer)).toBe(malformed);
      }
    }
  });
});

test('a record that is smaller inside than it claims is refused, with its place and a code', async () => {
  // A COSE_Encrypt0 whose protected header, then whose ciphertext, claims 200 bytes and has a few.
  const lying = [
    Uint8Array.of(0x83, 0x58, 200, 0xa1, 0x01, 0x03),
    Uint8Array.of(0x83, 0x51, 0xa3, 1, 3, 4, 0x48, 1, 2, 3, 4, 5, 6, 7, 8, 6, 0x42, 1, 2, 0xa0, 0x58, 200, 1, 2, 3),
  ];
  await ward.unchangedBy(async () => {
    for (const record of lying) expect((await patient.send(record)).unopened).toEqual([[0, 'record-malformed']]);
  });
});

test('handshake messages whose heads claim more than follows are refused in the same few words', async () => {
  const refusal =
    Buffer.from(encodeCbor(1)).toString('hex') + Buffer.from(encodeCbor('handshake refused')).toString('hex');
  await ward.unchangedBy(async () => {
    for (const body of [
      [0xf5, 0x00, 0x03, 0x58, 0x20, 1, 2, 3],
      [0xf5, 0x00, 0x03, 0x5b, 0, 0, 0, 1, 0, 0, 0, 0],
      [0xf5, 0x00, 0x9a, 0xff, 0xff, 0xff, 0xff],
      [0x48, 1, 2, 3, 4, 5, 6, 7, 8, 0x59, 0xff, 0xff, 1],
      [0x5a, 0x7f, 0xff, 0xff, 0xff],
    ]) {
      const { status, body: answer } = await patient.post('/edhoc', handshakeMediaType.request, new Uint8Array(body));
      expect([status, Buffer.from(answer).toString('hex')]).toEqual([400, refusal]);
    }
  });
});

test('step 3 records whose heads claim more than follows are refused in the same few words', async () => {
  await ward.unchangedBy(async () => {
    for (const path of ['/step3/message', '/step3/stream']) {
      const answer = await fetch(new URL(path, ward.hospital.peopleUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/cose' },
        body: Uint8Array.of(0x83, 0x58, 200, 0xa1),
      });
      expect([answer.status, await answer.json()]).toEqual([400, { code: 'record-malformed' }]);
    }
  });
});

/** Writes these bytes on a connection, ends its own side, and hears all that comes back. */
async function raw(url: string, bytes: Bytes): Promise<Buffer> {
  const { protocol, hostname, port } = new URL(url);
  const socket =
    protocol === 'https:'
      ? connectTls({ host: hostname, port: Number(port), ca: ward.rootPem, servername: 'localhost' })
      : connectTcp(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise((resolve) => socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', resolve));
  socket.end(bytes);
  await closed;
  return Buffer.concat(chunks);
}

test('an HTTP body that claims more than it brings is not answered from memory', async () => {
  await ward.unchangedBy(async () => {
    for (const [url, path, type] of [
      [ward.hospital.devicesUrl, '/records', 'application/cbor'],
      [ward.hospital.devicesUrl, '/edhoc', handshakeMediaType.request],
      [ward.hospital.peopleUrl, '/step3/message', 'application/cose'],
      [ward.hospital.peopleUrl, '/.well-known/est/simpleenroll', 'application/pkcs10'],
      [ward.authority.url, '/.well-known/est/simpleenroll', 'application/pkcs10'],
    ] as const) {
      const request = [`POST ${path} HTTP/1.1`, 'host: localhost', `content-type: ${type}`, 'content-length: 4000'];
      const sent = Buffer.from(`${request.join('\r\n')}\r\n\r\nfew`);
      const heard = (await raw(url, new Uint8Array(sent))).toString('latin1');
      expect(heard === '' || heard.startsWith('HTTP/1.1 400 ')).toBe(true);
      // What Fastify says of any request that broke off.
      expect(['', '{"error":"Bad Request","message":"Client Error","statusCode":400}']).toContain(
        heard.split('\r\n\r\n')[1] ?? '',
      );
    }
  });
});

test('chunks of an HTTP body that claim more than they bring are not answered from memory', async () => {
  await ward.unchangedBy(async () => {
    for (const size of ['ffff', 'ffffffff', 'ffffffffffffffffff', '-1']) {
      const request = ['POST /records HTTP/1.1', 'host: localhost', 'content-type: application/cbor'];
      const sent = Buffer.from(`${[...request, 'transfer-encoding: chunked'].join('\r\n')}\r\n\r\n${size}\r\nabc`);
      const heard = (await raw(ward.hospital.devicesUrl, new Uint8Array(sent))).toString('latin1');
      expect(heard === '' || /^HTTP\/1\.1 4\d\d /.test(heard)).toBe(true);
    }
  });
});

test('the heartbeat of CVE-2014-0160 itself gets no heartbeat back from any TLS listener', async () => {
  for (const url of [ward.hospital.devicesUrl, ward.authority.url]) {
    const { hostname, port } = new URL(url);
    const socket = connectTcp(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    // Content type 24, TLS 1.2, three bytes: a request that claims 16 KiB of payload and brings none.
    socket.write(Uint8Array.of(0x18, 0x03, 0x03, 0x00, 0x03, 0x01, 0x40, 0x00));
    await closed;
    const heard = Buffer.concat(chunks);
    // An alert at most: five bytes of head, two of alert.
    expect(heard.length).toBeLessThanOrEqual(7);
    expect(heard[0] ?? 0x15).toBe(0x15);
  }
});
