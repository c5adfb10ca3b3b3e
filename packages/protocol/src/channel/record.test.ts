// Records of a channel: what opens, and that nothing else does.

import { decode as cborgDecode, encode as cborgEncode, rfc8949EncodeOptions } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bytes, bytesToHex, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { importAesGcmKey } from '../primitives/index.ts';
import { octets } from '../wire/cbor/arbitrary.fixture.ts';
import { opener, sealerFrom, secrets, text } from './channel.fixture.ts';
import type { Opener } from './opener.ts';
import { channelIdOf, maxRecordBytes, maxSequence, parseRecord, partialIvLength, recordHeader } from './record.ts';
import { recordHash } from './record-hash.ts';
import type { ChannelSecrets } from './secrets.ts';

const refusal = (code: string) => ({ name: 'ProtocolError', code });
const payload = text('a payload');
const { bytes: record, sequence } = await (await sealerFrom(300)).seal(payload);
const counters = [0, 1, 255, 256, 65_535, 65_536, 2 ** 24 - 1, 2 ** 24, 2 ** 32 - 1, 2 ** 32, maxSequence];
const lengths = [0, 1, 7, 8, 239, 240, 65_519, 65_520, 70_000];

describe('an honest exchange', () => {
  it('opens in both directions, with the counter it was sealed under', async () => {
    const there = await sealerFrom(5, 'initiator');
    const back = await sealerFrom(5, 'responder');
    expect(await (await opener('responder')).open((await there.seal(payload)).bytes)).toEqual({ sequence: 5, payload });
    expect(await (await opener('initiator')).open((await back.seal(payload)).bytes)).toEqual({ sequence: 5, payload });
  });

  it.each(counters)('opens under the counter %i', async (start) => {
    const sealed = await (await sealerFrom(start)).seal(payload);
    expect(sealed.sequence).toBe(start);
    expect(await (await opener()).open(sealed.bytes)).toEqual({ sequence: start, payload });
  });

  it.each(lengths)('opens with a payload of %i bytes', async (length) => {
    const long = new Uint8Array(length).fill(7);
    const sealed = await (await sealerFrom(0)).seal(long);
    expect(await (await opener()).open(sealed.bytes)).toEqual({ sequence: 0, payload: long });
  });

  it('opens in any order and many at once', async () => {
    const receiving = await opener();
    const sealed = await Promise.all(
      [...counters, ...counters.toReversed()].map(async (start) => (await sealerFrom(start)).seal(payload)),
    );
    const opened = await Promise.all(sealed.map(({ bytes }) => receiving.open(bytes)));
    expect(opened.map((one) => one.sequence)).toEqual(sealed.map((one) => one.sequence));
  });

  it('opens from a view of a larger buffer and from a Buffer alike', async () => {
    const around = concatBytes(text('before'), record, text('after'));
    const view = around.subarray(6, 6 + record.length);
    expect(await (await opener()).open(view)).toEqual({ sequence, payload });
    expect(channelIdOf(view)).toEqual(secrets.id);
  });
});

describe('a record', () => {
  it('is a COSE_Encrypt0 that another implementation takes apart and opens', async () => {
    const [header, unprotected, ciphertext]: [Bytes, Map<number, unknown>, Bytes] = cborgDecode(record, {
      useMaps: true,
    });
    expect(unprotected).toEqual(new Map());
    expect(cborgDecode(header, { useMaps: true })).toEqual(
      new Map<number, unknown>([
        [1, 3],
        [4, secrets.id],
        [6, Uint8Array.of(1, 44)],
      ]),
    );
    const external = cborgEncode([1, 2, 0, 'urn:vitalseal:patient:p1', 'urn:vitalseal:hospital:h1', 0]);
    const aad = new Uint8Array(cborgEncode(['Encrypt0', header, external], rfc8949EncodeOptions));
    const nonce = secrets.initiatorIv.slice();
    nonce[10] = (nonce[10] ?? 0) ^ 1;
    nonce[11] = (nonce[11] ?? 0) ^ 44;
    const key = await importAesGcmKey(secrets.initiatorKey);
    expect(await key.open(nonce, aad, new Uint8Array(ciphertext))).toEqual(payload);
  });

  it('adds 37 bytes to a payload of usual size', async () => {
    const { bytes } = await (await sealerFrom(7)).seal(new Uint8Array(100));
    expect(bytes.length).toBe(137);
  });

  it('names its channel before it is opened', () => {
    expect(channelIdOf(record)).toEqual(secrets.id);
    expect(parseRecord(record).sequence).toBe(sequence);
  });

  it('has a hash of 16 bytes that changes with any of its bytes', async () => {
    const hash = await recordHash(record);
    expect(hash).toHaveLength(16);
    const other = record.slice();
    other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
    expect(await recordHash(other)).not.toEqual(hash);
  });

  it('under a counter of 41 bits is not made', () => {
    for (const beyond of [maxSequence + 1, -1, 0.5, Number.NaN]) {
      expect(() => partialIvLength(beyond)).toThrow(expect.objectContaining({ code: 'counter-exhausted' }));
    }
  });
});

describe('refused', () => {
  const opening = async (by: Opener, bytes: Bytes) => by.open(bytes);
  const other = async (change: Partial<ChannelSecrets>) => opener('responder', { ...secrets, ...change });

  it('turned round: a record does not open for its own sender', async () => {
    await expect(opening(await opener('initiator'), record)).rejects.toMatchObject(refusal('authentication-failed'));
  });

  it.each<[string, Partial<ChannelSecrets>]>([
    ['taken to another step', { step: 3 }],
    ['taken to another epoch', { epoch: 1 }],
    ['taken to another recipient', { responder: { role: 'hospital', id: 'h2' } }],
    ['of another sender', { initiator: { role: 'patient', id: 'p2' } }],
    ['of a sender in another role', { initiator: { role: 'sensor', id: 'p1' } }],
    ['under another key', { initiatorKey: new Uint8Array(32) }],
    ['under another IV', { initiatorIv: new Uint8Array(12) }],
  ])('%s', async (_, change) => {
    await expect(opening(await other(change), record)).rejects.toMatchObject(refusal('authentication-failed'));
  });

  it('of another channel', async () => {
    const there = await other({ id: new Uint8Array(8) });
    await expect(opening(there, record)).rejects.toMatchObject(refusal('channel-unknown'));
  });

  it('cut anywhere, or with a byte more', async () => {
    const receiving = await opener();
    for (let length = 0; length < record.length; length++) {
      await expect(opening(receiving, record.slice(0, length))).rejects.toMatchObject(refusal('record-malformed'));
    }
    const longer = concatBytes(record, Uint8Array.of(0));
    await expect(opening(receiving, longer)).rejects.toMatchObject(refusal('record-malformed'));
  });

  it('with any one bit changed', async () => {
    const receiving = await opener();
    for (let bit = 0; bit < record.length * 8; bit++) {
      const changed = record.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(opening(receiving, changed)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:record-malformed|channel-unknown|authentication-failed)$/),
      });
    }
  });

  it('with a Partial IV in a longer form', async () => {
    const header = recordHeader(secrets.id, 256);
    const zeroed = header.slice();
    zeroed[header.length - 2] = 0;
    const forged = concatBytes(Uint8Array.of(0x83), zeroed, Uint8Array.of(0xa0, 0x50), new Uint8Array(16));
    await expect(opening(await opener(), forged)).rejects.toMatchObject(refusal('record-malformed'));
  });

  it('over the limit', async () => {
    const large = new Uint8Array(maxRecordBytes + 1);
    await expect(opening(await opener(), large)).rejects.toMatchObject(refusal('message-too-large'));
  });

  it('any bytes, with a code; and what is taken for a record is one to another implementation too', async () => {
    const receiving = await opener();
    const near = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }).map((changes) => {
      const bytes = record.slice();
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes;
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(octets(0, 80), near), async (bytes) => {
        try {
          parseRecord(bytes);
          const again = cborgEncode(cborgDecode(bytes, { useMaps: true }), rfc8949EncodeOptions);
          expect(bytesToHex(again)).toBe(bytesToHex(bytes));
          await receiving.open(bytes);
          expect(bytes).toEqual(record);
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
        }
      }),
      { seed: 51, numRuns: 5000 },
    );
  });
});
