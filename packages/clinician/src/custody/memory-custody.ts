// For a program without a screen, and for tests: the key is gone with the process.
import { generateKeyPair, type KeyPair } from '@vitalseal/certifying-authority';
import { formatIdentity } from '@vitalseal/protocol';
import type { DeviceCredential, KeyCustody } from './key-custody.ts';

export function memoryCustody(): KeyCustody {
  const pending = new Map<string, KeyPair>();
  let kept: DeviceCredential | undefined;
  let trusted: string | undefined;
  return {
    keyFor: async (identity) => {
      const name = formatIdentity(identity);
      const keyPair = pending.get(name) ?? (await generateKeyPair({ extractable: false }));
      pending.set(name, keyPair);
      return keyPair;
    },
    newKey: () => generateKeyPair({ extractable: false }),
    load: async () => kept,
    keep: async (credential) => {
      kept = credential;
      pending.clear();
    },
    forget: async () => {
      kept = undefined;
      pending.clear();
    },
    trustedRoot: async () => trusted,
    trustRoot: async (fingerprint) => {
      trusted = fingerprint;
    },
  };
}
