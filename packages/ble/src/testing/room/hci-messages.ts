// The few HCI commands and events (Bluetooth Core, volume 4 part E 7) that stand between a host and its emulated controller.

export const opcode = {
  disconnect: 0x0406,
  setEventMask: 0x0c01,
  reset: 0x0c03,
  leSetEventMask: 0x2001,
  setRandomAddress: 0x2005,
  setAdvertisingParameters: 0x2006,
  setAdvertisingData: 0x2008,
  setScanResponseData: 0x2009,
  setAdvertisingEnable: 0x200a,
  setScanEnable: 0x200c,
  createConnection: 0x200d,
  cancelConnection: 0x200e,
  clearAcceptList: 0x2010,
  addToAcceptList: 0x2011,
  removeFromAcceptList: 0x2012,
} as const;

/** Commands that begin with the handle of a link. */
export const linkCommands: ReadonlySet<number> = new Set([
  opcode.disconnect,
  0x041d, // Read Remote Version Information
  0x1405, // Read RSSI
  0x2013, // LE Connection Update
  0x2016, // LE Read Remote Features
  0x2019, // LE Enable Encryption
  0x201a, // LE Long Term Key Request Reply
  0x201b, // LE Long Term Key Request Negative Reply
  0x2022, // LE Set Data Length
]);

/** Of a command's packet: type, opcode, length. */
export const parametersAt = 4;

export const status = { success: 0, unknownConnection: 2, connectionTimeout: 8, disallowed: 12 } as const;

const commandType = 1;
export const aclType = 2;
const eventType = 4;
const disconnectionComplete = 0x05;
const commandComplete = 0x0e;
const commandStatus = 0x0f;
const completedPackets = 0x13;
const leMeta = 0x3e;
const connectionComplete = 0x01;
const advertisingReport = 0x02;
const enhancedConnectionComplete = 0x0a;

/** Where in an event the handle of its link is, by event code; in a LE meta event, by its subevent code. */
const handleAt: ReadonlyMap<number, number> = new Map([
  [disconnectionComplete, 4],
  [0x08, 4], // Encryption Change
  [0x0c, 4], // Read Remote Version Information Complete
  [0x30, 4], // Encryption Key Refresh Complete
  [completedPackets, 4],
]);
const metaHandleAt: ReadonlyMap<number, number> = new Map([
  [connectionComplete, 5],
  [0x03, 5], // LE Connection Update Complete
  [0x04, 5], // LE Read Remote Features Complete
  [0x05, 4], // LE Long Term Key Request
  [0x07, 4], // LE Data Length Change
  [enhancedConnectionComplete, 5],
]);

/** @returns where the handle of its link is in a packet from a controller, undefined where it has none */
export function linkHandleAt(packet: Buffer): number | undefined {
  if (packet[0] === aclType) return 1;
  if (packet[0] !== eventType) return undefined;
  return packet[1] === leMeta ? metaHandleAt.get(packet[3] ?? -1) : handleAt.get(packet[1] ?? -1);
}

export function command(code: number, parameters: Uint8Array = Buffer.alloc(0)): Buffer {
  return Buffer.from([commandType, code & 0xff, code >> 8, parameters.length, ...parameters]);
}

export function disconnect(handle: number, reason: number): Buffer {
  return command(opcode.disconnect, Buffer.from([handle & 0xff, handle >> 8, reason]));
}

export function answerComplete(code: number, result: number): Buffer {
  return Buffer.from([eventType, commandComplete, 4, 1, code & 0xff, code >> 8, result]);
}

export function answerStatus(code: number, result: number): Buffer {
  return Buffer.from([eventType, commandStatus, 4, result, 1, code & 0xff, code >> 8]);
}

export function connectionFailed(result: number): Buffer {
  return Buffer.from([eventType, leMeta, 19, connectionComplete, result, ...Buffer.alloc(17)]);
}

export function commandOf(packet: Buffer): { code: number; parameters: Buffer } | undefined {
  if (packet[0] !== commandType || packet.length < 4) return undefined;
  return { code: packet.readUInt16LE(1), parameters: packet.subarray(4) };
}

export type ControllerEvent =
  | { readonly kind: 'answer'; readonly code: number }
  | { readonly kind: 'connected'; readonly result: number; readonly handle: number; readonly role: number }
  | { readonly kind: 'disconnected'; readonly handle: number }
  | { readonly kind: 'advertisement'; readonly address: Buffer }
  | { readonly kind: 'completed-packets'; readonly handle: number; readonly count: number }
  | { readonly kind: 'other' };

/** What the emulator sends is well formed: it is a part of the test. */
export function eventOf(packet: Buffer): ControllerEvent {
  if (packet[0] !== eventType) return { kind: 'other' };
  if (packet[1] === commandComplete) return { kind: 'answer', code: packet.readUInt16LE(4) };
  if (packet[1] === commandStatus) return { kind: 'answer', code: packet.readUInt16LE(5) };
  if (packet[1] === disconnectionComplete) return { kind: 'disconnected', handle: packet.readUInt16LE(4) };
  if (packet[1] === completedPackets && packet[3] === 1) {
    return { kind: 'completed-packets', handle: packet.readUInt16LE(4), count: packet.readUInt16LE(6) };
  }
  if (packet[1] === leMeta && (packet[3] === connectionComplete || packet[3] === enhancedConnectionComplete)) {
    return {
      kind: 'connected',
      result: packet.readUInt8(4),
      handle: packet.readUInt16LE(5),
      role: packet.readUInt8(7),
    };
  }
  if (packet[1] === leMeta && packet[3] === advertisingReport)
    return { kind: 'advertisement', address: packet.subarray(7, 13) };
  return { kind: 'other' };
}
