// The frame of a response, TPM 2.0 Library Part 1 section 18.4: header, handle, parameters, authorizations. The first thing
// that is done with bytes from a TPM, so every length is compared with every other.
import type { Bytes } from '@vitalseal/protocol';
import { malformed } from '../errors.ts';
import { longest, structureTag } from './constants.ts';
import { TpmReader } from './reader.ts';

export interface ResponseAuthorization {
  readonly nonce: Bytes;
  readonly attributes: number;
  readonly hmac: Bytes;
}

export type Response =
  | { readonly code: number; readonly handle?: undefined }
  | {
      readonly code: 0;
      readonly handle: number | undefined;
      readonly parameters: Bytes;
      readonly authorizations: readonly ResponseAuthorization[];
    };

/** Bytes of tag, size and code. */
export const responseHeaderLength = 10;

/** The size that a header announces. @throws TpmError `tpm-response-malformed` if no response has it */
export function announcedLength(header: Uint8Array): number {
  const length = new DataView(header.buffer, header.byteOffset, header.byteLength).getUint32(2);
  if (length < responseHeaderLength || length > longest.response) {
    throw malformed(`expected a response of ${responseHeaderLength} to ${longest.response} bytes`);
  }
  return length;
}

/** @throws TpmError `tpm-response-malformed` */
export function parseResponse(
  bytes: Bytes,
  expected: { readonly sessions: number; readonly handle: boolean },
): Response {
  const reader = new TpmReader(bytes);
  const tag = reader.u16('the tag of a response');
  if (reader.u32('the size of a response') !== bytes.length) throw malformed('expected a response of its own size');
  const code = reader.u32('a response code');
  if (code !== 0) {
    // TPM_ST_RSP_COMMAND, the tag of TPM 1.2, answers a command whose tag was not understood.
    if (tag !== structureTag.noSessions && tag !== 0x00c4) throw malformed('expected a refusal without sessions');
    reader.end('a refusal');
    return { code };
  }
  if (tag !== (expected.sessions > 0 ? structureTag.sessions : structureTag.noSessions)) {
    throw malformed('expected the tag that the command had');
  }
  const handle = expected.handle ? reader.u32('a handle') : undefined;
  if (expected.sessions === 0) return { code, handle, parameters: reader.rest(), authorizations: [] };
  const parameters = reader.bytes(reader.u32('the size of the parameters'), 'the parameters');
  const authorizations = Array.from({ length: expected.sessions }, () => ({
    nonce: reader.sized(longest.digest, 'a nonce'),
    attributes: reader.u8('the attributes of a session'),
    hmac: reader.sized(longest.digest, 'an HMAC'),
  }));
  reader.end('the authorizations');
  return { code, handle, parameters, authorizations };
}
