// The judgement of a hospital's answer wherever it is made: this runs in Node and in a browser. With a TPM behind it:
// apps/hospital/src/attestation/attestation.test.ts.
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { decodeBase64 } from '../encoding/base64.ts';
import { CertificateError } from '../errors.ts';
import { decodeAttestationRequest, decodeEvidence, encodeAttestationRequest, encodeEvidence } from './evidence.ts';
import { recorded } from './recorded-evidence.fixture.ts';
import { type EvidenceReading, verifyEvidence } from './verify-evidence.ts';

const evidence = decodeBase64(recorded.evidence);
const honest: EvidenceReading = {
  evidence,
  question: {
    nonce: new Uint8Array(32).fill(1),
    channel: new Uint8Array(8).fill(2),
    identityKey: decodeBase64(recorded.identityKey),
  },
  hospital: { role: 'hospital', id: 'h1' },
  anchors: [decodeBase64(recorded.root)],
  at: recorded.at,
};
const { question } = honest;
const year = 366 * 86_400_000;
const [leaf, issuing] = decodeEvidence(evidence).chain;

function changed(change: (parts: ReturnType<typeof decodeEvidence>) => object): Bytes {
  const parts = decodeEvidence(evidence);
  return encodeEvidence({ ...parts, ...change(parts) });
}

function flipped(bytes: Bytes, at: number): Bytes {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

test('an honest answer tells the release', async () => {
  const { release, releaseSerial, resets } = await verifyEvidence(honest);
  expect(release).toMatchObject({ name: 'vitalseal-workspace', version: '1.0.0' });
  expect(releaseSerial).toMatch(/^[0-9a-f]+$/);
  expect(resets).toBeTypeOf('number');
});

const lies: readonly (readonly [string, Partial<EvidenceReading>, string])[] = [
  ['another nonce', { question: { ...question, nonce: new Uint8Array(32) } }, 'quote-stale'],
  ['another channel', { question: { ...question, channel: new Uint8Array(8) } }, 'quote-stale'],
  ['another identity key', { question: { ...question, identityKey: new Uint8Array(91) } }, 'quote-stale'],
  ['another hospital', { hospital: { role: 'hospital', id: 'h2' } }, 'identity-refused'],
  ['a certificate that has run out', { at: recorded.at + year }, 'expired'],
  ['a certificate that is not valid yet', { at: recorded.at - year }, 'not-yet-valid'],
  ['no root of ours', { anchors: [] }, 'untrusted'],
  ['a certificate that was revoked', { isRevoked: (serial) => serial === parseCertificate(leaf).serial }, 'revoked'],
  ['an issuer that was revoked', { isRevoked: (serial) => serial === parseCertificate(issuing).serial }, 'revoked'],
  [
    'a quote that was changed',
    { evidence: changed(({ quote }) => ({ quote: flipped(quote, 60) })) },
    'signature-invalid',
  ],
  [
    'a signature that was changed',
    { evidence: changed((parts) => ({ signature: flipped(parts.signature, 3) })) },
    'signature-invalid',
  ],
  [
    'an attestation that was changed',
    { evidence: changed(({ release }) => ({ release: flipped(release, release.length - 5) })) },
    'signature-invalid',
  ],
  [
    'a statement about the identity key that was changed',
    {
      evidence: changed(({ identityKey }) => ({
        identityKey: { ...identityKey, attest: flipped(identityKey.attest, 60) },
      })),
    },
    'identity-refused',
  ],
  [
    'a quote in the place of a statement about the identity key',
    {
      evidence: changed(({ quote, signature, identityKey }) => ({
        identityKey: { ...identityKey, attest: quote, signature },
      })),
    },
    'identity-refused',
  ],
  ['rubbish', { evidence: new Uint8Array(40) }, 'evidence-malformed'],
];

test.each(lies)('%s is refused', async (_, lie, code) => {
  await expect(verifyEvidence({ ...honest, ...lie })).rejects.toMatchObject({ code });
});

test('with any byte changed it is refused, always with a code', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(evidence.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const bytes = evidence.slice();
      bytes[at] = (bytes[at] ?? 0) ^ by;
      const error = await verifyEvidence({ ...honest, evidence: bytes }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(CertificateError);
    }),
    { numRuns: 400, seed: 9 },
  );
});

test('whatever bytes come, they are read as what they are or refused with a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const decode of [decodeEvidence, decodeAttestationRequest]) {
        try {
          decode(new Uint8Array(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(CertificateError);
        }
      }
    }),
    { numRuns: 2000, seed: 10 },
  );
  const { nonce, channel } = decodeAttestationRequest(encodeAttestationRequest(question));
  expect(equalBytes(nonce, question.nonce) && equalBytes(channel, question.channel)).toBe(true);
});
