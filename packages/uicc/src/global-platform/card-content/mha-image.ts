// An image of the MHA: the policy that belongs to it, and its code. What the authority attests is SHA-256 over these
// bytes as they stand in a file.

import { join } from '../../bytes.ts';
import type { Bytes } from '../../card.ts';
import { encodeTlv } from '../../tlv/index.ts';
import { field, fieldsOf } from '../administration-fields.ts';
import { type CardPolicy, decodeCardPolicy, encodeCardPolicy } from '../card-policy.ts';

/** The name under which the authority attests images. */
export const mhaImageName = 'vitalseal-mha';

export interface MhaImage {
  readonly policy: CardPolicy;
  readonly code: Bytes;
}

const policyTag = 0xbf25;
const codeTag = 0xdf28;

/** @throws UiccError `administration-malformed` for a policy out of range */
export function encodeMhaImage({ policy, code }: MhaImage): Bytes {
  return join(encodeTlv(policyTag, encodeCardPolicy(policy)), encodeTlv(codeTag, code));
}

/** @throws UiccError `administration-malformed` */
export function decodeMhaImage(bytes: Bytes): MhaImage {
  const fields = fieldsOf(bytes, [policyTag, codeTag]);
  return { policy: decodeCardPolicy(field(fields, policyTag)), code: field(fields, codeTag) };
}
