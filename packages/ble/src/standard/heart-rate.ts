// Heart Rate Measurement (0x2A37) of the Heart Rate Service 1.0.

import type { Bytes } from '@vitalseal/protocol';
import { malformed, OctetReader, OctetWriter } from './octets.ts';

export type SensorContact = 'not-supported' | 'not-detected' | 'detected';

export interface HeartRateMeasurement {
  readonly kind: 'heart-rate';
  /** The octet of flags as it came, as in the other kinds; bits that are kept for the future are passed over. */
  readonly flags: number;
  /** Beats a minute. */
  readonly heartRate: number;
  readonly sensorContact: SensorContact;
  /** Kilojoules since the last reset; 65535 where it would be more. */
  readonly energyKj?: number;
  /** Time between beats in 1/1024 s, the oldest first: all that came. */
  readonly rr1024?: readonly number[];
}

const contacts: readonly SensorContact[] = ['not-supported', 'not-supported', 'not-detected', 'detected'];

/** @throws BleError `gatt-malformed` */
export function decodeHeartRate(value: Bytes): HeartRateMeasurement {
  const reader = new OctetReader(value);
  const flags = reader.uint8('flags');
  const heartRate = flags & 1 ? reader.uint16('a heart rate') : reader.uint8('a heart rate');
  const sensorContact = contacts[(flags >> 1) & 3] ?? 'not-supported';
  return {
    kind: 'heart-rate',
    flags,
    heartRate,
    sensorContact,
    ...(flags & 8 && { energyKj: reader.uint16('energy expended') }),
    ...(flags & 16 && { rr1024: intervals(reader) }),
  };
}

// Those that the flags announce reach to the end; half of one means that the value was cut.
function intervals(reader: OctetReader): number[] {
  if (reader.left < 2) throw malformed('at least one RR interval');
  const all: number[] = [];
  while (reader.left > 0) all.push(reader.uint16('an RR interval'));
  return all;
}

export function encodeHeartRate(of: Omit<HeartRateMeasurement, 'kind' | 'flags'>): Bytes {
  const wide = of.heartRate > 255;
  const contact = contacts.lastIndexOf(of.sensorContact) & (of.sensorContact === 'not-supported' ? 0 : 3);
  const flags = (wide ? 1 : 0) | (contact << 1) | (of.energyKj === undefined ? 0 : 8) | (of.rr1024?.length ? 16 : 0);
  const writer = new OctetWriter().uint8(flags);
  if (wide) writer.uint16(of.heartRate);
  else writer.uint8(of.heartRate);
  if (of.energyKj !== undefined) writer.uint16(of.energyKj);
  for (const interval of of.rr1024 ?? []) writer.uint16(interval);
  return writer.octets();
}
