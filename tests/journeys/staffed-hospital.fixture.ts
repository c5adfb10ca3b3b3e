// A hospital at which people sign in with passkeys: a certifying authority that lets it have its staff certified, its pages,
// and a patient whose readings a test sends. All of it real; only the patient's card is as little as a test needs.

import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningAuthority, startAuthority } from '@vitalseal/app-certifying-authority';
import {
  enrolHospital,
  type Hospital,
  type HospitalOptions,
  openHospitalStore,
  readHospitalKeys,
  rosterChanged,
  type Store,
  startHospital,
} from '@vitalseal/app-hospital';
import { pulseHighAtOnce, pulseOver130, TestPatient } from '@vitalseal/app-hospital/testing';
import { encodePem, enrol, generateKeyPair, ownCredential } from '@vitalseal/certifying-authority';
import { connectEst } from '@vitalseal/certifying-authority/node';
import { formatIdentity, type Identity, type StaffRole } from '@vitalseal/protocol';

const identity: Identity = { role: 'hospital', id: 'st-example' };
const serverNames = ['localhost', '127.0.0.1'];
const dist = (page: string): string => fileURLToPath(new URL(`../../apps/${page}/dist`, import.meta.url));

/** One pulse over 130 is an alarm at once. */
const policy = {
  limits: pulseOver130,
  rules: [pulseHighAtOnce],
};

export class StaffedHospital {
  readonly authority: RunningAuthority;
  readonly store: Store;
  readonly hospital: Hospital;
  readonly dataDir: string;
  readonly #folder: string;
  readonly #closing: (() => unknown)[] = [];

  private constructor(folder: string, authority: RunningAuthority, store: Store, hospital: Hospital) {
    this.#folder = folder;
    this.dataDir = join(folder, 'hospital');
    this.authority = authority;
    this.store = store;
    this.hospital = hospital;
  }

  static async open(signIn: HospitalOptions['signIn'] = {}): Promise<StaffedHospital> {
    const folder = mkdtempSync(join(tmpdir(), 'vitalseal-staffed-'));
    const authority = await startAuthority({ dataDir: join(folder, 'ca'), createAs: 'Test' });
    const dataDir = join(folder, 'hospital');
    const rights = { registrationAuthority: true, staffRegistration: true };
    const { code } = await authority.authority.invite({ identity, serverNames, ...rights });
    const { url: authorityUrl, rootFingerprint } = authority;
    const keys = { kind: 'software' } as const;
    await enrolHospital({ dataDir, authorityUrl, rootFingerprint, identity, code, serverNames, keys });
    const store = await openHospitalStore({ dataDir });
    const hospital = await startHospital({
      dataDir,
      keys: await readHospitalKeys(dataDir),
      authorityUrl,
      signIn: { mode: 'passkeys', ...signIn },
      pages: { doctor: dist('doctor'), ambulance: dist('ambulance'), office: dist('office') },
    });
    return new StaffedHospital(folder, authority, store, hospital);
  }

  /** That people open the pages at. */
  get origin(): string {
    const { origin } = this.hospital;
    if (origin === undefined) throw new Error('expected a hospital with passkeys');
    return origin;
  }

  async admit(id: string, name: string): Promise<void> {
    const at = Date.now();
    await this.store.patients.admit({ identity: id, name, bed: `Bed of ${id}`, policy: JSON.stringify(policy), at });
    await rosterChanged(this.store);
  }

  async register(role: StaffRole, id: string, name: string, { onCall = false } = {}): Promise<void> {
    const person = formatIdentity({ role, id });
    await this.store.people.register({ identity: person, role, name, tier: 1, on_call: onCall ? 1 : 0 });
    await rosterChanged(this.store);
  }

  /** The invitation that the hospital's operator would print for somebody who is on its books. */
  async invite(role: StaffRole, id: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const at = Date.now();
    await this.store.invitations.add({
      token_hash: createHash('sha256').update(token).digest('hex'),
      person: formatIdentity({ role, id }),
      invited_at: at,
      expires_at: at + 600_000,
      used_at: null,
      withdrawn_at: null,
    });
    const page = role === 'doctor' || role === 'ambulance' ? role : 'office';
    return `${this.origin}/${page}/#invite=${token}&root=${this.authority.rootFingerprint}`;
  }

  /** An element of this patient, with an open channel. */
  async patient(id: string): Promise<TestPatient> {
    const who: Identity = { role: 'patient', id };
    const { url, rootFingerprint, authority, rootCertificate } = this.authority;
    const { code } = await authority.invite({ identity: who });
    const { client } = await connectEst({ url, rootFingerprint });
    const keyPair = await generateKeyPair({ extractable: true });
    const { chain } = await enrol(client, { keyPair, identity: who, code, rootFingerprint });
    const patient = new TestPatient({
      url: this.hospital.devicesUrl,
      identity: who,
      hospital: identity,
      credential: ownCredential({ chain, privateKey: keyPair.privateKey, present: 'x5chain' }),
      root: rootCertificate,
      rootPem: encodePem('CERTIFICATE', rootCertificate),
    });
    this.#closing.push(() => patient.close());
    await patient.agree();
    return patient;
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
    await this.hospital.stop();
    await this.store.close();
    await this.authority.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
