/** The hospital's keys and certificates, as its data folder and its key store have them. */
import { decodePem } from '@vitalseal/certifying-authority';
import { parseIdentity } from '@vitalseal/protocol';
import { hospitalFiles, readParticulars, requiredText } from './hospital-folder.ts';
import { type HospitalKeys, identityKeyOf } from './hospital-keys.ts';
import type { KeyStore } from './key-store.ts';
import { readListenerIdentity } from './listener-key.ts';
import { openKeyStore } from './open-key-store.ts';

export interface StoredHospitalKeys extends HospitalKeys {
  readonly authorityUrl: string;
}

/** @throws HospitalError `not-initialised`, `keys-unsaid`, `keys-damaged`, `keys-unavailable` */
export async function readHospitalKeys(dataDir: string, opened?: KeyStore): Promise<StoredHospitalKeys> {
  const { identity, authorityUrl } = readParticulars(dataDir);
  const chain = decodePem('CERTIFICATE', requiredText(dataDir, hospitalFiles.chain));
  const keyStore = opened ?? (await openKeyStore(dataDir));
  return {
    identity: parseIdentity(identity),
    chain,
    identityKey: identityKeyOf(keyStore, chain),
    anchors: decodePem('CERTIFICATE', requiredText(dataDir, hospitalFiles.root)),
    tls: readListenerIdentity(dataDir, await keyStore.wrappingKeys()),
    keyStore,
    async reread() {
      await keyStore.refresh();
      return readHospitalKeys(dataDir, keyStore);
    },
    authorityUrl,
  };
}
