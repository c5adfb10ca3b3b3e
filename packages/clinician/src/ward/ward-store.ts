// The ward of this device, and what it is before anything was heard.
import type { Identity } from '@vitalseal/protocol';
import { Store } from '../store.ts';
import type { Ward } from './ward.ts';

export class WardStore extends Store<Ward> {}

export function emptyWard(self: Identity, now: number): Ward {
  return {
    self,
    link: { kind: 'connecting', since: now },
    patients: new Map(),
    alarms: new Map(),
    dispatches: new Map(),
    emergencies: new Map(),
    unusable: { count: 0 },
    complete: false,
  };
}

/** Nobody is at the device: nothing of any patient stays in it. */
export function withoutPatients(ward: Ward): Ward {
  const { patients: _, alarms: __, dispatches: ___, emergencies: ____, ...rest } = ward;
  return { ...rest, patients: new Map(), alarms: new Map(), dispatches: new Map(), emergencies: new Map() };
}
