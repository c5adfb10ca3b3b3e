// The one sentence at the top of the day: how the readings stand, and nothing about how the patient is, for this phone
// does not know that.
import type { PhoneState } from '../../phone/phone-state.ts';
import { lastOfSensor } from '../../readings/latest.ts';

export type Standing =
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'distrust' | 'busy' | 'refused' | 'offline'; readonly since: number; readonly waiting: number }
  | { readonly kind: 'sending'; readonly waiting: number }
  | { readonly kind: 'quiet'; readonly lastAt: number }
  | { readonly kind: 'empty' }
  | { readonly kind: 'all'; readonly confirmedAt: number };

const waitingKinds: Readonly<Record<string, 'distrust' | 'busy' | 'refused'>> = {
  'hospital-untrusted': 'distrust',
  'hospital-unproved': 'distrust',
  'certificate-mismatch': 'distrust',
  'hospital-busy': 'busy',
  'hospital-refused': 'refused',
  'peer-not-bonded': 'refused',
};

/** Sensors give a reading a minute or more; a person who measures by hand has no rhythm that could be late. */
const quietMs = 15 * 60_000;

export function standingOf(state: PhoneState, now: number): Standing {
  const { consent, delivery, waiting, readings, sensors, hospitalHeardAt } = state;
  if (!consent.readings) return { kind: 'withdrawn' };
  if (delivery.state === 'waiting') {
    return { kind: waitingKinds[delivery.code] ?? 'offline', since: delivery.since, waiting: waiting.readings };
  }
  if (waiting.readings > 0) return { kind: 'sending', waiting: waiting.readings };
  const last = lastOfSensor(readings);
  const measuresByItself = sensors.some(({ kind }) => kind === 'sealed');
  if (measuresByItself && last !== undefined && now - last.measuredAt > quietMs) {
    return { kind: 'quiet', lastAt: last.measuredAt };
  }
  if (readings.length === 0 || hospitalHeardAt === undefined) return { kind: 'empty' };
  return { kind: 'all', confirmedAt: hospitalHeardAt };
}
