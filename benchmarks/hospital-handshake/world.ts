// A certifying authority, two hospitals that differ in where their keys are, and patients who are certified.
import { join } from 'node:path';
import { startAuthority } from '@vitalseal/app-certifying-authority';
import { enrolHospital, type KeyPlace, openHospitalStore, rosterChanged } from '@vitalseal/app-hospital';
import { createRequest, encodePem, generateKeyPair, ownCredential } from '@vitalseal/certifying-authority';
import type { Bytes, Identity, OwnCredential } from '@vitalseal/protocol';

export interface CertifiedPatient {
  readonly identity: Identity;
  readonly credential: OwnCredential;
}

export interface World {
  readonly root: Bytes;
  readonly rootPem: string;
  readonly patients: readonly CertifiedPatient[];
  /** Where the hospital of this name has its folder. */
  folderOf(hospital: Identity): string;
  close(): Promise<void>;
}

export interface HospitalToBe {
  readonly identity: Identity;
  readonly keys: KeyPlace;
}

const ttl = 3_600_000;
const serverNames = ['127.0.0.1', 'localhost'];

export async function prepareWorld(
  dataDir: string,
  { hospitals, patients }: { hospitals: readonly HospitalToBe[]; patients: number },
): Promise<World> {
  const running = await startAuthority({ dataDir: join(dataDir, 'authority'), createAs: 'Vitalseal benchmark' });
  const { authority, url: authorityUrl, rootFingerprint, rootCertificate } = running;
  const folderOf = ({ id }: Identity) => join(dataDir, id);
  const identities = Array.from({ length: patients }, (_, n): Identity => ({ role: 'patient', id: `p${n}` }));

  for (const { identity, keys } of hospitals) {
    const { code } = await authority.invite({ identity, ttl, serverNames });
    const folder = folderOf(identity);
    await enrolHospital({ dataDir: folder, authorityUrl, rootFingerprint, identity, code, serverNames, keys });
    const store = await openHospitalStore({ dataDir: folder });
    for (const { id } of identities) {
      await store.patients.admit({ identity: id, name: id, bed: '', policy: null, at: Date.now() });
    }
    await rosterChanged(store);
    await store.close();
  }

  async function certified(identity: Identity): Promise<CertifiedPatient> {
    const { privateKey, publicKey } = await generateKeyPair({ extractable: false });
    const { code } = await authority.invite({ identity, ttl });
    const certificate = await authority.enrol(await createRequest({ privateKey, publicKey }, identity), {
      identity,
      code,
    });
    const chain = [certificate, authority.issuingCertificate];
    return { identity, credential: ownCredential({ chain, privateKey, present: 'x5chain' }) };
  }

  return {
    root: rootCertificate,
    rootPem: encodePem('CERTIFICATE', rootCertificate),
    patients: await Promise.all(identities.map(certified)),
    folderOf,
    close: () => running.close(),
  };
}
