// The rotations by name, on a data folder that nobody serves from.
import { sha256 } from '@vitalseal/protocol';
import { openStoreWith } from '../store/open-hospital-store.ts';
import { openKeyStore } from './open-key-store.ts';
import { readHospitalKeys } from './read-hospital-keys.ts';
import { type Rotation, rotateAudit, rotateIdentity, rotateListener, rotateWrapping } from './rotate.ts';

export const release = { measure: async () => sha256(new TextEncoder().encode('the release')) };

export const rotations: Readonly<Record<string, (rotation: Rotation) => Promise<unknown>>> = {
  identity: rotateIdentity,
  listener: rotateListener,
  wrapping: (rotation) => rotateWrapping(rotation, { forgetOlder: true }),
  audit: rotateAudit,
};

export async function openRotation(dataDir: string): Promise<{ rotation: Rotation; close(): Promise<void> }> {
  const keyStore = await openKeyStore(dataDir, release);
  const store = await openStoreWith(keyStore, { dataDir });
  const keys = await readHospitalKeys(dataDir, keyStore);
  return {
    rotation: { dataDir, store, keyStore, keys },
    async close() {
      await store.close();
      await keyStore.close();
    },
  };
}
