// MakeCredential, TPM 2.0 Library Part 1 section 24: a secret that one TPM alone can open, and only if a given key is in it.
// The authority does this in software, to be sure that an attestation key is where it says.
import { createCipheriv } from 'node:crypto';
import { type Bytes, concatBytes, noBytes } from '@vitalseal/protocol';
import type { Credential } from '../commands/sealing.ts';
import { hmacOf, kdfA } from '../session/key-derivation.ts';
import { shareSecretWith } from '../session/shared-secret.ts';
import { sized } from '../structures/writer.ts';
import { expectEndorsementKey } from './endorsement-key.ts';

/**
 * @param endorsementKey public area @param name of the key that must be beside it @param secret at most 32 bytes
 * @throws TpmError `tpm-key-refused`
 */
export function makeCredential(endorsementKey: Bytes, name: Bytes, secret: Bytes): Credential {
  if (secret.length === 0 || secret.length > 32) throw new RangeError('expected a secret of 1 to 32 bytes');
  const { point } = expectEndorsementKey(endorsementKey);
  const { secret: seed, encrypted: encryptedSecret } = shareSecretWith(point, 'IDENTITY');
  const cipherKey = kdfA(seed, 'STORAGE', name, noBytes, 128);
  // The seed is used once, so the initial value may be zero.
  const cipher = createCipheriv('aes-128-cfb', cipherKey, new Uint8Array(16));
  const encryptedIdentity = new Uint8Array(cipher.update(sized(secret)));
  const hmac = hmacOf(kdfA(seed, 'INTEGRITY', noBytes, noBytes, 256), encryptedIdentity, name);
  seed.fill(0);
  cipherKey.fill(0);
  return { identity: concatBytes(sized(hmac), encryptedIdentity), encryptedSecret };
}
