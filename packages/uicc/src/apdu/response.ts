// ISO 7816-3 section 12.1: the response APDU, data and a status word.

import { join, noBytes, octets, unsigned } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';

export interface ResponseApdu {
  readonly data: Bytes;
  /** SW1 and SW2 as one number, 0x9000 for a command that was done. */
  readonly status: number;
}

const longestData = 65536;

/** ISO 7816-3 section 12.2.1: SW1 is '6X' or '9X', and '60' is no status. */
function isStatus(status: number): boolean {
  return Number.isInteger(status) && ((status >= 0x6100 && status <= 0x6fff) || (status >= 0x9000 && status <= 0x9fff));
}

/** @throws UiccError `apdu-malformed` for a status word or data out of range */
export function encodeResponse(response: ResponseApdu): Bytes {
  const { data, status } = response;
  if (!isStatus(status) || data.length > longestData) {
    throw new UiccError('apdu-malformed', 'expected a status word of ISO 7816, and at most 65536 octets of data');
  }
  return join(data, octets(status, 2));
}

/** @throws UiccError `apdu-malformed` where no status word is, or more data than any response has */
export function decodeResponse(bytes: Uint8Array): ResponseApdu {
  const status = unsigned(bytes.subarray(-2));
  if (bytes.length < 2 || bytes.length > longestData + 2 || !isStatus(status)) {
    throw new UiccError('apdu-malformed', 'expected a response that ends in a status word');
  }
  return { data: bytes.slice(0, -2), status };
}

/** A response of a status word alone. */
export function statusResponse(status: number, data: Bytes = noBytes): ResponseApdu {
  return { data, status };
}
