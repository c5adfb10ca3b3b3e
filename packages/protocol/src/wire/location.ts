// The paper's LOC_P: where the patient is, for the ambulance. WGS 84; on the wire whole micro-degrees (11 cm) and
// centimetres, so that no float is needed.

import { ProtocolError } from '../errors.ts';
import type { CborValue } from './cbor/value.ts';
import type { Field } from './field.ts';
import { utcMs } from './time.ts';

export interface Location {
  /** Degrees, -90 to 90. */
  readonly latitude: number;
  /** Degrees, -180 to 180. */
  readonly longitude: number;
  /** Radius of the 95 % circle, metres, 0 to 1,000,000. */
  readonly accuracyMetres: number;
  /** UTC milliseconds of the fix, which may be older than the message. */
  readonly at: number;
}

const perDegree = 1e6;
const perMetre = 100;

/** @throws ProtocolError `location-out-of-range` */
export const location: Field<Location> = {
  write({ latitude, longitude, accuracyMetres, at }) {
    const wire = [
      Math.round(latitude * perDegree),
      Math.round(longitude * perDegree),
      Math.round(accuracyMetres * perMetre),
      at,
    ];
    readLocation(wire);
    return wire;
  },
  read: readLocation,
};

function readLocation(wire: CborValue): Location {
  if (!Array.isArray(wire) || wire.length !== 4) {
    throw new ProtocolError('location-out-of-range', 'expected latitude, longitude, accuracy and time');
  }
  return {
    latitude: within(wire[0], -90, 90, perDegree),
    longitude: within(wire[1], -180, 180, perDegree),
    accuracyMetres: within(wire[2], 0, 1_000_000, perMetre),
    at: utcMs.read(wire[3] ?? null),
  };
}

function within(value: CborValue | undefined, least: number, most: number, scale: number): number {
  if (typeof value === 'number' && value >= least * scale && value <= most * scale) return value / scale;
  throw new ProtocolError('location-out-of-range', `expected a number from ${least} to ${most}`);
}
