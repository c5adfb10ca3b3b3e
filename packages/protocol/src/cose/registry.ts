// The few entries of the COSE registries that the protocol uses (RFC 9052 section 3.1, RFC 9053, RFC 9360).

export const header = {
  algorithm: 1,
  keyId: 4,
  iv: 5,
  partialIv: 6,
  /** Certificates, leaf first: one as a byte string, several as an array. */
  x5chain: 33,
  /** The certificate by its hash: [algorithm, hash]. */
  x5t: 34,
} as const;

export const algorithm = {
  a256gcm: 3,
  /** AES key wrap with a 256-bit key. */
  a256kw: -5,
  /** ECDSA on P-256 with SHA-256. */
  es256: -7,
  /** SHA-256 truncated to 64 bits. */
  sha256Truncated64: -15,
} as const;
