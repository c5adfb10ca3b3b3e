// The primitives in a browser: WebCrypto, every long-lived key non-extractable.

import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { aesCcmOpen, aesCcmSeal } from './aes-ccm.ts';
import { gcmNonceLength, p256Length, requireLength, requireWrappable, requireWrapped } from './lengths.ts';
import { pointFromX } from './p256-point.ts';
import type { AeadKey, EphemeralKey, KeyWrappingKey, VerifyingKey } from './primitives.ts';

export { aesCcmOpen, aesCcmSeal };

const { subtle } = globalThis.crypto;
// Named through the call: DOM's CryptoKey does not exist where Node's types alone are loaded.
type WebKey = Awaited<ReturnType<typeof subtle.importKey>>;

const ecdh = { name: 'ECDH', namedCurve: 'P-256' } as const;
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle.digest('SHA-256', data));
}

async function hmacKey(key: Bytes): Promise<WebKey> {
  // HMAC pads its key with zeros (RFC 2104); some engines refuse to import an empty one.
  const raw = key.length === 0 ? new Uint8Array(32) : key;
  return subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

export async function hkdfExtract(salt: Bytes, inputKey: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle.sign('HMAC', await hmacKey(salt), inputKey));
}

export async function hkdfExpand(prk: Bytes, info: Bytes, length: number): Promise<Bytes> {
  requireLength(prk, 32, 'a pseudorandom key');
  if (!Number.isInteger(length) || length < 1 || length > 8160)
    throw new RangeError('expected 1 to 8160 bytes of output');
  const key = await hmacKey(prk);
  const output = new Uint8Array(length);
  let block: Bytes = new Uint8Array(0);
  for (let offset = 0, counter = 1; offset < length; offset += 32, counter++) {
    block = new Uint8Array(await subtle.sign('HMAC', key, concatBytes(block, info, Uint8Array.of(counter))));
    output.set(block.subarray(0, length - offset), offset);
  }
  return output;
}

export async function pbkdf2(password: Bytes, salt: Bytes, iterations: number): Promise<Bytes> {
  const key = await subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
  return new Uint8Array(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, 256));
}

export function randomBytes(length: number): Bytes {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}

export function constantTimeEqual(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

function ephemeralKey(privateKey: WebKey, publicX: Bytes): EphemeralKey {
  return {
    publicX,
    async agree(peerX) {
      requireLength(peerX, p256Length, 'an x-coordinate');
      // Not every engine imports a compressed point, so the point is completed here; either y gives the same result.
      const peer = await subtle.importKey('raw', pointFromX(peerX), ecdh, false, []);
      return new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: peer }, privateKey, 256));
    },
  };
}

export async function generateEphemeralKey(): Promise<EphemeralKey> {
  const pair = await subtle.generateKey(ecdh, false, ['deriveBits']);
  const point = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
  return ephemeralKey(pair.privateKey, point.slice(1, 1 + p256Length));
}

// PKCS #8 of a P-256 key (RFC 5915) up to the scalar, without the optional public key.
const pkcs8Prefix = Uint8Array.from([
  0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
  0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20,
]);

export async function ephemeralKeyFromPrivate(scalar: Bytes): Promise<EphemeralKey> {
  requireLength(scalar, p256Length, 'a private scalar');
  try {
    const privateKey = await subtle.importKey('pkcs8', concatBytes(pkcs8Prefix, scalar), ecdh, true, ['deriveBits']);
    const { x = '' } = await subtle.exportKey('jwk', privateKey);
    const binary = atob(x.replaceAll('-', '+').replaceAll('_', '/'));
    return ephemeralKey(
      privateKey,
      Uint8Array.from(binary, (character) => character.charCodeAt(0)),
    );
  } catch (cause) {
    throw new ProtocolError('key-malformed', 'expected a private scalar of P-256', { cause });
  }
}

export async function importAesGcmKey(raw: Bytes): Promise<AeadKey> {
  requireLength(raw, 32, 'an AES-256 key');
  const key = await subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
  return {
    async seal(nonce, aad, plaintext) {
      requireLength(nonce, gcmNonceLength, 'a GCM nonce');
      const parameters = { name: 'AES-GCM', iv: nonce, additionalData: aad };
      return new Uint8Array(await subtle.encrypt(parameters, key, plaintext));
    },
    async open(nonce, aad, ciphertext) {
      requireLength(nonce, gcmNonceLength, 'a GCM nonce');
      try {
        const parameters = { name: 'AES-GCM', iv: nonce, additionalData: aad };
        return new Uint8Array(await subtle.decrypt(parameters, key, ciphertext));
      } catch (cause) {
        throw new ProtocolError('authentication-failed', 'expected a ciphertext of this key', { cause });
      }
    },
  };
}

export async function importKeyWrappingKey(raw: Bytes): Promise<KeyWrappingKey> {
  requireLength(raw, 32, 'an AES-256 key');
  const key = await subtle.importKey('raw', raw, 'AES-KW', false, ['wrapKey', 'unwrapKey']);
  // WebCrypto wraps keys, not bytes: the content key passes as an HMAC key, which may have any length.
  const carrier = { name: 'HMAC', hash: 'SHA-256' } as const;
  return {
    async wrap(contentKey) {
      requireWrappable(contentKey);
      const content = await subtle.importKey('raw', contentKey, carrier, true, ['sign']);
      return new Uint8Array(await subtle.wrapKey('raw', content, key, 'AES-KW'));
    },
    async unwrap(wrapped) {
      requireWrapped(wrapped);
      try {
        const content = await subtle.unwrapKey('raw', wrapped, key, 'AES-KW', carrier, true, ['sign']);
        return new Uint8Array(await subtle.exportKey('raw', content));
      } catch (cause) {
        throw new ProtocolError('authentication-failed', 'expected a key wrapped for this recipient', { cause });
      }
    },
  };
}

export async function importVerifyingKey(spki: Bytes): Promise<VerifyingKey> {
  let key: WebKey;
  try {
    key = await subtle.importKey('spki', spki, ecdsa, false, ['verify']);
  } catch (cause) {
    throw new ProtocolError('key-malformed', 'expected a public key on P-256', { cause });
  }
  return {
    async verify(data, signature) {
      return signature.length === 64 && subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, data);
    },
  };
}
