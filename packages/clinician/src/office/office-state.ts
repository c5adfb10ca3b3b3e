// What the office's device knows without asking: the link, who is there to see alarms, and what has changed since it was
// last asked for.
import {
  type EmergencyAccess,
  type HospitalToOffice,
  type Identity,
  type OfficeTopic,
  officeTopics,
  type Watch,
} from '@vitalseal/protocol';
import type { HospitalRelease } from '../link/hospital-release.ts';
import type { Link, Unusable } from '../ward/ward.ts';

export interface OfficeState {
  readonly self: Identity;
  readonly hospital?: string;
  readonly link: Link;
  readonly watch?: Watch;
  /** Counts up when the hospital says that a list has changed: whoever shows it asks again. */
  readonly versions: Readonly<Record<OfficeTopic, number>>;
  /** Emergency accesses that were told while this device listened. */
  readonly emergencies: ReadonlyMap<string, EmergencyAccess>;
  readonly unusable: Unusable;
  /** Which release the hospital runs, as far as it can be proved; unset until it was asked. */
  readonly release?: HospitalRelease;
}

export function emptyOffice(self: Identity, now: number): OfficeState {
  return {
    self,
    link: { kind: 'connecting', since: now },
    versions: { people: 0, sessions: 0, 'care-teams': 0, devices: 0, emergencies: 0, audit: 0 },
    emergencies: new Map(),
    unusable: { count: 0 },
  };
}

/** News of the feed; undefined for an answer, which has no place there. */
export function officeAfter(state: OfficeState, message: HospitalToOffice): OfficeState | undefined {
  switch (message.type) {
    case 'welcome':
      return { ...stale(state), hospital: message.name ?? message.hospital.id };
    case 'complete':
    case 'session':
    case 'session-ended':
      return state;
    // What stands in lists is asked for anew by whoever comes back.
    case 'locked':
      return { ...stale(state), emergencies: new Map() };
    case 'changed':
      return { ...state, versions: { ...state.versions, [message.what]: state.versions[message.what] + 1 } };
    case 'watch':
      return { ...state, watch: message };
    case 'emergency-access': {
      const { type: _, ...access } = message;
      return { ...state, emergencies: new Map(state.emergencies).set(access.id, access) };
    }
    default:
      return undefined;
  }
}

function stale(state: OfficeState): OfficeState {
  const versions = { ...state.versions };
  for (const topic of officeTopics) versions[topic] += 1;
  return { ...state, versions };
}
