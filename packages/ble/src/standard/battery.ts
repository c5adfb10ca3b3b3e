// Battery Level (0x2A19) of the Battery Service.

import type { Bytes } from '@vitalseal/protocol';
import { malformed, OctetReader, OctetWriter } from './octets.ts';

export interface BatteryLevel {
  readonly kind: 'battery';
  /** Percent. */
  readonly battery: number;
}

/** @throws BleError `gatt-malformed`, for more than 100 % too */
export function decodeBattery(value: Bytes): BatteryLevel {
  const reader = new OctetReader(value);
  const battery = reader.uint8('a battery level');
  reader.end('a battery level');
  if (battery > 100) throw malformed('a battery level of at most 100 %');
  return { kind: 'battery', battery };
}

export function encodeBattery(percent: number): Bytes {
  return new OctetWriter().uint8(percent).octets();
}
