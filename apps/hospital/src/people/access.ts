/**
 * How each person stands to each patient now: on call, on the care team, by emergency access, or by a call of the ambulance.
 * Asked for every message, so that what ends counts at once.
 */
import type { Identity } from '@vitalseal/protocol';
import { isStaffRole } from '@vitalseal/protocol';
import type { EmergencyAccessRow } from '../store/emergency-accesses.ts';
import type { Store } from '../store/open-store.ts';
import type { Ward } from '../watch/ward.ts';
import { mayTowards, type PatientAct, type Standing } from './least-authority.ts';

export interface AccessOptions {
  readonly store: Store;
  readonly ward: () => Ward;
  /** Whether a call of the ambulance that is not closed concerns this crew. */
  readonly hasCall: (patient: number, crew: string) => boolean;
  /** UTC ms, the machine's own clock. */
  readonly now: () => number;
}

/** Somebody and their identity's text form. */
export interface Asking {
  readonly peer: Identity;
  readonly peerName: string;
}

/** How long the care team that was away is told of emergency access. */
const recentMs = 7 * 86_400_000;
const mostRecent = 1000;

export class Access {
  readonly #options: AccessOptions;
  #teams: ReadonlyMap<number, ReadonlySet<string>> = new Map();
  /** Newest first. */
  #emergencies: readonly EmergencyAccessRow[] = [];

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    const { store, now } = this.#options;
    const teams = new Map<number, Set<string>>();
    for (const { patient, person } of await store.careTeams.all()) {
      const team = teams.get(patient);
      if (team === undefined) teams.set(patient, new Set([person]));
      else team.add(person);
    }
    const at = now();
    const stored = await store.emergencies.since(at - recentMs, mostRecent);
    // What was given while the store was read, or is too long ago among so many, is open all the same.
    const known = new Set(stored.map(({ id }) => id));
    const others = this.#emergencies.filter(({ id, until }) => until > at && !known.has(id));
    this.#emergencies = [...others, ...stored];
    this.#teams = teams;
  }

  /** After the commit that gave it. */
  add(access: EmergencyAccessRow): void {
    const at = this.#options.now();
    const all = [access, ...this.#emergencies];
    this.#emergencies = all.filter(({ until }, index) => index < mostRecent || until > at);
  }

  setTeam(patient: number, team: readonly string[]): void {
    this.#teams = new Map(this.#teams).set(patient, new Set(team));
  }

  teamOf(patient: number): readonly string[] {
    return [...(this.#teams.get(patient) ?? [])];
  }

  standing({ peer, peerName }: Asking, patient: number): Standing {
    const { ward, hasCall, now } = this.#options;
    if (peer.role === 'ambulance') return hasCall(patient, peerName) ? 'call' : 'none';
    if (peer.role !== 'doctor') return 'none';
    if (ward().isOnCall(peerName)) return 'on-call';
    if (this.#teams.get(patient)?.has(peerName) === true) return 'care-team';
    const at = now();
    const open = this.#emergencies.some(
      (access) => access.person === peerName && access.patient === patient && access.until > at,
    );
    return open ? 'emergency' : 'none';
  }

  may(asking: Asking, act: PatientAct, patient: number): boolean {
    const { role } = asking.peer;
    return isStaffRole(role) && mayTowards(role, act, this.standing(asking, patient));
  }

  /** Changes when what somebody may see does. */
  viewOf(asking: Asking): string {
    const { ward } = this.#options;
    if (ward().isOnCall(asking.peerName)) return 'on call';
    if (asking.peer.role !== 'doctor') return 'off call';
    const seen = ward()
      .admitted()
      .filter(({ number }) => this.may(asking, 'watch-patient', number));
    return seen.map(({ number }) => number).join();
  }

  /** Of the last week, what this person is to hear of: of their own patients, and what is open on the ward they answer for. */
  emergenciesFor(asking: Asking): EmergencyAccessRow[] {
    const at = this.#options.now();
    return this.#emergencies.filter(({ patient, until, person }) => {
      if (person === asking.peerName) return until > at;
      const standing = this.standing(asking, patient);
      const onTeam = this.#teams.get(patient)?.has(asking.peerName) === true;
      return onTeam || (standing === 'on-call' && until > at);
    });
  }

  get recentEmergencies(): readonly EmergencyAccessRow[] {
    return this.#emergencies;
  }
}
