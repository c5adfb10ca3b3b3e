// The paper's LOC_P: where the patient is, for the ambulance. WGS 84; on the wire whole micro-degrees (11 cm) and
// centimetres, so that no float is needed.

import { ProtocolError } from '../errors.ts';
import { type Field, malformed } from './field.ts';
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

/** Throws ProtocolError `location-out-of-range`. */
export const location: Field<Location> = {
  write(writer, { latitude, longitude, accuracyMetres, at }) {
    writer.array(4);
    writer.integer(check(Math.round(latitude * perDegree), -90, 90, perDegree));
    writer.integer(check(Math.round(longitude * perDegree), -180, 180, perDegree));
    writer.integer(check(Math.round(accuracyMetres * perMetre), 0, 1_000_000, perMetre));
    utcMs.write(writer, at);
  },
  read(reader) {
    if (reader.array() !== 4) throw malformed('latitude, longitude, accuracy and time');
    return {
      latitude: check(reader.integer(), -90, 90, perDegree) / perDegree,
      longitude: check(reader.integer(), -180, 180, perDegree) / perDegree,
      accuracyMetres: check(reader.integer(), 0, 1_000_000, perMetre) / perMetre,
      at: utcMs.read(reader),
    };
  },
};

function check(units: number, least: number, most: number, scale: number): number {
  // Not "outside": a NaN is neither.
  if (units >= least * scale && units <= most * scale) return units;
  throw new ProtocolError('location-out-of-range', `expected a number from ${least} to ${most}`);
}
