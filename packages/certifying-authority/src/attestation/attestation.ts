// What the authority signs of a release: COSE_Sign1 (RFC 9052) under ES256, with the signer's chain (x5chain, RFC 9360)
// under the signature too. Its serial number is of the same space as those of certificates, so that the revocation list
// that every device has already tells of releases as well.
import {
  type Awaitable,
  type Bytes,
  bytesToHex,
  type CborValue,
  coseHeader,
  decodeCbor,
  encodeCbor,
  hexToBytes,
  ProtocolError,
  parseSign1,
  type Sign1,
  sign1,
} from '@vitalseal/protocol';
import { utf8 } from '../encoding/text.ts';
import { CertificateError } from '../errors.ts';
import { expectRelease, type Release } from './release.ts';

export interface Attested {
  /** Hexadecimal. */
  readonly serial: string;
  readonly release: Release;
  /** UTC milliseconds. */
  readonly issuedAt: number;
}

export interface AttestationSigner {
  /** The signer's certificate, then the issuing one, DER. */
  readonly chain: readonly Bytes[];
  sign(toBeSigned: Bytes): Awaitable<Bytes>;
}

const maximumAttestation = 8192;
const format = 1;
/** No signature for anything else is one for this. */
export const attestationContext: Bytes = utf8('vitalseal release attestation');

export async function signAttestation(attested: Attested, signer: AttestationSigner): Promise<Bytes> {
  const { serial, issuedAt } = attested;
  const { name, version, digest } = expectRelease(attested.release);
  const payload = encodeCbor([format, hexToBytes(serial), name, version, digest, issuedAt]);
  const headers = new Map<number, CborValue>([[coseHeader.x5chain, [...signer.chain]]]);
  return sign1(payload, attestationContext, headers, (toBeSigned) => signer.sign(toBeSigned));
}

export interface ParsedAttestation extends Attested {
  readonly chain: readonly Bytes[];
  readonly message: Sign1;
}

/** Only the shape: nothing in it is true before it is verified. @throws CertificateError `attestation-malformed` */
export function parseAttestation(attestation: Bytes): ParsedAttestation {
  if (attestation.length > maximumAttestation) throw malformed();
  try {
    const message = parseSign1(attestation);
    const chain = message.protectedFields.get(coseHeader.x5chain);
    const fields = decodeCbor(message.payload);
    const [one, serial, name, version, digest, issuedAt, ...rest] = Array.isArray(fields) ? fields : [];
    if (
      message.unprotectedFields.size > 0 ||
      !Array.isArray(chain) ||
      !chain.every((certificate) => certificate instanceof Uint8Array) ||
      one !== format ||
      !(serial instanceof Uint8Array) ||
      serial.length === 0 ||
      serial.length > 20 ||
      typeof name !== 'string' ||
      typeof version !== 'string' ||
      !(digest instanceof Uint8Array) ||
      typeof issuedAt !== 'number' ||
      rest.length > 0
    ) {
      throw malformed();
    }
    const release = expectRelease({ name, version, digest });
    return { serial: bytesToHex(serial), release, issuedAt, chain, message };
  } catch (cause) {
    if (cause instanceof ProtocolError || (cause instanceof CertificateError && cause.code === 'release-malformed')) {
      throw new CertificateError('attestation-malformed', 'expected the attestation of a release', { cause });
    }
    throw cause;
  }
}

function malformed(): CertificateError {
  return new CertificateError('attestation-malformed', 'expected the attestation of a release');
}
