// States of a phone, as a patient meets them.
import { type Measurement, mdc } from '@vitalseal/protocol';
import { consciousnessMeasurement, oxygenMeasurement, vitalMeasurement } from '@vitalseal/secure-element/measurement';
import type { PhoneState, ShownReading, Whereabouts } from '../src/phone/phone-state.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.now();
const chest = 'chest-strap-07';
const cuff = 'A&D UA-651BLE';

/** Looks like a body and is the same in every run. */
function wander(minutes: number, seed: number): number {
  const slow = Math.sin(minutes / 97 + seed) + Math.sin(minutes / 41 + 2 * seed) / 2;
  const noise = Math.sin(minutes * 12.9898 + seed * 78.233) * 43758.5453;
  return (slow + (noise - Math.floor(noise) - 0.5)) / 2;
}

/** A day of a chest strap, with the night's gap and a short one; a cuff now and then; and what was typed. */
function aDay(until: number, confirmedUntil: number): ShownReading[] {
  const readings: ShownReading[] = [];
  const add = (at: number, measurements: readonly Measurement[], source: ShownReading['source'], late = false) => {
    const where: Whereabouts =
      at <= confirmedUntil ? { place: 'hospital', confirmedAt: at + (late ? hour : 1500) } : { place: 'phone' };
    readings.push({ key: `${at}-${readings.length}`, measuredAt: at, measurements, source, where, late });
  };
  for (let at = until - 24 * hour; at <= until; at += minute) {
    const ago = (until - at) / minute;
    const asleep = ago > 10 * 60 && ago < 13 * 60;
    const away = ago > 22 && ago < 31;
    if (!asleep && !away) {
      add(
        at,
        [
          vitalMeasurement('hr', Math.round(74 + 9 * wander(ago, 1))),
          vitalMeasurement('spo2', Math.round(96 + 1.5 * wander(ago, 2))),
          vitalMeasurement('resp', Math.round(16 + 3 * wander(ago, 3))),
        ],
        { kind: 'sealed-sensor', sensor: chest },
        ago > 600 && ago < 660,
      );
    }
    if (ago % 240 === 60) {
      add(at, [vitalMeasurement('sbp', Math.round(131 + 9 * wander(ago, 4))), vitalMeasurement('dbp', 79)], {
        kind: 'standard-sensor',
        sensor: cuff,
      });
    }
    if (ago === 185) add(at, [vitalMeasurement('temp', 36.8)], { kind: 'entered' });
    if (ago === 181) add(at, [oxygenMeasurement(0)], { kind: 'entered' });
    if (ago === 180) add(at, [consciousnessMeasurement('A')], { kind: 'entered' });
  }
  return readings;
}

const well: PhoneState = {
  card: { state: 'open' },
  patient: 'a41200n',
  hospital: { id: 'demo-hospital', release: '0.1.0' },
  delivery: { state: 'idle' },
  hospitalHeardAt: now - 40_000,
  waiting: { readings: 0, oldestMeasuredAt: undefined, room: 40_000 },
  readings: aDay(now - 30_000, now),
  sensors: [
    {
      id: chest,
      identity: chest,
      name: 'Chest strap 07',
      kind: 'sealed',
      link: { state: 'connected' },
      lastValueAt: now - 30_000,
      battery: 81,
      dropped: 0,
    },
    {
      id: cuff,
      name: 'A&D UA-651BLE',
      kind: 'standard',
      link: { state: 'away', code: 'sensor-unreachable' },
      lastValueAt: now - hour,
      battery: 12,
      dropped: 2,
    },
  ],
  bluetooth: 'on',
  location: {
    state: 'shared',
    last: { latitude: 52.5, longitude: 13.4, accuracyMetres: 18, at: now - 3 * minute },
  },
  unkept: 0,
  storage: { persistent: true, full: false },
  clockAheadMs: 400,
  consent: { readings: true, location: true },
  emergency: { state: 'none' },
  update: 'none',
  putBack: undefined,
};

const fresh: PhoneState = {
  ...well,
  card: { state: 'new' },
  patient: undefined,
  hospital: undefined,
  hospitalHeardAt: undefined,
  readings: [],
  sensors: [],
  location: { state: 'not-shared' },
  storage: { persistent: false, full: false },
  clockAheadMs: undefined,
};

const offline: PhoneState = {
  ...well,
  delivery: { state: 'waiting', code: 'hospital-unreachable', since: now - 42 * minute, retryAt: now + minute },
  hospitalHeardAt: now - 42 * minute,
  waiting: { readings: 41, oldestMeasuredAt: now - 42 * minute, room: 40_000 },
  readings: aDay(now - 30_000, now - 42 * minute),
};

const refusedReading: ShownReading = {
  key: 'refused',
  measuredAt: now - 5 * minute,
  measurements: [{ ...vitalMeasurement('temp', 37.2), code: mdc.bodyTemperature, value: 'nan' }],
  source: { kind: 'entered' },
  where: { place: 'refused', code: 'reading-malformed' },
  late: false,
};

export const states: Readonly<Record<string, PhoneState>> = {
  well,
  fresh,
  offline,
  opening: { ...fresh, card: { state: 'opening' } },
  activating: { ...fresh, card: { state: 'activating' } },
  locked: { ...well, card: { state: 'locked', triesLeft: 3 }, readings: [] },
  'locked-once-more': { ...well, card: { state: 'locked', triesLeft: 1 }, readings: [] },
  blocked: { ...well, card: { state: 'blocked' }, readings: [] },
  elsewhere: { ...fresh, card: { state: 'elsewhere' } },
  unusable: { ...fresh, card: { state: 'unusable', code: 'storage-malformed' } },
  lost: { ...fresh, card: { state: 'lost', waiting: 17 } },
  'lost-nothing': { ...fresh, card: { state: 'lost', waiting: 0 } },
  empty: { ...well, readings: [], sensors: [], hospitalHeardAt: now - minute },
  sending: { ...well, delivery: { state: 'sending' }, waiting: { ...well.waiting, readings: 3 } },
  distrust: {
    ...offline,
    delivery: { state: 'waiting', code: 'hospital-unproved', since: now, retryAt: now + minute },
  },
  busy: { ...offline, delivery: { state: 'waiting', code: 'hospital-busy', since: now, retryAt: now + minute } },
  refused: {
    ...well,
    delivery: { state: 'waiting', code: 'hospital-refused', since: now, retryAt: now + minute },
    readings: [...well.readings, refusedReading],
  },
  quiet: { ...well, readings: aDay(now - 26 * minute, now) },
  withdrawn: { ...well, consent: { readings: false, location: false }, location: { state: 'not-shared' } },
  troubled: {
    ...offline,
    waiting: { readings: 36_000, oldestMeasuredAt: now - 10 * hour, room: 4000 },
    clockAheadMs: 366 * 24 * hour,
    bluetooth: 'off',
    storage: { persistent: false, full: true },
    unkept: 3,
    putBack: { from: now - 30 * hour, until: now - 20 * minute },
    update: 'refused',
    location: { state: 'denied' },
    sensors: well.sensors.map((sensor) => ({ ...sensor, link: { state: 'ask-again' } })),
  },
  update: { ...well, update: 'ready' },
  helped: { ...well, emergency: { state: 'confirmed', at: now - minute } },
  unheard: { ...offline, emergency: { state: 'unconfirmed', since: now - 2 * minute } },
  asking: { ...well, emergency: { state: 'asking' } },
  'no-bluetooth': { ...well, sensors: [], bluetooth: 'unsupported', location: { state: 'asking' } },
};
