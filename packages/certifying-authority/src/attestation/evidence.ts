// What a hospital answers when it is asked which release it runs: a quote of its TPM, the certificate of the key that signed
// it, and the authority's attestation of the release. Nothing in it is a secret, and nothing is true before it is verified.
import { type Bytes, type CborValue, decodeCbor, encodeCbor, ProtocolError, sha256 } from '@vitalseal/protocol';
import { CertificateError } from '../errors.ts';
import type { KeyStatement } from './key-in-tpm.ts';

export interface HospitalEvidence {
  /** TPMS_ATTEST. */
  readonly quote: Bytes;
  /** Of the attestation key over the quote: r || s. */
  readonly signature: Bytes;
  /** Of the attestation key, DER: leaf and issuing certificate. */
  readonly chain: readonly [Bytes, Bytes];
  /** COSE_Sign1 of the authority over the release. */
  readonly release: Bytes;
  /** That the key which the channel was agreed with lies in this TPM, for `identityKeyNonce`. */
  readonly identityKey: KeyStatement;
}

/** Asked by POST with the channel and a nonce; answered with evidence. */
export const attestationPath = '/attestation';
export const attestationMediaType = 'application/cbor';

const format = 1;
export const maximumEvidence = 16_384;

export function encodeEvidence({ quote, signature, chain, release, identityKey }: HospitalEvidence): Bytes {
  const { publicArea, attest, signature: over } = identityKey;
  return encodeCbor([format, quote, signature, [...chain], release, [publicArea, attest, over]]);
}

/** @throws CertificateError `evidence-malformed` */
export function decodeEvidence(bytes: Bytes): HospitalEvidence {
  const fields = decoded(bytes);
  const [one, quote, signature, chain, release, statement, ...others] = Array.isArray(fields) ? fields : [];
  const [publicArea, attest, over, ...beyond] = Array.isArray(statement) ? statement : [];
  const [leaf, issuing, ...above] = Array.isArray(chain) ? chain : [];
  if (
    one !== format ||
    !(quote instanceof Uint8Array) ||
    !(signature instanceof Uint8Array) ||
    signature.length !== 64 ||
    !(leaf instanceof Uint8Array) ||
    !(issuing instanceof Uint8Array) ||
    above.length > 0 ||
    !(release instanceof Uint8Array) ||
    !(publicArea instanceof Uint8Array) ||
    !(attest instanceof Uint8Array) ||
    !(over instanceof Uint8Array) ||
    over.length !== 64 ||
    others.length + beyond.length > 0
  ) {
    throw malformed();
  }
  return { quote, signature, chain: [leaf, issuing], release, identityKey: { publicArea, attest, signature: over } };
}

export interface HospitalQuestion {
  /** Of the asker, fresh: 32 bytes. */
  readonly nonce: Bytes;
  /** Identifier of the channel on which is asked: both sides took it from the handshake's secrets. */
  readonly channel: Bytes;
  /** The hospital's identity key, as the handshake's certificate had it: SubjectPublicKeyInfo. */
  readonly identityKey: Bytes;
}

/**
 * What the quote must have been made for. The hospital answers for its own channels only: whoever passes the question on
 * to another hospital, or to another channel of the same one, gets an answer that is none here.
 */
export async function attestationNonce({ nonce, channel, identityKey }: HospitalQuestion): Promise<Bytes> {
  return await sha256(encodeCbor(['vitalseal hospital quote', format, nonce, channel, await sha256(identityKey)]));
}

/** What the TPM's statement about an identity key is made for. It stays true, so one serves every question. */
export async function identityKeyNonce(identityKey: Bytes): Promise<Bytes> {
  return await sha256(encodeCbor(['vitalseal hospital identity key', format, await sha256(identityKey)]));
}

/** @param nonce 32 bytes */
export function encodeAttestationRequest({ channel, nonce }: Pick<HospitalQuestion, 'channel' | 'nonce'>): Bytes {
  return encodeCbor([channel, nonce]);
}

/** @throws CertificateError `evidence-malformed` */
export function decodeAttestationRequest(bytes: Bytes): Pick<HospitalQuestion, 'channel' | 'nonce'> {
  const fields = decoded(bytes);
  const [channel, nonce, ...others] = Array.isArray(fields) ? fields : [];
  if (
    !(channel instanceof Uint8Array) ||
    channel.length !== 8 ||
    !(nonce instanceof Uint8Array) ||
    nonce.length !== 32 ||
    others.length > 0
  ) {
    throw malformed();
  }
  return { channel, nonce };
}

function decoded(bytes: Bytes): CborValue {
  try {
    return decodeCbor(bytes, { maxBytes: maximumEvidence });
  } catch (cause) {
    if (cause instanceof ProtocolError) throw malformed(cause);
    throw cause;
  }
}

function malformed(cause?: unknown): CertificateError {
  return new CertificateError('evidence-malformed', "expected a hospital's answer about its release", { cause });
}
