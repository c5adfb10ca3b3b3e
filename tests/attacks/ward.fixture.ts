// A ward for the attacks, of real parts in one process: the authority over EST and HTTPS, the hospital over HTTPS with
// its store on the disk, a patient under care, a doctor and a crew on call. The test's own look into the store says
// whether an attack has changed anything.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningAuthority, startAuthority } from '@vitalseal/app-certifying-authority';
import {
  enrolHospital,
  type Hospital,
  type HospitalOptions,
  openHospitalStore,
  readHospitalKeys,
  registerPerson,
  rosterChanged,
  type Store,
  startHospital,
} from '@vitalseal/app-hospital';
import { pulseHighAtOnce, pulseOver130 } from '@vitalseal/app-hospital/testing';
import {
  activationLink,
  createRequest,
  encodePem,
  enrol,
  generateKeyPair,
  ownCredential,
  type WebKey,
} from '@vitalseal/certifying-authority';
import { connectEst } from '@vitalseal/certifying-authority/node';
import { type Clinician, type ClinicianOptions, memoryCustody, signIn, startClinician } from '@vitalseal/clinician';
import type { Bytes, Identity, OwnCredential } from '@vitalseal/protocol';
import { formatIdentity } from '@vitalseal/protocol';
import pino from 'pino';
import { expect } from 'vitest';

export const identities = {
  hospital: { role: 'hospital', id: 'hospital-1' },
  patient: { role: 'patient', id: 'patient-1' },
  neighbour: { role: 'patient', id: 'patient-2' },
  sensor: { role: 'sensor', id: 'sensor-1' },
  doctor: { role: 'doctor', id: 'doctor-1' },
  crew: { role: 'ambulance', id: 'crew-1' },
} as const satisfies Record<string, Identity>;

/** One pulse over 130 is an emergency, so that a single reading takes the whole way to the doctor and the crew. */
const policy = {
  limits: pulseOver130,
  rules: [{ ...pulseHighAtOnce, dispatch: true }],
};

/** For `expect.poll`: long enough for a machine with other work; no test waits that long. */
export const soon = { timeout: 20_000 } as const;

/** What the ward calls a patient, which nobody else is to read. */
export const nameOf = (id: string): string => `Augusta of ${id}`;

/** An identity with its key and its certificate: what an honest device has, and what a thief may have. */
export interface Certified {
  readonly identity: Identity;
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  readonly credential: OwnCredential;
}

export interface LogLine {
  readonly msg?: string;
  readonly code?: string;
}

type Settings = Partial<Omit<HospitalOptions, 'keys' | 'dataDir' | 'logger'>>;

export class Ward {
  readonly folder: string;
  readonly authority: RunningAuthority;
  readonly store: Store;
  /** What the hospital's log says, as it says it. */
  readonly log: string[];
  readonly #settings: Settings;
  readonly #closing: (() => unknown)[] = [];
  #hospital: Hospital | undefined;
  /** Added to the authority's clock, ms: how a certificate comes to have run out by now. */
  readonly #authorityClock: { ahead: number };

  private constructor(parts: {
    folder: string;
    store: Store;
    authority: RunningAuthority;
    authorityClock: { ahead: number };
    settings: Settings;
  }) {
    this.folder = parts.folder;
    this.store = parts.store;
    this.log = [];
    this.authority = parts.authority;
    this.#authorityClock = parts.authorityClock;
    this.#settings = parts.settings;
  }

  static async open(settings: Settings = {}): Promise<Ward> {
    const folder = mkdtempSync(join(tmpdir(), 'vitalseal-ward-'));
    const authorityClock = { ahead: -3 * year };
    const beginAuthority = () =>
      startAuthority({
        dataDir: join(folder, 'authority'),
        createAs: 'Ward',
        now: () => Date.now() + authorityClock.ahead,
        log: pino({ level: 'silent' }),
      });
    // Made three years ago, so that it can have issued certificates that have run out since.
    await (await beginAuthority()).close();
    authorityClock.ahead = 0;
    const authority = await beginAuthority();
    const dataDir = join(folder, 'hospital');
    const { code } = await authority.authority.invite({
      identity: identities.hospital,
      ttl: hour,
      serverNames: ['localhost', '127.0.0.1'],
      registrationAuthority: true,
    });
    await enrolHospital({
      dataDir,
      authorityUrl: authority.url,
      rootFingerprint: authority.rootFingerprint,
      identity: identities.hospital,
      code,
      serverNames: ['localhost', '127.0.0.1'],
      keys: { kind: 'software' },
    });
    const store = await openHospitalStore({ dataDir });
    const ward = new Ward({ folder, store, authority, authorityClock, settings });
    for (const patient of [identities.patient, identities.neighbour]) await ward.admit(patient);
    for (const person of [identities.doctor, identities.crew]) await ward.register(person);
    await ward.serve();
    return ward;
  }

  get hospital(): Hospital {
    if (this.#hospital === undefined) throw new Error('expected a hospital that serves');
    return this.#hospital;
  }

  /** DER. */
  get root(): Bytes {
    return this.authority.rootCertificate;
  }

  get rootPem(): string {
    return encodePem('CERTIFICATE', this.root);
  }

  async serve(change: Settings = {}): Promise<void> {
    const dataDir = join(this.folder, 'hospital');
    this.#hospital = await startHospital({
      ...this.#settings,
      ...change,
      dataDir,
      keys: await readHospitalKeys(dataDir),
      authorityUrl: this.authority.url,
      logger: pino({ level: 'debug', base: null }, { write: (line: string) => this.log.push(line) }),
    });
  }

  async halt(): Promise<void> {
    await this.#hospital?.stop();
    this.#hospital = undefined;
  }

  /** The activation link that `vitalseal ca invite` would print. */
  async link(identity: Identity, url = this.authority.url): Promise<string> {
    const { code } = await this.authority.authority.invite({ identity, ttl: hour });
    return activationLink({ url, identity, code, rootFingerprint: this.authority.rootFingerprint });
  }

  /** A device with a key of its own, certified over EST as any other. */
  async certify(identity: Identity): Promise<Certified> {
    const { url, rootFingerprint, authority } = this.authority;
    const { code } = await authority.invite({ identity, ttl: hour });
    const { client } = await connectEst({ url, rootFingerprint });
    const keyPair = await generateKeyPair({ extractable: true });
    const { chain } = await enrol(client, { keyPair, identity, code, rootFingerprint });
    return certified(identity, chain, keyPair.privateKey);
  }

  /** A device whose certificate has run out: the same authority certified it two years ago. */
  async certifyLongAgo(identity: Identity): Promise<Certified> {
    const { authority } = this.authority;
    const keyPair = await generateKeyPair({ extractable: true });
    const csr = await createRequest(keyPair, identity);
    const leaf = await this.later(-2 * year, async () => {
      const { code } = await authority.invite({ identity, ttl: hour });
      return authority.enrol(csr, { identity, code });
    });
    return certified(identity, [leaf, authority.issuingCertificate], keyPair.privateKey);
  }

  /** What the authority does when so much time has passed, ms. */
  async later<Result>(ahead: number, work: () => Promise<Result>): Promise<Result> {
    this.#authorityClock.ahead = ahead;
    try {
      return await work();
    } finally {
      this.#authorityClock.ahead = 0;
    }
  }

  async admit({ id }: Identity): Promise<void> {
    const json = JSON.stringify(policy);
    await this.store.patients.admit({ identity: id, name: nameOf(id), bed: 'bed 1', policy: json, at: Date.now() });
    await rosterChanged(this.store);
  }

  async register(identity: Identity, { onCall = true } = {}): Promise<void> {
    const { role, id } = identity;
    const on_call = onCall ? 1 : 0;
    const row = { identity: formatIdentity(identity), role, name: id, tier: 1, on_call };
    await this.store.transaction((db) => registerPerson(this.store, row, 'operator:test', db));
  }

  async revoke(identity: Identity): Promise<void> {
    await this.authority.authority.revoke({ identity });
  }

  /** The doctor's or the crew's device, signed in by its one-time link. */
  async clinician(identity: Identity, options: Partial<ClinicianOptions> = {}): Promise<Clinician> {
    const role = identity.role === 'ambulance' ? 'ambulance' : 'doctor';
    const hospitalUrl = options.hospitalUrl ?? this.hospital.peopleUrl;
    const custody = memoryCustody();
    await signIn({ link: await this.link(identity, `${hospitalUrl}/${role}/`), role, custody });
    const clinician = await startClinician({ role, hospitalUrl, custody, ...options });
    this.#closing.push(() => clinician.stop());
    return clinician;
  }

  /** Everything the hospital holds that an attack must not change, as one hash for each table. */
  async contents(): Promise<Record<string, string>> {
    const contents: Record<string, string> = {};
    for (const table of watchedTables) {
      const rows = await this.store.database.selectFrom(table).selectAll().execute();
      // How far send counters are reserved moves with every answer.
      const lines = rows.map((row) => JSON.stringify({ ...row, send_reserved: 0 })).toSorted();
      contents[table] = `${rows.length} ${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
    }
    return contents;
  }

  /** Runs an attack, and fails if the hospital holds anything else after it. */
  async unchangedBy<Result>(attack: () => Promise<Result>): Promise<Result> {
    const before = await this.contents();
    const result = await attack();
    expect(await this.contents()).toEqual(before);
    return result;
  }

  logged(msg: string): LogLine[] {
    return this.log.map((line) => JSON.parse(line) as LogLine).filter((line) => line.msg === msg);
  }

  /** Closed with the ward, the last first. */
  onClose(close: () => unknown): void {
    this.#closing.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
    await this.halt();
    await this.store.close();
    await this.authority.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function certified(identity: Identity, chain: readonly Bytes[], privateKey: WebKey): Certified {
  return { identity, chain, credential: ownCredential({ chain, privateKey, present: 'x5chain' }) };
}

const hour = 3_600_000;
const year = 365 * 24 * hour;

const watchedTables = [
  'patients',
  'streams',
  'readings',
  'channels',
  'replay_windows',
  'alarms',
  'alarm_events',
  'deliveries',
  'dispatches',
  'people',
] as const;
