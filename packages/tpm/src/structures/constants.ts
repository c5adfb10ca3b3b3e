// The numbers of TPM 2.0 Library Part 2 that this client uses, each under its name there.

/** TPM_ALG_ID, Part 2 table 9. */
export const algorithm = {
  aes: 0x0006,
  keyedHash: 0x0008,
  sha256: 0x000b,
  none: 0x0010,
  ecdsa: 0x0018,
  ecc: 0x0023,
  cfb: 0x0043,
} as const;

/** TPM_ECC_CURVE. */
export const curveP256 = 0x0003;

/** TPM_ST: the tag of a response, a ticket or an attested structure. */
export const structureTag = {
  noSessions: 0x8001,
  sessions: 0x8002,
  attestCertify: 0x8017,
  attestQuote: 0x8018,
  creation: 0x8021,
  hashCheck: 0x8024,
} as const;

/** TPM_RH: handles that are always there. */
export const permanentHandle = {
  owner: 0x40000001,
  none: 0x40000007,
  password: 0x40000009,
  endorsement: 0x4000000b,
} as const;

/** First handle of each range (TPM_HT in its most significant byte). */
export const handleRange = {
  loadedSession: 0x02000000,
  savedSession: 0x03000000,
  transient: 0x80000000,
} as const;

/** TPM_GENERATED_VALUE: `\xffTCG`, which only a TPM writes before what it signs with a restricted key. */
export const generatedByTpm = 0xff544347;

/** TPM_CAP and TPM_PT. */
export const capability = { handles: 1, properties: 6 } as const;
export const property = {
  manufacturer: 0x105,
  firmwareVersion1: 0x10b,
  firmwareVersion2: 0x10c,
} as const;

/** No structure that this client reads is longer. */
export const longest = { response: 4096, digest: 64, object: 1024, secret: 128 } as const;
