/** A hospital with its keys in an emulated TPM of its own, approved and attested by a real authority: all of it real. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePem, type Release } from '@vitalseal/certifying-authority';
import { formatIdentity, type Identity, sha256 } from '@vitalseal/protocol';
import { usualReleaseRegister } from '@vitalseal/tpm';
import { type Swtpm, startSwtpm } from '@vitalseal/tpm/testing';
import { writeReleaseAttestation } from '../attestation/attestation-files.ts';
import { fingerprintOf } from '../attestation/certify-attestation-key.ts';
import { type AttestationState, prepareAttestation } from '../attestation/prepare-attestation.ts';
import { rosterChanged } from '../commands/with-store.ts';
import { type Hospital, startHospital } from '../hospital.ts';
import { enrolHospital } from '../keys/enrol-hospital.ts';
import type { KeyPlace } from '../keys/key-place.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import { readHospitalKeys, type StoredHospitalKeys } from '../keys/read-hospital-keys.ts';
import { openStore } from '../store/open-store.ts';
import { type EstAuthority, startEstAuthority } from './est-authority.ts';
import { TestPatient } from './test-patient.ts';

export interface AttestedHospitalOptions {
  /** Left out: in the TPM. */
  readonly keys?: 'software';
  /** Left out: the authority approves the TPM and attests the release. */
  readonly unknown?: boolean;
}

const identity: Identity = { role: 'hospital', id: 'h1' };

export async function releaseOfName(version: string): Promise<Release> {
  return { name: 'vitalseal-workspace', version, digest: await sha256(new TextEncoder().encode(`release ${version}`)) };
}

export class AttestedHospital {
  readonly identity = identity;
  readonly authority: EstAuthority;
  readonly tpm: Swtpm;
  readonly dataDir: string;
  #hospital: Hospital | undefined;
  #keys: StoredHospitalKeys | undefined;

  private constructor(authority: EstAuthority, tpm: Swtpm, dataDir: string) {
    this.authority = authority;
    this.tpm = tpm;
    this.dataDir = dataDir;
  }

  static async start({ keys, unknown = false }: AttestedHospitalOptions = {}): Promise<AttestedHospital> {
    const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-attested-'));
    const [authority, tpm] = await Promise.all([startEstAuthority(), startSwtpm()]);
    const made = new AttestedHospital(authority, tpm, dataDir);
    const inTpm: KeyPlace = { kind: 'tpm', address: tpm.address, pcr: usualReleaseRegister };
    const place: KeyPlace = keys === 'software' ? { kind: 'software' } : inTpm;
    await made.#enrol(place);
    const { release, keys: opened } = await made.open('1.0.0');
    if (!unknown && keys !== 'software') {
      await made.approve();
      const { attestation } = await authority.authority.attest(release);
      writeReleaseAttestation(dataDir, attestation, release.digest);
    }
    await prepareAttestation(dataDir, opened);
    return made;
  }

  get running(): Hospital {
    if (this.#hospital === undefined) throw new Error('expected a hospital that runs');
    return this.#hospital;
  }

  get keys(): StoredHospitalKeys {
    if (this.#keys === undefined) throw new Error('expected keys that are open');
    return this.#keys;
  }

  /** As a program of that release would open them. */
  async open(version: string): Promise<{ release: Release; keys: StoredHospitalKeys }> {
    const release = await releaseOfName(version);
    const keyStore = await openKeyStore(this.dataDir, { measure: async () => release.digest });
    this.#keys = await readHospitalKeys(this.dataDir, keyStore);
    return { release, keys: this.#keys };
  }

  async approve(): Promise<void> {
    const { attestor } = this.keys.keyStore;
    if (attestor === null) throw new Error('expected keys in the TPM');
    await this.authority.authority.approveTpm(identity, await fingerprintOf(attestor));
  }

  async prepare(): Promise<AttestationState> {
    return prepareAttestation(this.dataDir, this.keys);
  }

  async serve(): Promise<void> {
    this.#hospital = await startHospital({ dataDir: this.dataDir, keys: this.keys });
  }

  async halt(): Promise<void> {
    await this.#hospital?.stop();
    this.#hospital = undefined;
  }

  async patient(id: string): Promise<TestPatient> {
    const store = await openStore({ dataDir: this.dataDir, wrappingKeys: await this.keys.keyStore.wrappingKeys() });
    await store.patients.admit({ identity: id, name: 'Name', bed: '1', policy: null, at: Date.now() });
    await rosterChanged(store);
    await store.close();
    const root = this.authority.authority.rootCertificate;
    return new TestPatient({
      url: this.running.devicesUrl,
      identity: { role: 'patient', id },
      hospital: identity,
      credential: await this.authority.enrol({ role: 'patient', id }),
      root,
      rootPem: encodePem('CERTIFICATE', root),
    });
  }

  /** Somebody who may see the ward. */
  async onCall({ role, id }: Identity): Promise<void> {
    const store = await openStore({ dataDir: this.dataDir, wrappingKeys: await this.keys.keyStore.wrappingKeys() });
    await store.people.register({ identity: formatIdentity({ role, id }), role, name: id, tier: 1, on_call: 1 });
    await rosterChanged(store);
    await store.close();
  }

  async remove(): Promise<void> {
    await this.halt();
    await this.#keys?.keyStore.close();
    await this.authority.close();
    await this.tpm.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async #enrol(keys: KeyPlace): Promise<void> {
    const { authority, url } = this.authority;
    const serverNames = ['localhost', '127.0.0.1'];
    const { code } = await authority.invite({ identity, serverNames });
    const { rootFingerprint } = authority;
    const { digest } = await releaseOfName('1.0.0');
    const tpm = { measure: async () => digest };
    const claim = { authorityUrl: url, rootFingerprint, identity, code };
    await enrolHospital({ dataDir: this.dataDir, ...claim, serverNames, keys, tpm });
  }
}
