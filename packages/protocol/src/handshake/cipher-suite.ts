// Cipher suites (RFC 9528 section 3.6): what differs between those that share SHA-256 and AES-CCM with a 16-byte key.

import type { Awaitable } from '../bytes.ts';
import { type EphemeralKey, generateEphemeralKey } from '../primitives/index.ts';

export interface CipherSuite {
  /** Value in the registry of section 10.2. */
  readonly id: number;
  /** Tag of the EDHOC AEAD algorithm, in bytes. */
  readonly tagLength: 8 | 16;
  /** EDHOC MAC length, in bytes; a signature key uses the hash's length instead (section 4.1.2). */
  readonly macLength: 8 | 16;
  generateKey(): Awaitable<EphemeralKey>;
}

export const hashLength = 32;
export const aeadKeyLength = 16;
export const aeadNonceLength = 13;
/** G_X and G_Y: the x-coordinate on P-256, the whole public key on Curve25519. */
export const ephemeralKeyLength = 32;

/**
 * AES-CCM-16-128-128, SHA-256, P-256, ES256. Suite 2 has the same curve and a tag of 8 bytes; the eight bytes saved
 * are not worth a forgery in 2^64 tries on a link that serves anyone.
 */
export const suite3: CipherSuite = { id: 3, tagLength: 16, macLength: 16, generateKey: generateEphemeralKey };
