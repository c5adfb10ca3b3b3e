// Weight Measurement (0x2A9D) of the Weight Scale Service 1.0.1.

import type { Bytes, Decimal } from '@vitalseal/protocol';
import { type DateTime, readDateTime, writeDateTime } from './date-time.ts';
import { OctetReader, OctetWriter } from './octets.ts';

export interface WeightMeasurement {
  readonly kind: 'weight';
  readonly flags: number;
  /** To 5 g or a hundredth of a pound; `nan` where the scale says that it did not succeed. */
  readonly weight: Decimal | 'nan';
  readonly unit: 'kg' | 'lb';
  readonly timestamp?: DateTime;
  /** 255: nobody knows whose. */
  readonly userId?: number;
  readonly bmi?: Decimal;
  readonly height?: Decimal;
  readonly heightUnit?: 'm' | 'in';
}

const unsuccessful = 0xffff;

/** @throws BleError `gatt-malformed` */
export function decodeWeight(value: Bytes): WeightMeasurement {
  const reader = new OctetReader(value);
  const flags = reader.uint8('flags');
  const imperial = (flags & 1) !== 0;
  const weight = reader.uint16('a weight');
  return {
    kind: 'weight',
    flags,
    weight: weight === unsuccessful ? 'nan' : weightOf(weight, imperial),
    unit: imperial ? 'lb' : 'kg',
    ...(flags & 2 && { timestamp: readDateTime(reader) }),
    ...(flags & 4 && { userId: reader.uint8('a user') }),
    ...(flags & 8 && {
      bmi: { mantissa: reader.uint16('a body mass index'), exponent: -1 },
      height: { mantissa: reader.uint16('a height'), exponent: imperial ? -1 : -3 },
      heightUnit: imperial ? ('in' as const) : ('m' as const),
    }),
  };
}

function weightOf(raw: number, imperial: boolean): Decimal {
  return imperial ? { mantissa: raw, exponent: -2 } : { mantissa: raw * 5, exponent: -3 };
}

/** In kilograms, without body mass index and height. @param steps of 5 g, or `nan` */
export function encodeWeight(steps: number | 'nan', timestamp?: DateTime, userId?: number): Bytes {
  const flags = (timestamp ? 2 : 0) | (userId === undefined ? 0 : 4);
  const writer = new OctetWriter().uint8(flags).uint16(steps === 'nan' ? unsuccessful : steps);
  if (timestamp) writeDateTime(writer, timestamp);
  if (userId !== undefined) writer.uint8(userId);
  return writer.octets();
}
