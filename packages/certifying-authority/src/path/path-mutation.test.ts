import { type Bytes, concatBytes } from '@vitalseal/protocol';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Hierarchy, makeHierarchy, now } from '../certificate/hierarchy.fixture.ts';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { decodeCertsOnly, encodeCertsOnly } from '../certs-only/certs-only.ts';
import { CertificateError } from '../errors.ts';
import { createRequest } from '../request/create-request.ts';
import { verifyRequest } from '../request/verify-request.ts';
import { buildCrl } from '../revocation-list/build-crl.ts';
import { readCrl } from '../revocation-list/read-crl.ts';
import { PathValidator } from './path-validator.ts';

const seed = 20260615;

/** Undefined if it passed, the error otherwise. */
async function outcome(attempt: () => unknown): Promise<unknown> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return error;
  }
}

async function expectRefused(attempt: () => unknown): Promise<void> {
  expect(await outcome(attempt)).toBeInstanceOf(CertificateError);
}

async function expectRefusedOrRead(attempt: () => unknown): Promise<void> {
  const error = await outcome(attempt);
  if (error !== undefined) expect(error).toBeInstanceOf(CertificateError);
}

type Mutation = (bytes: Bytes) => Bytes;

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const octet = fc.integer({ min: 0, max: 255 });
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(position, fc.integer({ min: 1, max: 255 })).map(
    ([at, change]): Mutation =>
      (bytes) => {
        const index = Math.floor(at * bytes.length);
        return bytes.map((value, i) => (i === index ? value ^ change : value));
      },
  ),
  position.map(
    (at): Mutation =>
      (bytes) =>
        bytes.slice(0, Math.floor(at * bytes.length)),
  ),
  fc.tuple(position, octet).map(
    ([at, value]): Mutation =>
      (bytes) => {
        const index = Math.floor(at * bytes.length);
        return concatBytes(bytes.slice(0, index), Uint8Array.of(value), bytes.slice(index));
      },
  ),
  fc.uint8Array({ minLength: 1, maxLength: 64 }).map(
    (tail): Mutation =>
      (bytes) =>
        concatBytes(bytes, tail),
  ),
  fc.tuple(position, fc.integer({ min: 1, max: 16 })).map(
    ([at, count]): Mutation =>
      (bytes) => {
        const index = Math.floor(at * (bytes.length - count));
        return concatBytes(bytes.slice(0, index), bytes.slice(index + count));
      },
  ),
);

/** Octets that look like DER: tags and lengths that fit, nested, with rubbish inside. */
const { node: derLike } = fc.letrec<{ node: Bytes }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 6, depthIdentifier: 'der' },
    fc.tuple(octet, fc.uint8Array({ maxLength: 40 })).map(([tag, content]) => tlv(tag, Uint8Array.from(content))),
    fc
      .tuple(fc.constantFrom(0x30, 0x31, 0xa0, 0xa3, 0x03, 0x04), fc.array(tie('node'), { maxLength: 6 }))
      .map(([tag, parts]) => tlv(tag, concatBytes(...parts))),
  ),
}));

function tlv(tag: number, content: Bytes): Bytes {
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 255];
  return concatBytes(Uint8Array.from([tag, ...length]), content);
}

describe('hostile octets', () => {
  let honest: Hierarchy;
  let csr: Bytes;
  let crl: Bytes;
  let message: Bytes;
  beforeAll(async () => {
    honest = await makeHierarchy();
    csr = await createRequest(honest.leafKey, { role: 'patient', id: 'p-17' });
    const { serial } = parseCertificate(honest.leaf);
    const revoked = [{ serial, revokedAt: now }];
    crl = await buildCrl({ number: 7, thisUpdate: now, nextUpdate: now + 1000, revoked }, honest.issuing);
    message = encodeCertsOnly(honest.chain);
  });

  it('a chain with any octet changed, lost, added or moved is refused', async () => {
    const validator = new PathValidator({ anchors: honest.anchors });
    await fc.assert(
      fc.asyncProperty(mutation, fc.nat({ max: 1 }), async (mutate, which) => {
        const chain = honest.chain.map((der, index) => (index === which ? mutate(der) : der));
        await expectRefused(() => validator.validate({ chain, at: now }));
      }),
      { seed, numRuns: 3000 },
    );
    // The honest one is not spoilt by what was tried.
    expect((await validator.validate({ chain: honest.chain, at: now })).identity.id).toBe('p-17');
  });

  it('a request, a revocation list with any octet changed, lost, added or moved is refused', async () => {
    const issuer = parseCertificate(honest.issuing.certificate);
    await fc.assert(
      fc.asyncProperty(mutation, async (mutate) => {
        await expectRefused(() => verifyRequest(mutate(csr)));
        await expectRefused(() => readCrl(mutate(crl), issuer));
      }),
      { seed, numRuns: 1500 },
    );
  });

  it('every truncation of every structure is refused', async () => {
    const issuer = parseCertificate(honest.issuing.certificate);
    for (let length = 0; length < honest.leaf.length; length++)
      await expectRefused(() => parseCertificate(honest.leaf.slice(0, length)));
    for (let length = 0; length < csr.length; length++) await expectRefused(() => verifyRequest(csr.slice(0, length)));
    for (let length = 0; length < crl.length; length++)
      await expectRefused(() => readCrl(crl.slice(0, length), issuer));
    for (let length = 0; length < message.length; length++)
      await expectRefused(() => decodeCertsOnly(message.slice(0, length)));
  });

  it('octets made up, DER-like or not, end in a CertificateError and nothing else', async () => {
    const issuer = parseCertificate(honest.issuing.certificate);
    const anything = fc.oneof(
      derLike,
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Uint8Array.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        await expectRefused(() => parseCertificate(bytes));
        await expectRefused(() => verifyRequest(bytes));
        await expectRefused(() => readCrl(bytes, issuer));
        await expectRefused(() => decodeCertsOnly(bytes));
      }),
      { seed, numRuns: 5000 },
    );
  });

  it('a certs-only message with any octet changed is read or refused, never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async (mutate) => {
        await expectRefusedOrRead(() => decodeCertsOnly(mutate(message)));
      }),
      { seed, numRuns: 2000 },
    );
  });

  it('a part of an honest certificate replaced by made-up DER is refused', async () => {
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 0, max: 60 }), derLike, async (at, count, part) => {
        const index = Math.floor(at * honest.leaf.length);
        const spliced = concatBytes(honest.leaf.slice(0, index), part, honest.leaf.slice(index + count));
        await expectRefusedOrRead(() => parseCertificate(spliced));
      }),
      { seed, numRuns: 3000 },
    );
  });
});
