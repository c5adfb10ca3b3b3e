// ISO 7816-4 section 5.4.1: the class byte. It names a logical channel (0 to 19), says whether a chain of commands goes
// on, and whether secure messaging is used. GlobalPlatform keeps the same bits where bit 8 says "proprietary".

const proprietary = 0x80;
const further = 0x40; // logical channels 4 to 19
const chained = 0x10;

/** The logical channel that a command is for. */
export function logicalChannelOf(cla: number): number {
  return cla & further ? 4 + (cla & 0x0f) : cla & 0x03;
}

/** The same class on another logical channel (0 to 19). */
export function onChannel(cla: number, channel: number): number {
  const kept = cla & (proprietary | chained);
  return channel < 4 ? kept | channel : kept | further | (channel - 4);
}

/** More of the same command follows. */
export function isChained(cla: number): boolean {
  return (cla & chained) !== 0;
}

export function chaining(cla: number, goesOn: boolean): number {
  return goesOn ? cla | chained : cla & ~chained;
}

/** The class without logical channel, chaining and secure messaging: 0x00 or 0x80. */
export function withoutChannel(cla: number): number {
  return cla & proprietary;
}

/** Secure messaging, in whichever of its forms. */
export function hasSecureMessaging(cla: number): boolean {
  return (cla & (cla & further ? 0x20 : 0x0c)) !== 0;
}

/** 'FF' is no class (it belongs to the protocol selection), and 001x xxxx is reserved. */
export function isClassByte(cla: number): boolean {
  return cla !== 0xff && (cla & 0x60) !== 0x20;
}
