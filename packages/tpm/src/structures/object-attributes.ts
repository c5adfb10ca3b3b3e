// TPMA_OBJECT, TPM 2.0 Library Part 2 section 8.3: what may be done with a key, and where it may go.

export const objectAttribute = {
  /** The object never leaves this TPM. */
  fixedTpm: 1 << 1,
  /** Nor its parent. */
  fixedParent: 1 << 4,
  /** The TPM made the private part itself: nobody ever had a copy. */
  sensitiveDataOrigin: 1 << 5,
  /** Its authorization value opens it; without this bit only its policy does. */
  userWithAuth: 1 << 6,
  adminWithPolicy: 1 << 7,
  /** A failed authorization does not count towards the lockout, which would keep the hospital out. */
  noDictionaryAttack: 1 << 10,
  /** It signs only what the TPM itself made (a quote), or decrypts only for the TPM (a parent). */
  restricted: 1 << 16,
  decrypt: 1 << 17,
  sign: 1 << 18,
} as const;

const { fixedTpm, fixedParent, sensitiveDataOrigin, userWithAuth, adminWithPolicy, noDictionaryAttack } =
  objectAttribute;
const { restricted, decrypt, sign } = objectAttribute;

/** Made in this TPM and never out of it. */
export const neverExported = fixedTpm | fixedParent | sensitiveDataOrigin;

export const keyAttributes = {
  storageRoot: neverExported | userWithAuth | noDictionaryAttack | restricted | decrypt,
  signing: neverExported | userWithAuth | noDictionaryAttack | sign,
  attestation: neverExported | userWithAuth | noDictionaryAttack | restricted | sign,
  /** TCG EK Credential Profile, template L-2: its policy is the endorsement hierarchy's authorization. */
  endorsement: neverExported | adminWithPolicy | restricted | decrypt,
  /** Data that came from outside, released under its policy alone. */
  sealed: fixedTpm | fixedParent | noDictionaryAttack,
} as const;
