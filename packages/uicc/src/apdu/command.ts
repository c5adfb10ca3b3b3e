// ISO 7816-3 section 12.1: the command APDU in its seven cases (1; 2, 3 and 4, each short or extended).

import { join, noBytes, octets, unsigned } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';

export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** The command data field; empty if there is none. At most 65535 octets. */
  readonly data: Bytes;
  /** Octets of response data that are expected at most: 1..256 short, ..65536 extended. Absent: none are. */
  readonly le?: number;
  /** Extended lengths even where short ones would do. */
  readonly extended?: boolean;
}

const longestShort = 255;
const longestExtended = 0xffff;

function malformed(expected: string): UiccError {
  return new UiccError('apdu-malformed', expected);
}

/** @throws UiccError `apdu-malformed` for a header, data or Le out of range */
export function encodeCommand(command: CommandApdu): Bytes {
  const { cla, ins, p1, p2, data, le } = command;
  for (const octet of [cla, ins, p1, p2]) {
    if (!Number.isInteger(octet) || octet < 0 || octet > 0xff) throw malformed('expected a header of four octets');
  }
  if (data.length > longestExtended) throw malformed('expected at most 65535 octets of command data');
  if (le !== undefined && !(Number.isInteger(le) && le >= 1 && le <= longestExtended + 1)) {
    throw malformed('expected a length of response data of 1 to 65536');
  }
  const header = [cla, ins, p1, p2];
  const extended = command.extended === true || data.length > longestShort || (le ?? 0) > longestShort + 1;
  if (!extended) {
    return join(...header, ...(data.length > 0 ? [data.length, data] : []), ...(le === undefined ? [] : [le & 0xff]));
  }
  if (data.length === 0 && le === undefined) return join(...header);
  const body = data.length > 0 ? [octets(data.length, 2), data] : [];
  return join(...header, 0, ...body, ...(le === undefined ? [] : [octets(le & 0xffff, 2)]));
}

/** @throws UiccError `apdu-malformed` for whatever is none of the seven cases */
export function decodeCommand(bytes: Uint8Array): CommandApdu {
  const [cla, ins, p1, p2, p3] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) {
    throw malformed('expected a header of four octets');
  }
  const header = { cla, ins, p1, p2 };
  if (p3 === undefined) return { ...header, data: noBytes };
  if (bytes.length === 5) return { ...header, data: noBytes, le: p3 || 256 };
  return { ...header, ...(p3 === 0 ? extendedBody(bytes.slice(5)) : shortBody(p3, bytes.slice(5))) };
}

function shortBody(lc: number, rest: Bytes): Pick<CommandApdu, 'data' | 'le'> {
  if (rest.length === lc) return { data: rest };
  const [le] = rest.subarray(lc);
  if (rest.length !== lc + 1 || le === undefined) throw malformed('expected as much command data as its length says');
  return { data: rest.slice(0, lc), le: le || 256 };
}

function extendedBody(rest: Bytes): Pick<CommandApdu, 'data' | 'le' | 'extended'> {
  if (rest.length < 2) throw malformed('expected an extended length of two octets');
  const length = unsigned(rest.subarray(0, 2));
  if (rest.length === 2) return { data: noBytes, le: length || 65536, extended: true };
  if (length === 0) throw malformed('expected command data after its length');
  const data = rest.slice(2, 2 + length);
  const le = rest.subarray(2 + length);
  if (data.length !== length || (le.length !== 0 && le.length !== 2)) {
    throw malformed('expected as much command data as its extended length says');
  }
  return { data, ...(le.length === 2 ? { le: unsigned(le) || 65536 } : {}), extended: true };
}
