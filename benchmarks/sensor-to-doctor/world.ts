// What must be there before the first reading: a certifying authority, a hospital that is enrolled with it, patients
// who are measured now and patients whose phones come with a backlog, and a doctor's sign-in link.
import { join } from 'node:path';
import { type RunningAuthority, startAuthority } from '@vitalseal/app-certifying-authority';
import {
  enrolHospital,
  inviteCard,
  openHospitalStore,
  readHospitalKeys,
  type Store,
  startHospital,
} from '@vitalseal/app-hospital';
import { activateCard } from '@vitalseal/app-patient';
import { type SensorDevice, temporarySensorDevice } from '@vitalseal/app-sensor';
import { activationLink, createRequest, exportPrivateKey, generateKeyPair } from '@vitalseal/certifying-authority';
import { formatIdentity, type Identity } from '@vitalseal/protocol';

export interface LivePatient {
  readonly identity: Identity;
  readonly phoneDir: string;
  readonly sensor: SensorDevice;
}

/** A certified key as JSON can carry it, base64. */
export interface CarriedCredential {
  readonly identity: Identity;
  readonly privateKey: string;
  readonly chain: readonly string[];
}

export interface World {
  readonly hospitalDir: string;
  /** Where the cards find the hospital. */
  readonly devicesPort: number;
  /** DER, base64. */
  readonly root: string;
  readonly live: readonly LivePatient[];
  readonly backlog: readonly CarriedCredential[];
  doctorLink(peopleUrl: string): Promise<string>;
  close(): Promise<void>;
}

export const hospital: Identity = { role: 'hospital', id: 'bench' };
const doctor: Identity = { role: 'doctor', id: 'dr-bench' };
const ttl = 3_600_000;
/** Of each card. */
export const pin = '4711';

export async function prepareWorld(dataDir: string, counts: { live: number; backlog: number }): Promise<World> {
  const running = await startAuthority({ dataDir: join(dataDir, 'authority'), createAs: 'Vitalseal benchmark' });
  const { authority, url, rootFingerprint } = running;
  const hospitalDir = join(dataDir, 'hospital');
  const serverNames = ['127.0.0.1', 'localhost'];
  const { code } = await authority.invite({ identity: hospital, ttl, serverNames, registrationAuthority: true });
  await enrolHospital({
    dataDir: hospitalDir,
    authorityUrl: url,
    rootFingerprint,
    identity: hospital,
    code,
    serverNames,
    keys: { kind: 'software' },
  });

  const identities = (kind: string, count: number): Identity[] =>
    Array.from({ length: count }, (_, n) => ({ role: 'patient', id: `${kind}-${n}` }));
  const live = identities('live', counts.live);
  const backlog = identities('backlog', counts.backlog);
  const store = await openHospitalStore({ dataDir: hospitalDir });
  await store.people.register({ identity: formatIdentity(doctor), role: 'doctor', name: 'D', tier: 1, on_call: 1 });
  for (const { id } of [...live, ...backlog]) {
    await store.patients.admit({ identity: id, name: id, bed: '', policy: null, at: Date.now() });
  }
  const keys = await readHospitalKeys(hospitalDir);
  const serving = await startHospital({ dataDir: hospitalDir, keys, authorityUrl: url });
  const devicesPort = Number(new URL(serving.devicesUrl).port);
  const livePatients: LivePatient[] = [];
  try {
    for (const patient of live) livePatients.push(await livePatient({ running, store, devicesPort, dataDir }, patient));
  } finally {
    await serving.stop();
    await store.close();
  }

  return {
    hospitalDir,
    devicesPort,
    root: Buffer.from(running.rootCertificate).toString('base64'),
    live: livePatients,
    backlog: await Promise.all(backlog.map((patient) => certified(running, patient))),
    async doctorLink(peopleUrl) {
      const { code: doctorsCode } = await authority.invite({ identity: doctor, ttl });
      const page = new URL('/doctor/', peopleUrl).href;
      return activationLink({ url: page, identity: doctor, code: doctorsCode, rootFingerprint });
    },
    close: () => running.close(),
  };
}

interface Activating {
  readonly running: RunningAuthority;
  readonly store: Store;
  readonly devicesPort: number;
  readonly dataDir: string;
}

async function livePatient(
  { running: { authority }, store, devicesPort, dataDir }: Activating,
  identity: Identity,
): Promise<LivePatient> {
  const sensor: Identity = { role: 'sensor', id: identity.id };
  const phoneDir = join(dataDir, 'phones', identity.id);
  const server = { host: '127.0.0.1', port: devicesPort };
  const invitation = {
    patient: identity.id,
    sensors: [sensor.id],
    server,
    pollSeconds: 3600,
    policy: {},
    validMs: ttl,
  };
  const { code } = await inviteCard(store, invitation);
  await activateCard({ folder: phoneDir, code, pin });
  const keyPair = await generateKeyPair({ extractable: false });
  const { code: sensorsCode } = await authority.invite({ identity: sensor, ttl });
  const request = await createRequest(keyPair, sensor);
  const certificate = await authority.enrol(request, { identity: sensor, code: sensorsCode });
  const device = await temporarySensorDevice({
    identity: sensor,
    privateKey: keyPair.privateKey,
    chain: [certificate, authority.issuingCertificate],
    root: authority.rootCertificate,
  });
  return { identity, phoneDir, sensor: device };
}

async function certified({ authority }: RunningAuthority, identity: Identity): Promise<CarriedCredential> {
  const keyPair = await generateKeyPair({ extractable: true });
  const { code } = await authority.invite({ identity, ttl });
  const certificate = await authority.enrol(await createRequest(keyPair, identity), { identity, code });
  const chain = [certificate, authority.issuingCertificate];
  return {
    identity,
    privateKey: Buffer.from(await exportPrivateKey(keyPair.privateKey)).toString('base64'),
    chain: chain.map((each) => Buffer.from(each).toString('base64')),
  };
}
