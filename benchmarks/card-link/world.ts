// What must be there before the first reading: a certifying authority, a hospital that is enrolled with it, and a sensor.
import { join } from 'node:path';
import { type RunningAuthority, startAuthority } from '@vitalseal/app-certifying-authority';
import { enrolHospital, openHospitalStore } from '@vitalseal/app-hospital';
import { createRequest, generateKeyPair, ownCredential } from '@vitalseal/certifying-authority';
import type { Bytes, Identity } from '@vitalseal/protocol';
import { InitiatingSensor } from '@vitalseal/secure-element/testing';
import { type Child, startChild } from '../measure/child.ts';
import type { HospitalReady } from '../sensor-to-doctor/hospital-process.ts';

export const patient: Identity = { role: 'patient', id: 'p-017' };
export const sensor: Identity = { role: 'sensor', id: 's-017' };
export const hospital: Identity = { role: 'hospital', id: 'county' };
const ttl = 3_600_000;

export class World {
  readonly #authority: RunningAuthority;
  readonly #hospital: Child<HospitalReady>;

  private constructor(authority: RunningAuthority, child: Child<HospitalReady>) {
    this.#authority = authority;
    this.#hospital = child;
  }

  static async start(dataDir: string): Promise<World> {
    const authority = await startAuthority({ dataDir: join(dataDir, 'authority'), createAs: 'Vitalseal benchmark' });
    const { url: authorityUrl, rootFingerprint } = authority;
    const hospitalDir = join(dataDir, 'hospital');
    const serverNames = ['localhost'];
    const { code } = await authority.authority.invite({ identity: hospital, ttl, serverNames });
    const enrolment = { dataDir: hospitalDir, authorityUrl, rootFingerprint, identity: hospital, code, serverNames };
    await enrolHospital({ ...enrolment, keys: { kind: 'software' } });
    const store = await openHospitalStore({ dataDir: hospitalDir });
    await store.patients.admit({ identity: patient.id, name: patient.id, bed: '', policy: null, at: Date.now() });
    await store.close();
    const file = new URL('../sensor-to-doctor/hospital-process.ts', import.meta.url);
    return new World(authority, await startChild<HospitalReady>(file, { dataDir: hospitalDir }, { place: 'server' }));
  }

  get hospitalPort(): number {
    return Number(new URL(this.#hospital.ready.devicesUrl).port);
  }

  get anchors(): readonly Bytes[] {
    return [this.#authority.authority.rootCertificate];
  }

  /** @param request PKCS #10, DER @returns the chain, leaf first, without the root */
  async certify(request: Bytes, identity: Identity): Promise<readonly Bytes[]> {
    const { authority } = this.#authority;
    const { code } = await authority.invite({ identity, ttl });
    return [await authority.enrol(request, { identity, code }), authority.issuingCertificate];
  }

  async sensor(): Promise<InitiatingSensor> {
    const pair = await generateKeyPair({ extractable: false });
    const chain = await this.certify(await createRequest(pair, sensor), sensor);
    const credential = ownCredential({ chain, privateKey: pair.privateKey, present: 'x5chain' });
    const [root = new Uint8Array(0)] = this.anchors;
    return new InitiatingSensor({ party: { identity: sensor, chain, credential }, root, patient, now: Date.now });
  }

  async close(): Promise<void> {
    await this.#hospital.stop();
    await this.#authority.close();
  }
}
