// KDFa and KDFe, TPM 2.0 Library Part 1 sections 11.4.10.2 and 11.4.10.3, with SHA-256.
import { createHash, createHmac } from 'node:crypto';
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import { u32 } from '../structures/writer.ts';

const hashBytes = 32;

function labelled(label: string): Bytes {
  return new TextEncoder().encode(`${label}\0`);
}

export function sha256Of(...parts: readonly Uint8Array[]): Bytes {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

export function hmacOf(key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return new Uint8Array(hmac.digest());
}

/** @param bits a multiple of 8 */
export function kdfA(key: Uint8Array, label: string, contextU: Uint8Array, contextV: Uint8Array, bits: number): Bytes {
  const blocks = Array.from({ length: Math.ceil(bits / 8 / hashBytes) }, (_, index) =>
    hmacOf(key, u32(index + 1), labelled(label), contextU, contextV, u32(bits)),
  );
  return concatBytes(...blocks).slice(0, bits / 8);
}

/** One block of KDFe: 256 bits from an ECDH secret and the x-coordinates of both sides. */
export function kdfE(z: Uint8Array, use: string, partyU: Uint8Array, partyV: Uint8Array): Bytes {
  return sha256Of(u32(1), z, labelled(use), partyU, partyV);
}
