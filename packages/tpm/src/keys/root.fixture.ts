// A TPM with a pinned storage root key, for the tests of what lies under it.
import type { Bytes } from '@vitalseal/protocol';
import { withTpm } from '../client/lease.ts';
import { type Swtpm, type SwtpmOptions, startSwtpm } from '../emulator/swtpm.ts';
import { openStorageRoot, provisionStorageRoot, type StorageRoot } from './storage-root.ts';

export interface RootedTpm extends Swtpm {
  readonly pinned: Bytes;
  withRoot<T>(work: (root: StorageRoot) => Promise<T>): Promise<T>;
}

export async function startRootedTpm(options?: SwtpmOptions): Promise<RootedTpm> {
  const emulator = await startSwtpm(options);
  const pinned = await withTpm(emulator.address, (tpm) => provisionStorageRoot(tpm));
  return {
    ...emulator,
    pinned,
    withRoot: (work) => withTpm(emulator.address, async (tpm) => work(await openStorageRoot(tpm, pinned))),
  };
}
