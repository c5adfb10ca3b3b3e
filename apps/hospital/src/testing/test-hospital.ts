/** A hospital in this process for a test: its own folder and authority, patients and people already on its books. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import { rosterChanged } from '../commands/with-store.ts';
import { type Hospital, type HospitalOptions, startHospital } from '../hospital.ts';
import type { HospitalKeys } from '../keys/hospital-keys.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { makeTestAuthority, type TestAuthority } from './test-authority.ts';
import { TestClinician } from './test-clinician.ts';
import { TestPatient } from './test-patient.ts';

export const testHospitalIdentity: Identity = { role: 'hospital', id: 'h1' };

type Settings = Partial<Omit<HospitalOptions, 'keys' | 'dataDir'>>;

export class TestHospital {
  readonly dataDir: string;
  readonly authority: TestAuthority;
  readonly keys: HospitalKeys;
  /** The test's own look into the store. */
  readonly store: Store;
  readonly #settings: Settings;
  readonly #close: (() => Promise<void> | void)[] = [];
  #hospital: Hospital | undefined;

  private constructor(dataDir: string, authority: TestAuthority, keys: HospitalKeys, store: Store, settings: Settings) {
    this.dataDir = dataDir;
    this.authority = authority;
    this.keys = keys;
    this.store = store;
    this.#settings = settings;
  }

  static async start(settings: Settings = {}): Promise<TestHospital> {
    const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-hospital-'));
    const authority = await makeTestAuthority();
    const keys = await authority.hospitalKeys(testHospitalIdentity);
    const wrappingKeys = await keys.keyStore.wrappingKeys();
    const store = await openStore({ dataDir, databaseUrl: settings.databaseUrl, wrappingKeys });
    const made = new TestHospital(dataDir, authority, keys, store, settings);
    await made.serve();
    return made;
  }

  get running(): Hospital {
    if (this.#hospital === undefined) throw new Error('expected a hospital that runs');
    return this.#hospital;
  }

  async serve(change: Settings = {}): Promise<void> {
    this.#hospital = await startHospital({ ...this.#settings, ...change, dataDir: this.dataDir, keys: this.keys });
    await this.#firstCheckpoint();
  }

  /**
   * Of two connections to SQLite in one process the second waits for the first in vain, with all that the process does, until its time is up.
   * So nothing is written by the test before the hospital has signed what it appended when it started; or does not sign.
   */
  async #firstCheckpoint(): Promise<void> {
    const { database } = this.store;
    const { size } = await database.selectFrom('audit_head').select('size').executeTakeFirstOrThrow();
    const signed = database.selectFrom('audit_checkpoints').select('size').where('size', '>=', size);
    for (let looks = 0; looks < 100 && (await signed.executeTakeFirst()) === undefined; looks++) await setTimeout(10);
  }

  async halt(): Promise<void> {
    await this.#hospital?.stop();
    this.#hospital = undefined;
  }

  async admit(id: string, { policy = null }: { policy?: object | null } = {}): Promise<void> {
    const json = policy === null ? null : JSON.stringify(policy);
    await this.store.patients.admit({ identity: id, name: `Name of ${id}`, bed: '1', policy: json, at: Date.now() });
    await rosterChanged(this.store);
  }

  async onCall(identity: Identity, tier = 1): Promise<void> {
    const { role, id } = identity;
    await this.store.people.register({ identity: formatIdentity(identity), role, name: id, tier, on_call: 1 });
    await rosterChanged(this.store);
  }

  /** An element with a certificate; the handshake is the test's. */
  async patient(id: string, identity: Identity = { role: 'patient', id }): Promise<TestPatient> {
    const { authority, running } = this;
    const patient = new TestPatient({
      url: running.devicesUrl,
      identity,
      hospital: testHospitalIdentity,
      credential: await authority.enrol(identity),
      root: authority.root,
      rootPem: authority.rootPem,
    });
    this.#close.push(() => patient.close());
    return patient;
  }

  async clinician(identity: Identity): Promise<TestClinician> {
    const { authority, running } = this;
    const clinician = new TestClinician({
      url: running.peopleUrl,
      identity,
      hospital: testHospitalIdentity,
      credential: await authority.enrol(identity),
      root: authority.root,
    });
    this.#close.push(() => clinician.stop());
    return clinician;
  }

  async remove(): Promise<void> {
    for (const close of this.#close) await close();
    await this.halt();
    await this.store.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
