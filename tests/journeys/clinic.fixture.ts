// A clinic whose patients' cards are activated over the air: a certifying authority, and a hospital that it lets have its
// patients certified.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningAuthority, startAuthority } from '@vitalseal/app-certifying-authority';
import {
  type CardInvitation,
  enrolHospital,
  type Hospital,
  type HospitalOptions,
  type InvitedCard,
  inviteCard,
  openHospitalStore,
  readHospitalKeys,
  type Store,
  startHospital,
} from '@vitalseal/app-hospital';
import { activateCard } from '@vitalseal/app-patient';
import { createRequest, generateKeyPair, ownCredential } from '@vitalseal/certifying-authority';
import type { Identity } from '@vitalseal/protocol';
import { InitiatingSensor } from '@vitalseal/secure-element/testing';

export const clinicIdentity: Identity = { role: 'hospital', id: 'clinic' };
export const anna: Identity = { role: 'patient', id: 'anna' };

type Pages = NonNullable<HospitalOptions['pages']>;

const serverNames = ['localhost', '127.0.0.1'];

export interface PhoneOfClinic {
  readonly folder: string;
  readonly pin: string;
  readonly sensors: readonly Identity[];
}

export class Clinic {
  /** Of the authority (`ca`), the hospital (`hospital`) and whatever the test puts there. */
  readonly folder: string;
  readonly authority: RunningAuthority;
  readonly store: Store;
  readonly pages: Pages;
  #hospital: Hospital;

  private constructor(parts: Pick<Clinic, 'folder' | 'authority' | 'store' | 'hospital' | 'pages'>) {
    this.folder = parts.folder;
    this.authority = parts.authority;
    this.store = parts.store;
    this.#hospital = parts.hospital;
    this.pages = parts.pages;
  }

  get hospital(): Hospital {
    return this.#hospital;
  }

  /** With one patient admitted. */
  static async open({ pages = {} }: { readonly pages?: Pages } = {}): Promise<Clinic> {
    const folder = mkdtempSync(join(tmpdir(), 'vitalseal-clinic-'));
    const authority = await startAuthority({ dataDir: join(folder, 'ca'), createAs: 'Test' });
    const dataDir = join(folder, 'hospital');
    const invitation = { identity: clinicIdentity, serverNames, registrationAuthority: true };
    const { code } = await authority.authority.invite(invitation);
    const { url: authorityUrl, rootFingerprint } = authority;
    const identity = clinicIdentity;
    const keys = { kind: 'software' } as const;
    await enrolHospital({ dataDir, authorityUrl, rootFingerprint, identity, code, serverNames, keys });
    const store = await openHospitalStore({ dataDir });
    await store.patients.admit({ identity: anna.id, name: 'Anna Berg', bed: '', policy: null, at: Date.now() });
    const hospital = await startHospital({ dataDir, keys: await readHospitalKeys(dataDir), authorityUrl, pages });
    return new Clinic({ folder, authority, store, hospital, pages });
  }

  /** The hospital goes down. @returns how to bring it back, at the same ports */
  async outage(): Promise<() => Promise<void>> {
    const [devices, people] = [this.#hospital.devicesUrl, this.#hospital.peopleUrl].map((url) => ({
      port: Number(new URL(url).port),
    }));
    await this.#hospital.stop();
    const dataDir = join(this.folder, 'hospital');
    return async () => {
      const keys = await readHospitalKeys(dataDir);
      const { url: authorityUrl } = this.authority;
      const ports = { ...(devices && { devices }), ...(people && { people }) };
      this.#hospital = await startHospital({ dataDir, keys, authorityUrl, pages: this.pages, ...ports });
    };
  }

  get devicesPort(): number {
    return Number(new URL(this.hospital.devicesUrl).port);
  }

  invite(change: Partial<CardInvitation> = {}): Promise<InvitedCard> {
    return inviteCard(this.store, {
      patient: anna.id,
      sensors: [],
      server: { host: 'localhost', port: this.devicesPort },
      pollSeconds: 10,
      policy: {},
      validMs: 3_600_000,
      ...change,
    });
  }

  /** As a patient does who has been given a code, and a hospital that serves. */
  async activate({ folder, pin, sensors }: PhoneOfClinic): Promise<void> {
    const { code } = await this.invite({ sensors: sensors.map(({ id }) => id) });
    await activateCard({ folder, code, pin, log2Cost: 4 });
  }

  /** Of the same authority, to speak with the patient's card. */
  async sensor(identity: Identity): Promise<InitiatingSensor> {
    const { authority: ca, rootCertificate: root } = this.authority;
    const keys = await generateKeyPair({ extractable: true });
    const { code } = await ca.invite({ identity });
    const csr = await createRequest(keys, identity);
    const chain = [await ca.enrol(csr, { identity, code }), ca.issuingCertificate];
    const credential = ownCredential({ chain, privateKey: keys.privateKey, present: 'x5chain' });
    return new InitiatingSensor({ party: { identity, chain, credential }, root, patient: anna, now: Date.now });
  }

  async close(): Promise<void> {
    await this.hospital.stop();
    await this.store.close();
    await this.authority.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
