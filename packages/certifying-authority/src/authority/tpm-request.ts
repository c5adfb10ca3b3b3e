// What a hospital sends to have the attestation key of its TPM certified: the TPM's endorsement key, the attestation key, and
// the TPM's own statement that the hospital's identity key lies beside it.
import { type Bytes, decodeCbor, encodeCbor, importVerifyingKey, ProtocolError, sha256 } from '@vitalseal/protocol';
import {
  decodePublicArea,
  type EccPublic,
  keyAttributes,
  nameOf,
  spkiOfPoint,
  TpmError,
} from '@vitalseal/tpm/structures';
import { statesKeyInTpm } from '../attestation/key-in-tpm.ts';
import { CertificateError } from '../errors.ts';

export interface TpmRequest {
  /** Public areas (TPMT_PUBLIC). */
  readonly endorsementKey: Bytes;
  readonly attestationKey: Bytes;
  readonly identityKey: Bytes;
  /** TPM2_Certify of the identity key by the attestation key, for `certificationNonce`. */
  readonly certification: { readonly attest: Bytes; readonly signature: Bytes };
}

export function encodeTpmRequest({ endorsementKey, attestationKey, identityKey, certification }: TpmRequest): Bytes {
  const { attest, signature } = certification;
  return encodeCbor([endorsementKey, attestationKey, identityKey, attest, signature]);
}

/** @throws CertificateError `tpm-refused` */
export function decodeTpmRequest(bytes: Bytes): TpmRequest {
  const [endorsementKey, attestationKey, identityKey, attest, signature] = byteStrings(bytes, 5);
  if (!endorsementKey || !attestationKey || !identityKey || !attest || !signature) throw refused('a request for a TPM');
  return { endorsementKey, attestationKey, identityKey, certification: { attest, signature } };
}

/** What the hospital proves with once it has opened the credential. */
export function encodeTpmProof(attestationKey: Bytes, secret: Bytes): Bytes {
  return encodeCbor([attestationKey, secret]);
}

/** @throws CertificateError `tpm-refused` */
export function decodeTpmProof(bytes: Bytes): { attestationKey: Bytes; secret: Bytes } {
  const [attestationKey, secret] = byteStrings(bytes, 2);
  if (!attestationKey || !secret) throw refused('the proof of a TPM');
  return { attestationKey, secret };
}

/** So that a statement about one hospital's key is none about another's. @param certificate of the hospital, DER */
export async function certificationNonce(certificate: Bytes): Promise<Bytes> {
  return await sha256(certificate);
}

export interface CheckedTpmKeys {
  /** Of the attestation key. */
  readonly name: Bytes;
  readonly spki: Bytes;
  readonly endorsementKey: Bytes;
}

/** @param holder the hospital's certificate, DER, and its key @throws CertificateError `tpm-refused` */
export async function checkTpmRequest(
  { endorsementKey, attestationKey, identityKey, certification }: TpmRequest,
  holder: { readonly certificate: Bytes; readonly publicKeySpki: Bytes },
): Promise<CheckedTpmKeys> {
  try {
    const attesting = expectAttestationKey(attestationKey);
    const spki = spkiOfPoint(attesting.point);
    const statement = { publicArea: identityKey, ...certification };
    const isThere = await statesKeyInTpm(statement, {
      spki: holder.publicKeySpki,
      nonce: await certificationNonce(holder.certificate),
      attestationKey: await importVerifyingKey(spki),
    });
    if (!isThere) throw refused('the statement of the TPM that the identity key was made in it');
    return { name: await nameOf(attestationKey), spki, endorsementKey };
  } catch (cause) {
    if (cause instanceof TpmError || cause instanceof ProtocolError) throw refused('keys of a TPM', cause);
    throw cause;
  }
}

function expectAttestationKey(publicArea: Bytes): EccPublic {
  const area = decodePublicArea(publicArea);
  if (area.type !== 'ecc' || area.use !== 'ecdsa' || area.attributes !== keyAttributes.attestation) {
    throw refused('an attestation key made in its TPM');
  }
  return area;
}

function byteStrings(bytes: Bytes, count: number): Bytes[] {
  try {
    const fields = decodeCbor(bytes, { maxBytes: 4096 });
    const strings = Array.isArray(fields) ? fields.filter((field) => field instanceof Uint8Array) : [];
    if (!Array.isArray(fields) || fields.length !== count || strings.length !== count) throw refused('a list of bytes');
    return strings;
  } catch (cause) {
    if (cause instanceof ProtocolError) throw refused('a request in CBOR', cause);
    throw cause;
  }
}

function refused(what: string, cause?: unknown): CertificateError {
  return new CertificateError('tpm-refused', `expected ${what}`, { cause });
}
