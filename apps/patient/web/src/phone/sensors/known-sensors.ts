// The devices that the patient has chosen, by the browser's own name for each: nothing of a patient, no key.

export interface KnownSensor {
  /** The browser's, of this origin alone. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'sealed' | 'standard';
  /** Of a sealed one, as the card knows it. */
  readonly identity?: string;
}

const place = 'vitalseal-sensors';
const mostSensors = 16;

export function knownSensors(): readonly KnownSensor[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isKnown).slice(0, mostSensors) : [];
  } catch {
    return [];
  }
}

/** A browser that keeps nothing has the patient choose anew. */
export function keepSensors(sensors: readonly KnownSensor[]): void {
  try {
    localStorage.setItem(place, JSON.stringify(sensors));
  } catch {
    // It is asked again.
  }
}

function isKnown(value: unknown): value is KnownSensor {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, kind } = value as Record<string, unknown>;
  return typeof id === 'string' && typeof name === 'string' && (kind === 'sealed' || kind === 'standard');
}
