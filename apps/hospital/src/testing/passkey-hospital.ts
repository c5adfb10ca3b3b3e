/** A hospital at which people sign in with passkeys, with an authority that answers over HTTPS, and people who do. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRequest,
  encodePem,
  exportPublicKey,
  generateKeyPair,
  ownCredential,
} from '@vitalseal/certifying-authority';
import { SoftwareAuthenticator } from '@vitalseal/clinician/node';
import { type Bytes, formatIdentity, type Identity, type StaffRole } from '@vitalseal/protocol';
import { type Hospital, type HospitalOptions, startHospital } from '../hospital.ts';
import { enrolHospital } from '../keys/enrol-hospital.ts';
import type { HospitalKeys } from '../keys/hospital-keys.ts';
import { readHospitalKeys } from '../keys/read-hospital-keys.ts';
import { registerPerson } from '../people/person-register.ts';
import { invitePerson } from '../sign-in/invitations.ts';
import type { SignInOptions } from '../sign-in/sign-in-settings.ts';
import { openHospitalStore } from '../store/open-hospital-store.ts';
import type { Store } from '../store/open-store.ts';
import { type EstAuthority, startEstAuthority } from './est-authority.ts';
import { spo2LowAtOnce } from './rules-at-once.ts';
import { TestClinician } from './test-clinician.ts';
import { TestPatient } from './test-patient.ts';

const hospitalIdentity: Identity = { role: 'hospital', id: 'h1' };
const serverNames = ['localhost', '127.0.0.1'];
const hour = 3_600_000;

export interface PasskeyHospitalOptions {
  readonly databaseUrl?: string | undefined;
  readonly staffRegistration?: boolean;
  readonly signIn?: SignInOptions;
}

/** What came of `POST`: a status, and JSON. */
export interface Posted {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export class PasskeyHospital {
  readonly dataDir: string;
  readonly ca: EstAuthority;
  readonly store: Store;
  readonly #options: PasskeyHospitalOptions;
  readonly #close: (() => Promise<void> | void)[] = [];
  #running: Hospital | undefined;
  #keys: HospitalKeys | undefined;

  private constructor(dataDir: string, ca: EstAuthority, store: Store, options: PasskeyHospitalOptions) {
    this.dataDir = dataDir;
    this.ca = ca;
    this.store = store;
    this.#options = options;
  }

  static async start(options: PasskeyHospitalOptions = {}): Promise<PasskeyHospital> {
    const ca = await startEstAuthority();
    const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-people-'));
    const { staffRegistration = true, databaseUrl } = options;
    const { code } = await ca.authority.invite({ identity: hospitalIdentity, serverNames, staffRegistration });
    const { rootFingerprint } = ca.authority;
    await enrolHospital({
      dataDir,
      authorityUrl: ca.url,
      rootFingerprint,
      identity: hospitalIdentity,
      code,
      serverNames,
      keys: { kind: 'software' },
    });
    const store = await openHospitalStore({ dataDir, databaseUrl });
    const made = new PasskeyHospital(dataDir, ca, store, options);
    await made.serve();
    return made;
  }

  get running(): Hospital {
    if (this.#running === undefined) throw new Error('expected a hospital that runs');
    return this.#running;
  }

  get origin(): string {
    return this.running.origin ?? '';
  }

  async serve(change: Partial<HospitalOptions> = {}): Promise<void> {
    this.#keys = await readHospitalKeys(this.dataDir);
    this.#running = await startHospital({
      dataDir: this.dataDir,
      databaseUrl: this.#options.databaseUrl,
      keys: this.#keys,
      authorityUrl: this.ca.url,
      signIn: { mode: 'passkeys', ...this.#options.signIn },
      ...change,
    });
  }

  async halt(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
  }

  /** One whose alarm is of high priority at the first low SpO2. */
  async admit(id: string, name = `Name of ${id}`): Promise<void> {
    const policy = JSON.stringify({ rules: [spo2LowAtOnce] });
    await this.store.patients.admit({ identity: id, name, bed: `bed of ${id}`, policy, at: Date.now() });
    await this.store.tallies.add(this.store.database, 'roster', 1);
  }

  /** On the books; on call unless said otherwise. */
  async register(person: Identity, { onCall = true } = {}): Promise<void> {
    const { role, id } = person;
    const row = { identity: formatIdentity(person), role, name: `Name of ${id}`, tier: 1, on_call: onCall ? 1 : 0 };
    await this.store.transaction((db) => registerPerson(this.store, row, 'operator:test', db));
  }

  /** The token of a one-time link. */
  async invite(person: Identity, lifetimeMs = hour): Promise<string> {
    const inviting = { person: formatIdentity(person), actor: 'operator:test', at: Date.now(), lifetimeMs };
    return (await this.store.transaction((db) => invitePerson(this.store, inviting, db))).token;
  }

  async post(path: string, body: unknown): Promise<Posted> {
    const response = await fetch(new URL(path, this.running.peopleUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** On the books, invited, and with a passkey. */
  async person(person: Identity, options?: { onCall?: boolean }): Promise<TestPerson> {
    await this.register(person, options);
    const made = new TestPerson(this, person);
    await made.registerPasskey(await this.invite(person));
    return made;
  }

  async patient(id: string): Promise<TestPatient> {
    const identity: Identity = { role: 'patient', id };
    const patient = new TestPatient({
      url: this.running.devicesUrl,
      identity,
      hospital: hospitalIdentity,
      credential: await this.ca.enrol(identity),
      root: this.ca.authority.rootCertificate,
      rootPem: encodePem('CERTIFICATE', this.ca.authority.rootCertificate),
    });
    this.closing(() => patient.close());
    return patient;
  }

  closing(close: () => Promise<void> | void): void {
    this.#close.push(close);
  }

  async remove(): Promise<void> {
    for (const close of this.#close) await close();
    await this.halt();
    await this.store.close();
    await this.ca.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export interface SignedInBody {
  readonly session: string;
  readonly chain: readonly string[];
  readonly expiresAt: number;
}

/** Somebody with an authenticator. */
export class TestPerson {
  readonly hospital: PasskeyHospital;
  readonly identity: Identity;
  authenticator: SoftwareAuthenticator;

  constructor(hospital: PasskeyHospital, identity: Identity) {
    this.hospital = hospital;
    this.identity = identity;
    this.authenticator = new SoftwareAuthenticator({ origin: hospital.origin });
  }

  async registerPasskey(token: string): Promise<Posted> {
    const { hospital, authenticator } = this;
    const begun = await hospital.post('/sign-in/registration/options', { token });
    if (begun.status !== 200) return begun;
    const response = await authenticator.create(begun.body.options as Parameters<SoftwareAuthenticator['create']>[0]);
    return hospital.post('/sign-in/registration', {
      ceremony: begun.body.ceremony,
      token,
      response,
      label: 'of a test',
    });
  }

  /** A ceremony as far as the passkey's word, for a key of the device's own. */
  async begin() {
    const keys = await generateKeyPair({ extractable: true });
    const spki = base64url(await exportPublicKey(keys.publicKey));
    const { body } = await this.hospital.post('/sign-in/options', { spki });
    const response = await this.authenticator.assert(body.options as Parameters<SoftwareAuthenticator['assert']>[0]);
    const csr = base64url(await createRequest(keys));
    return { keys, request: { ceremony: body.ceremony, response, csr, roles: [this.identity.role as StaffRole] } };
  }

  /** A device of theirs, signed in; the handshake is the test's. */
  async signIn(): Promise<TestClinician & { readonly session: string }> {
    const { keys, request } = await this.begin();
    const { status, body } = await this.hospital.post('/sign-in', request);
    if (status !== 200) throw new Error(`expected to be signed in, found ${status} ${JSON.stringify(body)}`);
    const { session, chain } = body as unknown as SignedInBody;
    const { running, ca } = this.hospital;
    const device = new TestClinician({
      url: running.peopleUrl,
      identity: this.identity,
      hospital: hospitalIdentity,
      credential: ownCredential({
        chain: chain.map((each) => new Uint8Array(Buffer.from(each, 'base64url'))),
        privateKey: keys.privateKey,
        present: 'x5chain',
      }),
      root: ca.authority.rootCertificate,
    });
    this.hospital.closing(() => device.stop());
    return Object.assign(device, { session });
  }

  /** Signed in, with a channel and a live feed. */
  async listening() {
    const device = await this.signIn();
    await device.agree();
    await device.listen();
    return device;
  }

  /** The passkey's word on what the hospital asks by the channel. @returns the code of a refusal */
  async prove(device: TestClinician, purpose: 'unlock' | 'step-up'): Promise<string | undefined> {
    const asked = await device.askFor({ type: 'challenge', for: purpose });
    if (asked.type !== 'challenge') throw new Error('expected a challenge');
    const response = await this.authenticator.assert({
      challenge: base64url(asked.challenge),
      rpId: asked.rpId,
      userVerification: 'required',
      allowCredentials: asked.credentials.map((id) => ({ id: base64url(id), type: 'public-key' })),
    });
    return (await device.ask({ type: 'assertion', for: purpose, response: JSON.stringify(response) })).code;
  }
}

export function base64url(bytes: Bytes): string {
  return Buffer.from(bytes).toString('base64url');
}
