// A reading as a screen is given it.
import { vitalMeasurement } from '@vitalseal/secure-element/measurement';
import type { ShownReading } from '../phone/phone-state.ts';

export function pulseAt(measuredAt: number, pulse: number, more: Partial<ShownReading> = {}): ShownReading {
  return {
    key: `${measuredAt}`,
    measuredAt,
    measurements: [vitalMeasurement('hr', pulse)],
    source: { kind: 'sealed-sensor', sensor: 's1' },
    where: { place: 'hospital', confirmedAt: measuredAt + 1000 },
    late: false,
    ...more,
  };
}
