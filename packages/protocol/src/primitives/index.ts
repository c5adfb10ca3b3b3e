// The side of the seam that this program runs on.

export {
  aesCcmOpen,
  aesCcmSeal,
  constantTimeEqual,
  ephemeralKeyFromPrivate,
  generateEphemeralKey,
  hkdfExpand,
  hkdfExtract,
  importAesGcmKey,
  importKeyWrappingKey,
  importVerifyingKey,
  pbkdf2,
  randomBytes,
  sha256,
} from '#primitives';
export type { AeadKey, EphemeralKey, KeyWrappingKey, Primitives, VerifyingKey } from './primitives.ts';
