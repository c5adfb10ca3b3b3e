// Where the terminal is: a shape of TS 23.032 (an ellipsoid point, alone or with a circle of uncertainty), as the object
// "GAD shapes" of TS 31.111 carries it.

import { join, octets, unsigned } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';

export interface GeographicalLocation {
  /** Degrees of WGS 84; 24 bits, so that a place is told to about two metres. */
  readonly latitude: number;
  readonly longitude: number;
  /** Radius of uncertainty; absent for a point alone. */
  readonly accuracyMetres?: number;
}

const point = 0x00;
const pointWithCircle = 0x10;
const latitudeSteps = 2 ** 23 / 90;
const longitudeSteps = 2 ** 24 / 360;
// TS 23.032 section 6.2: r = C((1 + x)^K - 1), with C = 10 and x = 0.1
const uncertaintyScale = 10;
const uncertaintyBase = 1.1;

/** @throws UiccError `toolkit-malformed` for a place that is not on this planet */
export function encodeGadShape({ latitude, longitude, accuracyMetres }: GeographicalLocation): Bytes {
  if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180) || !((accuracyMetres ?? 0) >= 0)) {
    throw new UiccError('toolkit-malformed', 'expected a place on this planet');
  }
  const degrees = Math.min(Math.floor(Math.abs(latitude) * latitudeSteps), 2 ** 23 - 1);
  const east = Math.min(Math.floor(longitude * longitudeSteps), 2 ** 23 - 1);
  const place = join(
    octets(latitude < 0 ? degrees + 2 ** 23 : degrees, 3),
    octets(east < 0 ? east + 2 ** 24 : east, 3),
  );
  if (accuracyMetres === undefined) return join(point, place);
  // the smallest circle that holds the uncertainty
  const code = Math.ceil(Math.log(accuracyMetres / uncertaintyScale + 1) / Math.log(uncertaintyBase) - 1e-9);
  return join(pointWithCircle, place, Math.min(Math.max(code, 0), 127));
}

/** @returns undefined for a shape of another kind @throws UiccError `toolkit-malformed` for one of the wrong length */
export function decodeGadShape(value: Uint8Array): GeographicalLocation | undefined {
  const kind = (value[0] ?? 0xff) & 0xf0;
  if (kind !== point && kind !== pointWithCircle) return undefined;
  if (value.length !== (kind === point ? 7 : 8)) {
    throw new UiccError('toolkit-malformed', 'expected an ellipsoid point of its length');
  }
  const degrees = unsigned(value.subarray(1, 4));
  const east = unsigned(value.subarray(4, 7));
  // a step is read as its middle
  const latitude = ((degrees % 2 ** 23) + 0.5) / latitudeSteps;
  const longitude = ((east < 2 ** 23 ? east : east - 2 ** 24) + 0.5) / longitudeSteps;
  const place = { latitude: degrees < 2 ** 23 ? latitude : 0 - latitude, longitude };
  if (kind === point) return place;
  return { ...place, accuracyMetres: uncertaintyScale * (uncertaintyBase ** ((value[7] ?? 0) & 0x7f) - 1) };
}
