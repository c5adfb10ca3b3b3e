// TPMT_PUBLIC, TPM 2.0 Library Part 2 section 12.2.4: the public area of the two kinds of object that are used here, keys on
// P-256 and sealed data, each in the one form that this client makes. Anything else is refused, not passed on.
import { type Bytes, concatBytes, noBytes } from '@vitalseal/protocol';
import { malformed } from '../errors.ts';
import { algorithm, curveP256, longest } from './constants.ts';
import { type EccPoint, readEccPoint, writeEccPoint } from './ecc-point.ts';
import { readWhole, type TpmReader } from './reader.ts';
import { sized, u16, u32 } from './writer.ts';

export interface EccPublic {
  readonly type: 'ecc';
  readonly attributes: number;
  readonly policy: Bytes;
  /** `storage`: a parent, AES-128-CFB, no scheme; `ecdsa`: signs with SHA-256. */
  readonly use: 'storage' | 'ecdsa';
  readonly point: EccPoint;
}

export interface SealedPublic {
  readonly type: 'sealed';
  readonly attributes: number;
  readonly policy: Bytes;
  readonly unique: Bytes;
}

export type PublicArea = EccPublic | SealedPublic;

export function encodePublicArea(area: PublicArea): Bytes {
  const head = (type: number) =>
    concatBytes(u16(type), u16(algorithm.sha256), u32(area.attributes), sized(area.policy));
  if (area.type === 'sealed') {
    return concatBytes(head(algorithm.keyedHash), u16(algorithm.none), sized(area.unique));
  }
  const use =
    area.use === 'storage'
      ? concatBytes(u16(algorithm.aes), u16(128), u16(algorithm.cfb), u16(algorithm.none))
      : concatBytes(u16(algorithm.none), u16(algorithm.ecdsa), u16(algorithm.sha256));
  return concatBytes(
    head(algorithm.ecc),
    use,
    u16(curveP256),
    u16(algorithm.none), // kdf
    writeEccPoint(area.point),
  );
}

/** @throws TpmError `tpm-response-malformed` */
export function decodePublicArea(bytes: Bytes): PublicArea {
  return readWhole(bytes, 'a public area', readPublicArea);
}

export function readPublicArea(reader: TpmReader): PublicArea {
  const type = reader.u16('the type of an object');
  reader.expect16(algorithm.sha256, 'SHA-256 as the name algorithm');
  const attributes = reader.u32('object attributes');
  const policy = reader.sized(32, 'a policy digest');
  if (policy.length !== 0 && policy.length !== 32) throw malformed('expected a policy digest of SHA-256');
  if (type === algorithm.keyedHash) {
    reader.expect16(algorithm.none, 'sealed data, which has no scheme');
    return { type: 'sealed', attributes, policy, unique: reader.sized(longest.digest, 'the digest of sealed data') };
  }
  if (type !== algorithm.ecc) throw malformed('expected a key on an elliptic curve, or sealed data');
  const use = readUse(reader);
  reader.expect16(curveP256, 'the curve P-256');
  reader.expect16(algorithm.none, 'no key derivation scheme');
  return { type: 'ecc', attributes, policy, use, point: readEccPoint(reader) };
}

function readUse(reader: TpmReader): EccPublic['use'] {
  const symmetric = reader.u16('a symmetric algorithm');
  if (symmetric === algorithm.aes) {
    reader.expect16(128, 'AES with 128 bits');
    reader.expect16(algorithm.cfb, 'AES in CFB mode');
    reader.expect16(algorithm.none, 'no signing scheme of a parent key');
    return 'storage';
  }
  if (symmetric !== algorithm.none) throw malformed('expected AES, or no symmetric algorithm');
  reader.expect16(algorithm.ecdsa, 'ECDSA as the signing scheme');
  reader.expect16(algorithm.sha256, 'SHA-256 as the hash of the signing scheme');
  return 'ecdsa';
}

/** What TPM2_Create is asked for: the unique field is empty but where a template says otherwise. */
export function eccTemplate(use: EccPublic['use'], attributes: number, policy: Bytes = noBytes): EccPublic {
  return { type: 'ecc', attributes, policy, use, point: { x: noBytes, y: noBytes } };
}

export function sealedTemplate(attributes: number, policy: Bytes): SealedPublic {
  return { type: 'sealed', attributes, policy, unique: noBytes };
}
