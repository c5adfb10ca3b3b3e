// Up to where each glucose meter's memory was read: lost, it is read from its beginning, and the hospital has those readings
// twice. It says no value and no time.

import type { GlucoseProgress, StandardSensorOptions } from '@vitalseal/ble';

const place = 'vitalseal-meters';

export const meterProgress: NonNullable<StandardSensorOptions['progress']> = {
  read: async (device) => all().get(device),
  async write(device, progress) {
    try {
      localStorage.setItem(place, JSON.stringify([...all().set(device, progress)]));
    } catch {
      // A browser that keeps nothing.
    }
  },
};

export function forgetMeters(): void {
  try {
    localStorage.removeItem(place);
  } catch {
    // It kept nothing.
  }
}

function all(): Map<string, GlucoseProgress> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
    return new Map(Array.isArray(stored) ? stored.filter(isProgress) : []);
  } catch {
    return new Map();
  }
}

function isProgress(entry: unknown): entry is [string, GlucoseProgress] {
  return (
    Array.isArray(entry) &&
    typeof entry[0] === 'string' &&
    typeof entry[1]?.sequence === 'number' &&
    typeof entry[1]?.check === 'number'
  );
}
