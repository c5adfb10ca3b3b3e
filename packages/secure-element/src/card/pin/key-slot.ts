// The state key as one secret opens it: wrapped (RFC 3394) under a key made of the secret, stretched by scrypt
// (RFC 7914), and of the device key. A copy of the store without the device key gives nothing to guess against; with it
// each guess costs a scrypt. Unwrapping checks itself inside the cipher, so no comparison of ours can leak where the
// first wrong byte was.

import { scryptAsync } from '@noble/hashes/scrypt.js';
import {
  type Bytes,
  hkdfExpand,
  hkdfExtract,
  importKeyWrappingKey,
  type KeyWrappingKey,
  ProtocolError,
  randomBytes,
} from '@vitalseal/protocol';

/** Which secret; it enters the key, so that a slot put in the place of the other does not open. */
export type Reference = 'pin' | 'puk';

export interface KeySlot {
  readonly salt: Bytes;
  /** scrypt's N is 2 to this; r is 8, p is 1. Kept with the slot, so that a later release may ask for more. */
  readonly log2Cost: number;
  readonly wrapped: Bytes;
}

/** 128 MiB and half a second: OWASP's first choice for scrypt. */
export const defaultLog2Cost = 17;
const saltLength = 16;

export interface SlotSecret {
  readonly reference: Reference;
  readonly secret: Bytes;
  /** 32 bytes that stay with the device. */
  readonly deviceKey: Bytes;
}

export async function closeSlot(stateKey: Bytes, by: SlotSecret, log2Cost: number): Promise<KeySlot> {
  const salt = randomBytes(saltLength);
  const key = await wrappingKey(by, salt, log2Cost);
  return { salt, log2Cost, wrapped: await key.wrap(stateKey) };
}

/** @returns undefined for another secret than the one it was closed with */
export async function openSlot({ salt, log2Cost, wrapped }: KeySlot, by: SlotSecret): Promise<Bytes | undefined> {
  const key = await wrappingKey(by, salt, log2Cost);
  try {
    return await key.unwrap(wrapped);
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'authentication-failed') return undefined;
    throw error;
  }
}

async function wrappingKey(
  { reference, secret, deviceKey }: SlotSecret,
  salt: Bytes,
  log2Cost: number,
): Promise<KeyWrappingKey> {
  // noble's parameter type knows plain Uint8Arrays only; what it returns has a buffer of its own.
  const stretched = new Uint8Array(await scryptAsync(secret, salt, { N: 2 ** log2Cost, r: 8, p: 1, dkLen: 32 }));
  const mixed = await hkdfExtract(deviceKey, stretched);
  const raw = await hkdfExpand(mixed, info[reference], 32);
  try {
    return await importKeyWrappingKey(raw);
  } finally {
    for (const bytes of [stretched, mixed, raw]) bytes.fill(0);
  }
}

const text = new TextEncoder();
const info: Readonly<Record<Reference, Bytes>> = {
  pin: text.encode('vitalseal state key under PIN v1'),
  puk: text.encode('vitalseal state key under PUK v1'),
};
