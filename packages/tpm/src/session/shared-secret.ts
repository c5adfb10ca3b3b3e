// A secret for a TPM's storage or endorsement key alone, TPM 2.0 Library Part 1 annex C.6.1: one pass Diffie-Hellman with an
// ephemeral key. What salts a session (`SECRET`) and what protects a credential (`IDENTITY`) differ by the label.
import { createECDH } from 'node:crypto';
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import { TpmError } from '../errors.ts';
import { type EccPoint, writeEccPoint } from '../structures/ecc-point.ts';
import { kdfE } from './key-derivation.ts';

export interface SharedSecret {
  /** 32 bytes. */
  readonly secret: Bytes;
  /** What the TPM needs to come to the same: a marshalled TPMS_ECC_POINT. */
  readonly encrypted: Bytes;
}

/** @throws TpmError `tpm-key-refused` if the point is not on P-256 */
export function shareSecretWith(key: EccPoint, label: 'SECRET' | 'IDENTITY'): SharedSecret {
  const ephemeral = createECDH('prime256v1');
  const own = new Uint8Array(ephemeral.generateKeys());
  const ownX = own.slice(1, 33);
  const z = agree(ephemeral, key);
  const secret = kdfE(z, label, ownX, key.x);
  z.fill(0);
  return { secret, encrypted: writeEccPoint({ x: ownX, y: own.slice(33) }) };
}

function agree(ephemeral: ReturnType<typeof createECDH>, key: EccPoint): Uint8Array {
  try {
    return ephemeral.computeSecret(concatBytes(Uint8Array.of(4), key.x, key.y));
  } catch (cause) {
    throw new TpmError('tpm-key-refused', 'expected a point on P-256', { cause });
  }
}
