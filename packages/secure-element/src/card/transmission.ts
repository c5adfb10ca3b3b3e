// How command and response fit the transmission protocol (ISO/IEC 7816-3 section 12, TS 102 221 section 7.3): T=1 takes
// an APDU as it is; in T=0 the fifth byte is either the length of data or the length expected, so that a response to
// data is always fetched, and one of another length than expected is announced.

import { type Bytes, noBytes } from '@vitalseal/protocol';
import {
  type CommandApdu,
  decodeCommand,
  instructions,
  type ResponseApdu,
  statusResponse,
  statusWords,
  UiccError,
} from '@vitalseal/uicc';
import type { LogicalChannel } from './logical-channel.ts';
import { RefusedCommand } from './refused-command.ts';

export type TransmissionProtocol = 'T=0' | 'T=1';

/** @throws RefusedCommand 6700 */
export function readCommand(bytes: Bytes, protocol: TransmissionProtocol): CommandApdu {
  try {
    const command = decodeCommand(bytes);
    // T=0 carries no Le behind data, and no extended lengths.
    const fitsT0 = command.extended !== true && !(command.data.length > 0 && command.le !== undefined);
    if (protocol === 'T=1' || fitsT0) return command;
  } catch (error) {
    if (!(error instanceof UiccError)) throw error;
  }
  throw new RefusedCommand(statusWords.wrongLength);
}

/** What goes out now; the rest is held on the channel. */
export function fitResponse(
  response: ResponseApdu,
  command: CommandApdu,
  channel: LogicalChannel,
  protocol: TransmissionProtocol,
): ResponseApdu {
  const { data, status } = response;
  const { le, ins } = command;
  if (data.length === 0) return response;
  if (le === undefined) {
    // In T=1 no Le means that nobody wants to know what was selected. Of any other command the answer is kept.
    if (protocol === 'T=1' && ins === instructions.select) return statusResponse(status);
    channel.held = { response };
    return announced(noBytes, data.length);
  }
  if (data.length > le) {
    channel.held = { response: { data: data.slice(le), status } };
    return announced(data.slice(0, le), data.length - le);
  }
  const exact = protocol === 'T=0' || (ins === instructions.getResponse && le !== 256);
  if (!exact || data.length === le) return response;
  channel.held = { response, command };
  return statusResponse(0x6c00 | data.length);
}

/** The response that a GET RESPONSE, or the same command with the right Le, takes up. */
export function heldResponse(command: CommandApdu, channel: LogicalChannel): ResponseApdu | undefined {
  const { held } = channel;
  if (!held) return undefined;
  if (command.ins === instructions.getResponse) {
    if (command.p1 !== 0 || command.p2 !== 0) throw new RefusedCommand(statusWords.wrongParameters);
    if (command.le === undefined || command.data.length > 0) throw new RefusedCommand(statusWords.wrongLength);
    channel.held = undefined;
    return held.response;
  }
  channel.held = undefined;
  return held.command && isRepeated(held.command, command) ? held.response : undefined;
}

function isRepeated(before: CommandApdu, { cla, ins, p1, p2, data }: CommandApdu): boolean {
  return cla === before.cla && ins === before.ins && p1 === before.p1 && p2 === before.p2 && data.length === 0;
}

/** 61XX; 6100 says 256 or more. */
function announced(data: Bytes, waiting: number): ResponseApdu {
  return { data, status: 0x6100 | (waiting < 256 ? waiting : 0) };
}
