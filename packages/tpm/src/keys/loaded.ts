// A key is on the TPM for as long as it is worked with.
import { flush } from '../commands/lifecycle.ts';
import { type KeyBlob, type LoadedObject, loadObject } from '../commands/object.ts';
import type { StorageRoot } from './storage-root.ts';

export async function withLoaded<T>(
  { tpm, key, session }: StorageRoot,
  blob: KeyBlob,
  work: (object: LoadedObject) => Promise<T>,
): Promise<T> {
  const object = await loadObject(tpm, key, session.authorize(), blob);
  try {
    return await work(object);
  } finally {
    await flush(tpm, object.handle).catch(() => undefined);
  }
}
