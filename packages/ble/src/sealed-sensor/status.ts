// What a sensor says of itself in the clear: nothing of a patient, and nothing of a reading but how many wait.
//
//   version (1 byte: 1) | flags (1) | ATT MTU as the sensor sees it (2) | battery, percent (1; 255: unknown) | stored (4)
//
// Numbers are big-endian. Bytes behind are of a later version and passed over.

import { type Bytes, largestMtu, leastMtu } from '@vitalseal/protocol';
import { BleError } from '../errors.ts';

export interface SensorStatus {
  /** A browser does not tell its page the MTU: the phone learns it from here. */
  readonly mtu: number;
  /** Percent; undefined where the sensor does not know. */
  readonly battery: number | undefined;
  /** Records that no element has acknowledged yet. */
  readonly stored: number;
  /** The sensor belongs to a patient already. */
  readonly bonded: boolean;
  /** Another phone has the sensor's attention now; this one is next. */
  readonly busy: boolean;
}

const version = 1;
const length = 9;
const unknownBattery = 255;
const mostStored = 0xffff_ffff;
const flags = { bonded: 1, busy: 2 } as const;

export function encodeStatus({ mtu, battery, stored, bonded, busy }: SensorStatus): Bytes {
  const value = new Uint8Array(length);
  const view = new DataView(value.buffer);
  view.setUint8(0, version);
  view.setUint8(1, (bonded ? flags.bonded : 0) | (busy ? flags.busy : 0));
  view.setUint16(2, mtu);
  view.setUint8(4, battery === undefined ? unknownBattery : Math.round(Math.min(100, Math.max(0, battery))));
  view.setUint32(5, Math.min(stored, mostStored));
  return value;
}

/** @throws BleError `gatt-malformed` */
export function decodeStatus(value: Bytes): SensorStatus {
  if (value.length < length || value[0] !== version) throw malformed('the status of a sealed sensor');
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const mtu = view.getUint16(2);
  const battery = view.getUint8(4);
  if (mtu < leastMtu || mtu > largestMtu) throw malformed(`an ATT MTU from ${leastMtu} to ${largestMtu}`);
  if (battery > 100 && battery !== unknownBattery) throw malformed('a battery from 0 to 100 %, or 255');
  const flag = view.getUint8(1);
  return {
    mtu,
    battery: battery === unknownBattery ? undefined : battery,
    stored: view.getUint32(5),
    bonded: (flag & flags.bonded) !== 0,
    busy: (flag & flags.busy) !== 0,
  };
}

function malformed(expected: string): BleError {
  return new BleError('gatt-malformed', `expected ${expected}`);
}
