// Key derivation (RFC 9528 section 4.1): one extract-and-expand chain, each use under a label of its own.

import type { Bytes } from '../bytes.ts';
import { concatBytes, noBytes } from '../bytes.ts';
import { hkdfExpand, hkdfExtract } from '../primitives/index.ts';
import { encodeCbor } from '../wire/cbor/index.ts';
import { aeadKeyLength, aeadNonceLength, hashLength } from './cipher-suite.ts';

/** The `info_label` of section 4.1.2. */
export const kdfLabel = {
  keystream2: 0,
  salt3e2m: 1,
  mac2: 2,
  key3: 3,
  iv3: 4,
  salt4e3m: 5,
  mac3: 6,
  prkOut: 7,
  key4: 8,
  iv4: 9,
  prkExporter: 10,
  prkOutUpdate: 11,
} as const;

/** EDHOC_KDF(PRK, info_label, context, length), section 4.1.2. */
export async function edhocKdf(prk: Bytes, label: number, context: Bytes, length: number): Promise<Bytes> {
  const info = concatBytes(encodeCbor(label), encodeCbor(context), encodeCbor(length));
  return hkdfExpand(prk, info, length);
}

/** PRK_2e, section 4.1.1.1. The transcript as salt binds every later key to message_1 and G_Y. */
export async function extractPrk2e(transcriptHash2: Bytes, sharedSecret: Bytes): Promise<Bytes> {
  return hkdfExtract(transcriptHash2, sharedSecret);
}

/** PRK_3e2m and PRK_4e3m of a side with a static Diffie-Hellman key, sections 4.1.1.2 and 4.1.1.3. */
export async function extractWithStaticKey(
  prk: Bytes,
  saltLabel: SaltLabel,
  transcriptHash: Bytes,
  sharedSecret: Bytes,
): Promise<Bytes> {
  return hkdfExtract(await edhocKdf(prk, saltLabel, transcriptHash, hashLength), sharedSecret);
}

export type SaltLabel = typeof kdfLabel.salt3e2m | typeof kdfLabel.salt4e3m;

/** K_3 and IV_3, or K_4 and IV_4, section 4.1.2. Each pair seals one message only, so its fixed nonce is never reused. */
export async function deriveAead(
  prk: Bytes,
  message: 3 | 4,
  transcriptHash: Bytes,
): Promise<{ key: Bytes; nonce: Bytes }> {
  const [keyLabel, nonceLabel] = message === 3 ? [kdfLabel.key3, kdfLabel.iv3] : [kdfLabel.key4, kdfLabel.iv4];
  return {
    key: await edhocKdf(prk, keyLabel, transcriptHash, aeadKeyLength),
    nonce: await edhocKdf(prk, nonceLabel, transcriptHash, aeadNonceLength),
  };
}

/** PRK_out, section 4.1.3. */
export async function derivePrkOut(prk4e3m: Bytes, transcriptHash4: Bytes): Promise<Bytes> {
  return edhocKdf(prk4e3m, kdfLabel.prkOut, transcriptHash4, hashLength);
}

/** EDHOC_Exporter, section 4.2.1. */
export async function edhocExporter(prkOut: Bytes, label: number, context: Bytes, length: number): Promise<Bytes> {
  const prkExporter = await edhocKdf(prkOut, kdfLabel.prkExporter, noBytes, hashLength);
  return edhocKdf(prkExporter, label, context, length);
}

/** EDHOC_KeyUpdate, appendix H. */
export async function edhocKeyUpdate(prkOut: Bytes, context: Bytes): Promise<Bytes> {
  return edhocKdf(prkOut, kdfLabel.prkOutUpdate, context, hashLength);
}
