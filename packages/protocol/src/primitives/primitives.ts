// The seam between the protocol and its cryptography: the only calls of `node:crypto` and of WebCrypto stand behind
// it. node.ts answers at once (KeyObjects, four times faster a record than raw keys), browser.ts with promises;
// the `#primitives` import of package.json picks the side.

import type { Awaitable, Bytes } from '../bytes.ts';

/**
 * One direction of a channel: AES-256-GCM with a 16-byte tag (RFC 9053 section 4.1, A256GCM). Arguments are read before
 * the call returns, so the caller may use their bytes again while a promise is pending.
 */
export interface AeadKey {
  /** @param nonce 12 bytes, never used twice under this key @returns ciphertext and tag */
  seal(nonce: Bytes, aad: Bytes, plaintext: Bytes): Awaitable<Bytes>;
  /** @throws ProtocolError `authentication-failed`; no byte of the plaintext is released before the tag is checked */
  open(nonce: Bytes, aad: Bytes, ciphertext: Bytes): Awaitable<Bytes>;
}

/** An ephemeral P-256 key of the handshake, known by its x-coordinate alone (RFC 9528 section 3.7). */
export interface EphemeralKey {
  readonly publicX: Bytes;
  /** @returns x-coordinate of the shared point, 32 bytes @throws ProtocolError `key-malformed` if peerX is on no point */
  agree(peerX: Bytes): Awaitable<Bytes>;
}

/** A P-256 key that checks ES256 signatures (r || s, 64 bytes). */
export interface VerifyingKey {
  /** The boolean is the answer: a caller that ignores it accepts forgeries. */
  verify(data: Bytes, signature: Bytes): Awaitable<boolean>;
}

/** AES-256 key wrap (RFC 3394), COSE's A256KW. */
export interface KeyWrappingKey {
  /** @throws ProtocolError `key-malformed` for less than 16 bytes or no multiple of 8 */
  wrap(contentKey: Bytes): Awaitable<Bytes>;
  /** @throws ProtocolError `authentication-failed` */
  unwrap(wrapped: Bytes): Awaitable<Bytes>;
}

/** What node.ts and browser.ts each export. */
export interface Primitives {
  sha256(data: Bytes): Awaitable<Bytes>;
  /** RFC 5869 with SHA-256; an empty salt is 32 zero bytes. */
  hkdfExtract(salt: Bytes, inputKey: Bytes): Awaitable<Bytes>;
  /** @param prk 32 bytes, from hkdfExtract @param length 1 to 8160 bytes */
  hkdfExpand(prk: Bytes, info: Bytes, length: number): Awaitable<Bytes>;
  /** PBKDF2 (RFC 8018) with HMAC-SHA-256: 32 bytes. */
  pbkdf2(password: Bytes, salt: Bytes, iterations: number): Awaitable<Bytes>;
  randomBytes(length: number): Bytes;
  constantTimeEqual(a: Bytes, b: Bytes): boolean;
  generateEphemeralKey(): Awaitable<EphemeralKey>;
  /** For published vectors, whose private keys are given. */
  ephemeralKeyFromPrivate(scalar: Bytes): Awaitable<EphemeralKey>;
  importAesGcmKey(raw: Bytes): Awaitable<AeadKey>;
  importKeyWrappingKey(raw: Bytes): Awaitable<KeyWrappingKey>;
  /** @param spki SubjectPublicKeyInfo in DER @throws ProtocolError `key-malformed` unless it is on P-256 */
  importVerifyingKey(spki: Bytes): Awaitable<VerifyingKey>;
  /** AES-128-CCM with a 13-byte nonce: EDHOC's suites 2 (8-byte tag) and 3 (16-byte tag). */
  aesCcmSeal(key: Bytes, nonce: Bytes, aad: Bytes, plaintext: Bytes, tagLength: 8 | 16): Awaitable<Bytes>;
  /** @throws ProtocolError `authentication-failed` */
  aesCcmOpen(key: Bytes, nonce: Bytes, aad: Bytes, ciphertext: Bytes, tagLength: 8 | 16): Awaitable<Bytes>;
}
