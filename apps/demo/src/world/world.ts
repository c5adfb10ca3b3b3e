// Everything that is there before the first reading: a certifying authority, a hospital that is enrolled with it, its
// patients, their phones' cards and their sensors, a doctor on call and an ambulance crew, an administrator and an auditor.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningAuthority, startAuthority } from '@vitalseal/app-certifying-authority';
import {
  appLink,
  enrolHospital,
  forgetKeys,
  inviteCard,
  type KeyPlace,
  openHospitalStore,
  proveRelease,
  registerPerson,
  rosterChanged,
  type Store,
} from '@vitalseal/app-hospital';
import type { SensorDevice } from '@vitalseal/app-sensor';
import { activationLink } from '@vitalseal/certifying-authority';
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import type { CardsAre } from '../process/cards-in-readers.ts';
import type { Bed } from '../scenario/bed.ts';
import { activateCards } from './activate-cards.ts';
import { certifiedSensor } from './certified-sensor.ts';
import { freePorts } from './free-ports.ts';
import { newPin } from './new-pin.ts';

export interface WorldOptions {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly beds: readonly Bed[];
  readonly cards: CardsAre;
  /** Of the hospital's keys; in files unless said otherwise. */
  readonly keys?: KeyPlace;
  readonly onActivated?: (cards: number) => void;
}

export interface World {
  readonly authority: RunningAuthority;
  /** The hospital's own store, opened beside the hospital to count what it stored. */
  readonly store: Store;
  readonly hospitalDir: string;
  /** Of the hospital, as every card knows it. */
  readonly devicesPort: number;
  phoneDir(bed: Bed): string;
  /** File with the PIN of the patient's card. */
  pinFile(bed: Bed): string;
  /** In the memory of this process. */
  sensorOf(bed: Bed): SensorDevice;
  /** Where the bed's sensor keeps itself if it has a process of its own. */
  sensorDir(bed: Bed): string;
  /** A one-time sign-in link for the page at `peopleUrl`. */
  invite(identity: Identity, peopleUrl: string): Promise<string>;
  /** A link that makes a browser the phone of one more patient, once. */
  inviteApp(peopleUrl: string): Promise<string>;
  close(): Promise<void>;
}

export const hospital: Identity = { role: 'hospital', id: 'demo-hospital' };
export const doctor: Identity = { role: 'doctor', id: 'dr-haddad' };
export const crew: Identity = { role: 'ambulance', id: 'ambulance-7' };
export const administrator: Identity = { role: 'administrator', id: 'lee' };
export const auditor: Identity = { role: 'auditor', id: 'moreau' };

const people = [
  { identity: doctor, name: 'Dr Haddad' },
  { identity: crew, name: 'Ambulance 7' },
  { identity: administrator, name: 'Robin Lee' },
  { identity: auditor, name: 'Claire Moreau' },
];
const invitationMs = 24 * 3_600_000;

export async function prepareWorld(options: WorldOptions): Promise<World> {
  const { dataDir } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const running = await startAuthority({ dataDir: join(dataDir, 'authority'), createAs: 'Vitalseal demo' });
  try {
    return await worldOf(running, options);
  } catch (error) {
    // What goes on listening would keep the process from its end.
    await running.close();
    throw error;
  }
}

async function worldOf(running: RunningAuthority, options: WorldOptions): Promise<World> {
  const { dataDir, databaseUrl, beds, cards, keys = { kind: 'software' }, onActivated } = options;
  const folder = (...names: string[]) => join(dataDir, ...names);
  const { authority, url, rootFingerprint } = running;
  const hospitalDir = folder('hospital');
  const serverNames = ['127.0.0.1', 'localhost'];
  const invitation = await authority.invite({
    identity: hospital,
    ttl: invitationMs,
    serverNames,
    registrationAuthority: true,
  });
  await enrolHospital({
    dataDir: hospitalDir,
    authorityUrl: url,
    rootFingerprint,
    identity: hospital,
    code: invitation.code,
    serverNames,
    keys,
  });
  await proveRelease(hospitalDir, {
    approve: (fingerprint) => authority.approveTpm(hospital, fingerprint),
    attest: async (release) => (await authority.attest(release)).attestation,
  });
  const store = await openHospitalStore({ dataDir: hospitalDir, databaseUrl });
  for (const { identity, name } of people) {
    const { role } = identity;
    const on_call = role === 'doctor' || role === 'ambulance' ? 1 : 0;
    const row = { identity: formatIdentity(identity), role, name, tier: 1, on_call };
    await store.transaction((db) => registerPerson(store, row, 'vitalseal', db));
  }

  const sensors = new Map<string, SensorDevice>();
  const phoneDir = ({ patient }: Bed) => folder('phones', patient.id);
  const pinFile = ({ patient }: Bed) => folder('pins', patient.id);
  mkdirSync(folder('pins'), { mode: 0o700 });
  for (const bed of beds) {
    const { patient, sensor, name, policy = null } = bed;
    await store.patients.admit({ identity: patient.id, name, bed: bed.bed, policy, at: Date.now() });
    writeFileSync(pinFile(bed), newPin(), { mode: 0o600 });
    sensors.set(patient.id, await certifiedSensor(authority, sensor));
  }
  const [devicesPort = 0] = await freePorts(1);
  let activated = 0;
  await activateCards({
    beds,
    hospitalDir,
    databaseUrl,
    devicesPort,
    store,
    cards,
    phoneDir,
    pinFile,
    onActivated: () => onActivated?.(++activated),
  });

  return {
    authority: running,
    store,
    hospitalDir,
    devicesPort,
    phoneDir,
    pinFile,
    sensorDir: ({ patient }) => folder('sensors', patient.id),
    sensorOf({ patient }) {
      const sensor = sensors.get(patient.id);
      if (sensor === undefined) throw new Error('expected a bed of this demo');
      return sensor;
    },
    async invite(identity, peopleUrl) {
      const { code } = await authority.invite({ identity, ttl: invitationMs });
      const { role } = identity;
      const page = role === 'doctor' || role === 'ambulance' ? role : 'office';
      return activationLink({ url: new URL(`/${page}/`, peopleUrl).href, identity, code, rootFingerprint });
    },
    async inviteApp(peopleUrl) {
      const identity = 'you';
      const known = await store.patients.find(identity);
      if (known === undefined) {
        await store.patients.admit({ identity, name: 'You', bed: '', policy: null, at: Date.now() });
        await rosterChanged(store);
      }
      const server = { host: '127.0.0.1', port: devicesPort };
      const invitation = { patient: identity, sensors: [], server, pollSeconds: 60, policy: {}, validMs: invitationMs };
      return appLink(new URL(peopleUrl).origin, (await inviteCard(store, invitation)).code);
    },
    async close() {
      await store.close();
      try {
        await forgetKeys(hospitalDir);
      } finally {
        await running.close();
      }
    },
  };
}
