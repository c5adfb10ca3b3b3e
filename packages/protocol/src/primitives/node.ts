// The primitives in Node: synchronous `node:crypto`, each long-lived key a KeyObject so that it is expanded once.

import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHmac,
  createPublicKey,
  createSecretKey,
  hash,
  pbkdf2Sync,
  randomFillSync,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import {
  aesCcmNonceLength,
  gcmNonceLength,
  gcmTagLength,
  p256Length,
  requireLength,
  requireWrappable,
  requireWrapped,
} from './lengths.ts';
import type { AeadKey, EphemeralKey, KeyWrappingKey, VerifyingKey } from './primitives.ts';

// A Buffer's slice() shares memory where Uint8Array's copies: no Buffer leaves this file.
function asBytes(buffer: Buffer<ArrayBuffer>): Bytes {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

export function sha256(data: Bytes): Bytes {
  // By way of a string: a digest that is a buffer of its own takes longer to allocate than to compute.
  return asBytes(Buffer.from(hash('sha256', data, 'binary'), 'binary'));
}

function hmac(key: Bytes, ...parts: readonly Bytes[]): Bytes {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return asBytes(mac.digest());
}

export function hkdfExtract(salt: Bytes, inputKey: Bytes): Bytes {
  return hmac(salt, inputKey);
}

export function hkdfExpand(prk: Bytes, info: Bytes, length: number): Bytes {
  requireLength(prk, 32, 'a pseudorandom key');
  if (!Number.isInteger(length) || length < 1 || length > 8160)
    throw new RangeError('expected 1 to 8160 bytes of output');
  const output = new Uint8Array(length);
  let block: Bytes = new Uint8Array(0);
  for (let offset = 0, counter = 1; offset < length; offset += 32, counter++) {
    block = hmac(prk, block, info, Uint8Array.of(counter));
    output.set(block.subarray(0, length - offset), offset);
  }
  return output;
}

export function pbkdf2(password: Bytes, salt: Bytes, iterations: number): Bytes {
  return asBytes(pbkdf2Sync(password, salt, iterations, 32, 'sha256'));
}

export function randomBytes(length: number): Bytes {
  return randomFillSync(new Uint8Array(length));
}

export function constantTimeEqual(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

type Ecdh = ReturnType<typeof createECDH>;

function ephemeralKey(ecdh: Ecdh): EphemeralKey {
  return {
    publicX: new Uint8Array(ecdh.getPublicKey(null, 'compressed').subarray(1)),
    agree(peerX) {
      requireLength(peerX, p256Length, 'an x-coordinate');
      try {
        // Either y gives the same x-coordinate of the product; OpenSSL refuses an x that no point has.
        return new Uint8Array(ecdh.computeSecret(concatBytes(Uint8Array.of(2), peerX)));
      } catch (cause) {
        throw new ProtocolError('key-malformed', 'expected the x-coordinate of a point on P-256', { cause });
      }
    },
  };
}

export function generateEphemeralKey(): EphemeralKey {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return ephemeralKey(ecdh);
}

export function ephemeralKeyFromPrivate(scalar: Bytes): EphemeralKey {
  requireLength(scalar, p256Length, 'a private scalar');
  const ecdh = createECDH('prime256v1');
  try {
    ecdh.setPrivateKey(scalar);
  } catch (cause) {
    throw new ProtocolError('key-malformed', 'expected a private scalar of P-256', { cause });
  }
  return ephemeralKey(ecdh);
}

export function importAesGcmKey(raw: Bytes): AeadKey {
  requireLength(raw, 32, 'an AES-256 key');
  const key = createSecretKey(raw);
  return {
    seal(nonce, aad, plaintext) {
      requireLength(nonce, gcmNonceLength, 'a GCM nonce');
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(aad);
      const ciphertext = cipher.update(plaintext);
      // A stream cipher: nothing is left for the end.
      cipher.final();
      return concatBytes(ciphertext, cipher.getAuthTag());
    },
    open(nonce, aad, ciphertext) {
      requireLength(nonce, gcmNonceLength, 'a GCM nonce');
      const end = ciphertext.length - gcmTagLength;
      if (end < 0) throw new ProtocolError('authentication-failed', 'expected a ciphertext with its 16-byte tag');
      const decipher = createDecipheriv('aes-256-gcm', key, nonce);
      decipher.setAAD(aad);
      decipher.setAuthTag(ciphertext.subarray(end));
      const plaintext = decipher.update(ciphertext.subarray(0, end));
      try {
        decipher.final();
      } catch (cause) {
        throw new ProtocolError('authentication-failed', 'expected a ciphertext of this key', { cause });
      }
      return asBytes(plaintext);
    },
  };
}

// RFC 3394 section 2.2.3.1
const keyWrapIv = new Uint8Array(8).fill(0xa6);

export function importKeyWrappingKey(raw: Bytes): KeyWrappingKey {
  requireLength(raw, 32, 'an AES-256 key');
  const key = createSecretKey(raw);
  return {
    wrap(contentKey) {
      requireWrappable(contentKey);
      const cipher = createCipheriv('id-aes256-wrap', key, keyWrapIv);
      return concatBytes(cipher.update(contentKey), cipher.final());
    },
    unwrap(wrapped) {
      requireWrapped(wrapped);
      try {
        const decipher = createDecipheriv('id-aes256-wrap', key, keyWrapIv);
        return concatBytes(decipher.update(wrapped), decipher.final());
      } catch (cause) {
        throw new ProtocolError('authentication-failed', 'expected a key wrapped for this recipient', { cause });
      }
    },
  };
}

export function importVerifyingKey(spki: Bytes): VerifyingKey {
  let key: ReturnType<typeof createPublicKey>;
  try {
    key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new ProtocolError('key-malformed', 'expected a SubjectPublicKeyInfo', { cause });
  }
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new ProtocolError('key-malformed', 'expected a public key on P-256');
  }
  return {
    verify(data, signature) {
      return signature.length === 64 && verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature);
    },
  };
}

export function aesCcmSeal(key: Bytes, nonce: Bytes, aad: Bytes, plaintext: Bytes, tagLength: 8 | 16): Bytes {
  requireLength(key, 16, 'an AES-128 key');
  requireLength(nonce, aesCcmNonceLength, 'a CCM nonce');
  const cipher = createCipheriv('aes-128-ccm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  const head = cipher.update(plaintext);
  return concatBytes(head, cipher.final(), cipher.getAuthTag());
}

export function aesCcmOpen(key: Bytes, nonce: Bytes, aad: Bytes, ciphertext: Bytes, tagLength: 8 | 16): Bytes {
  requireLength(key, 16, 'an AES-128 key');
  requireLength(nonce, aesCcmNonceLength, 'a CCM nonce');
  const end = ciphertext.length - tagLength;
  if (end < 0) throw new ProtocolError('authentication-failed', 'expected a ciphertext with its tag');
  const decipher = createDecipheriv('aes-128-ccm', key, nonce, { authTagLength: tagLength });
  decipher.setAuthTag(ciphertext.subarray(end));
  decipher.setAAD(aad, { plaintextLength: end });
  try {
    const plaintext = decipher.update(ciphertext.subarray(0, end));
    return concatBytes(plaintext, decipher.final());
  } catch (cause) {
    throw new ProtocolError('authentication-failed', 'expected a ciphertext of this key', { cause });
  }
}
