// What is known before anybody has been asked.

import type { PhoneState } from './phone-state.ts';

export const firstState: PhoneState = {
  card: { state: 'opening' },
  patient: undefined,
  hospital: undefined,
  delivery: { state: 'idle' },
  hospitalHeardAt: undefined,
  waiting: { readings: 0, oldestMeasuredAt: undefined, room: 0 },
  readings: [],
  sensors: [],
  bluetooth: 'unsupported',
  location: { state: 'not-shared' },
  unkept: 0,
  storage: { persistent: false, full: false },
  clockAheadMs: undefined,
  consent: { readings: true, location: true },
  emergency: { state: 'none' },
  update: 'none',
  putBack: undefined,
};

/** What is shown of the patient is gone with the PIN. */
export const closedState: Partial<PhoneState> = {
  patient: undefined,
  readings: [],
  emergency: { state: 'none' },
  putBack: undefined,
};
