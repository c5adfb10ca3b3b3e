// What whoever works on the state behind a PIN is given.

import type { Bytes } from '@vitalseal/protocol';
import type { PinVault } from './pin-vault.ts';

/** @returns the state key; undefined while the vault is closed */
export function watchStateKey(vault: PinVault): () => Bytes | undefined {
  let known: Bytes | undefined;
  vault.whenOpened((stateKey) => {
    known = stateKey;
  });
  vault.whenClosed(() => {
    known = undefined;
  });
  return () => known;
}
