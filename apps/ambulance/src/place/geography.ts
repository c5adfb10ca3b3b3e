// The little geography that a page without a map needs: metres near one point, and round steps of a degree.
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

const metresPerDegree = 111_320;
/** Nearer to a pole a degree of longitude has no useful length. */
const leastCosine = 0.01;

export function metresPerDegreeOfLongitude(latitude: number): number {
  return metresPerDegree * Math.max(leastCosine, Math.cos((latitude * Math.PI) / 180));
}

export const metresPerDegreeOfLatitude = metresPerDegree;

/** Five decimals are about a metre. */
export function coordinates({ latitude, longitude }: Point): string {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** RFC 5870, for the navigation app of the device. */
export function geoUri({ latitude, longitude, accuracyMetres }: Point & { readonly accuracyMetres: number }): string {
  return `geo:${latitude.toFixed(6)},${longitude.toFixed(6)};u=${Math.round(accuracyMetres)}`;
}

const roundSteps = [1, 2, 5];

/** The smallest of 1, 2, 5 times a power of ten that is at least `least`. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  for (const step of roundSteps) if (step * power >= least * 0.999) return step * power;
  return 10 * power;
}

/** All multiples of a step within a range. */
export function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: Math.max(0, Math.min(count, 100)) }, (_, i) => (first + i) * step);
}
