// Values of the objects that the bearer independent protocol, timers and polling use: TS 102 223 section 8.

import { join, octets, unsigned } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import { fromSwappedDigits, toSwappedDigits } from './swapped-digits.ts';

function malformed(expected: string): UiccError {
  return new UiccError('toolkit-malformed', expected);
}

function inRange(value: number, least: number, most: number, what: string): number {
  if (!Number.isInteger(value) || value < least || value > most) throw malformed(`expected ${what}`);
  return value;
}

/** One octet: a length of channel data, a timer, an item. */
export function encodeOctet(value: number, least: number, most: number, what: string): Bytes {
  return octets(inRange(value, least, most, what), 1);
}

export function decodeOctet(value: Uint8Array, least: number, most: number, what: string): number {
  if (value.length !== 1) throw malformed(`expected ${what} in one octet`);
  return inRange(value[0] ?? 0, least, most, what);
}

/** Section 8.55: the buffer size in two octets. */
export function encodeBufferSize(size: number): Bytes {
  return octets(inRange(size, 0, 0xffff, 'a buffer size'), 2);
}

export function decodeBufferSize(value: Uint8Array): number {
  if (value.length !== 2) throw malformed('expected a buffer size in two octets');
  return unsigned(value);
}

/** Section 8.56: the state of a channel. */
export interface ChannelStatus {
  /** 1 to 7; 0 for none. */
  readonly channel: number;
  readonly linkEstablished: boolean;
  /** 0x00: nothing further; 0x05: the link was dropped. */
  readonly information: number;
}

export const linkDropped = 0x05;

export function encodeChannelStatus({ channel, linkEstablished, information }: ChannelStatus): Bytes {
  inRange(channel, 0, 7, 'a channel');
  return join(channel | (linkEstablished ? 0x80 : 0), inRange(information, 0, 0xff, 'a state of a channel'));
}

export function decodeChannelStatus(value: Uint8Array): ChannelStatus {
  const [first = 0, information = 0] = value;
  if (value.length !== 2) throw malformed('expected the state of a channel in two octets');
  return { channel: first & 0x07, linkEstablished: (first & 0x80) !== 0, information };
}

/** Section 8.38: hours, minutes and seconds. */
export function encodeTimerValue(seconds: number): Bytes {
  inRange(seconds, 0, 86_399, 'a timer of less than a day, in whole seconds');
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return Uint8Array.from(parts, toSwappedDigits);
}

export function decodeTimerValue(value: Uint8Array): number {
  if (value.length !== 3) throw malformed('expected a timer value in three octets');
  const [hours = 0, minutes = 0, seconds = 0] = Array.from(value, fromSwappedDigits);
  if (hours > 23 || minutes > 59 || seconds > 59) throw malformed('expected hours, minutes and seconds');
  return hours * 3600 + minutes * 60 + seconds;
}

const durationUnits = [60, 1, 0.1];

/** Section 8.8: an interval in minutes, seconds, or tenths; here in seconds. */
export function encodeDuration(seconds: number): Bytes {
  const unit = [1, 2, 0].find((one) => {
    const count = seconds / (durationUnits[one] ?? 1);
    return count >= 1 && count <= 255 && Math.abs(count - Math.round(count)) < 1e-9;
  });
  if (unit === undefined)
    throw malformed('expected an interval of up to 255 seconds or minutes, or tenths of a second');
  return join(unit, Math.round(seconds / (durationUnits[unit] ?? 1)));
}

export function decodeDuration(value: Uint8Array): number {
  const [unit = 0, count = 0] = value;
  const seconds = durationUnits[unit];
  if (value.length !== 2 || seconds === undefined || count === 0) throw malformed('expected a unit and an interval');
  return unit === 2 ? count / 10 : count * seconds;
}

const ipv4 = 0x21;
const ipv6 = 0x57;

/** Section 8.58: an address of the internet protocol. */
export function encodeOtherAddress(address: Uint8Array): Bytes {
  if (address.length !== 4 && address.length !== 16) throw malformed('expected an address of 4 or 16 octets');
  return join(address.length === 4 ? ipv4 : ipv6, address);
}

/** @returns undefined for the address that the network is asked to give, or one of another kind */
export function decodeOtherAddress(value: Uint8Array): Bytes | undefined {
  const [kind] = value;
  const address = value.slice(1);
  return (kind === ipv4 && address.length === 4) || (kind === ipv6 && address.length === 16) ? address : undefined;
}

/** Section 8.59: how a channel is carried. */
export const transportProtocols = {
  udpClientRemote: 0x01,
  tcpClientRemote: 0x02,
  tcpServer: 0x03,
  udpClientLocal: 0x04,
  tcpClientLocal: 0x05,
  directChannel: 0x06,
} as const;

export interface TransportLevel {
  readonly protocol: number;
  readonly port: number;
}

export function encodeTransportLevel({ protocol, port }: TransportLevel): Bytes {
  inRange(protocol, 0, 0xff, 'a transport protocol');
  return join(protocol, octets(inRange(port, 0, 0xffff, 'a port'), 2));
}

export function decodeTransportLevel(value: Uint8Array): TransportLevel {
  const [protocol = 0] = value;
  if (value.length !== 3) throw malformed('expected a transport protocol and a port');
  return { protocol, port: unsigned(value.subarray(1)) };
}

/** Section 8.52: the first octet of a bearer description. */
export const bearerTypes = {
  circuitSwitched: 0x01,
  packet: 0x02,
  default: 0x03,
  localLink: 0x04,
  bluetooth: 0x05,
  irda: 0x06,
  rs232: 0x07,
  packetExtended: 0x09,
  wlan: 0x0a,
  eutran: 0x0b,
  usb: 0x10,
} as const;
