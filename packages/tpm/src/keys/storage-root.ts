// The storage root key: the parent of all the hospital's keys, and the one that sessions are salted for. Its name is pinned when
// the hospital is personalised: another TPM, a cleared one, and whoever pretends to be one are told by it.
import { type Bytes, bytesToHex, constantTimeEqual, equalBytes, noBytes } from '@vitalseal/protocol';
import type { Tpm } from '../client/tpm.ts';
import { flush } from '../commands/lifecycle.ts';
import { createPrimary, type LoadedObject, makePersistent, readPublic } from '../commands/object.ts';
import { startSession } from '../commands/session.ts';
import { TpmError } from '../errors.ts';
import type { Session } from '../session/session.ts';
import { keyAttributes } from '../structures/object-attributes.ts';
import { eccTemplate } from '../structures/public-area.ts';

export interface StorageRoot {
  readonly tpm: Tpm;
  readonly key: LoadedObject;
  /** Salted for the key: authorizes what is done under it, and encrypts what is secret. */
  readonly session: Session;
}

/** Where the TCG's provisioning guidance has it: making it anew takes a discrete TPM up to a second. */
const persistentRoot = 0x81000001;

const template = eccTemplate('storage', keyAttributes.storageRoot);

/**
 * For personalisation: what this TPM has, trusted because it is the first time. A key already at the usual handle is taken if
 * it is a storage key like ours; if there is none, ours is put there.
 * @returns the name to pin
 */
export async function provisionStorageRoot(tpm: Tpm, ownerPassword: Bytes = noBytes): Promise<Bytes> {
  const there = await atPersistentHandle(tpm);
  if (there !== undefined) return isStorageRoot(there) ? there.name : await nameOfOwn(tpm, ownerPassword);
  const made = await createPrimary(tpm, 'owner', template, ownerPassword);
  try {
    await makePersistent(tpm, made, persistentRoot, ownerPassword);
  } finally {
    await flush(tpm, made.handle);
  }
  return made.name;
}

/** @throws TpmError `tpm-primary-changed` if this TPM has no key of the pinned name */
export async function openStorageRoot(tpm: Tpm, pinned: Bytes, ownerPassword: Bytes = noBytes): Promise<StorageRoot> {
  const key = await pinnedRoot(tpm, pinned, ownerPassword);
  return { tpm, key, session: await startSession(tpm, 'hmac', key) };
}

async function pinnedRoot(tpm: Tpm, pinned: Bytes, ownerPassword: Bytes): Promise<LoadedObject> {
  const there = await atPersistentHandle(tpm);
  if (there !== undefined && isStorageRoot(there) && constantTimeEqual(there.name, pinned)) return there;
  const made = await createPrimary(tpm, 'owner', template, ownerPassword);
  if (isStorageRoot(made) && equalBytes(made.name, pinned)) return made;
  await flush(tpm, made.handle).catch(() => undefined);
  throw new TpmError(
    'tpm-primary-changed',
    `expected the TPM whose storage root key has the name ${bytesToHex(pinned.subarray(0, 10))}…`,
  );
}

async function nameOfOwn(tpm: Tpm, ownerPassword: Bytes): Promise<Bytes> {
  const made = await createPrimary(tpm, 'owner', template, ownerPassword);
  await flush(tpm, made.handle);
  return made.name;
}

async function atPersistentHandle(tpm: Tpm): Promise<LoadedObject | undefined> {
  try {
    return await readPublic(tpm, persistentRoot);
  } catch (error) {
    if (error instanceof TpmError && error.rc === 'TPM_RC_HANDLE') return undefined;
    // Something else lies there, such as an RSA key of the system's.
    if (error instanceof TpmError && error.code === 'tpm-response-malformed' && tpm.usable) return undefined;
    throw error;
  }
}

function isStorageRoot({ publicArea }: LoadedObject): boolean {
  return (
    publicArea.type === 'ecc' &&
    publicArea.use === 'storage' &&
    publicArea.attributes === keyAttributes.storageRoot &&
    publicArea.policy.length === 0
  );
}
