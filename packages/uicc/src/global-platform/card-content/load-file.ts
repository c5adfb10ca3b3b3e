// The load file (Card Specification section 11.6.2.3): a DAP block, which is what makes the image trusted, and the load
// file data block. Of DAP blocks there is one, and its signature is the authority's attestation.

import { issuerSecurityDomainAid } from '../../applications.ts';
import { join } from '../../bytes.ts';
import type { Bytes } from '../../card.ts';
import { encodeTlv } from '../../tlv/index.ts';
import { field, fieldsOf, objectsOf } from '../administration-fields.ts';

export interface LoadFile {
  /** COSE_Sign1 of the certifying authority. */
  readonly attestation: Bytes;
  /** As `encodeMhaImage` writes it. */
  readonly image: Bytes;
}

const dapBlock = 0xe2;
const securityDomainTag = 0x4f;
const signatureTag = 0xc3;
const dataBlock = 0xc4;

export function encodeLoadFile({ attestation, image }: LoadFile): Bytes {
  const dap = [encodeTlv(securityDomainTag, issuerSecurityDomainAid), encodeTlv(signatureTag, attestation)];
  return join(encodeTlv(dapBlock, ...dap), encodeTlv(dataBlock, image));
}

/** @throws UiccError `administration-malformed` */
export function decodeLoadFile(bytes: Bytes): LoadFile {
  const blocks = fieldsOf(bytes, [dapBlock, dataBlock]);
  const dap = fieldsOf(field(blocks, dapBlock), [securityDomainTag, signatureTag]);
  // Which security domain verifies is said for the standard's sake: there is one.
  field(dap, securityDomainTag);
  objectsOf(field(blocks, dataBlock));
  return { attestation: field(dap, signatureTag), image: field(blocks, dataBlock) };
}
