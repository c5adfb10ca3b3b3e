// A key of the hospital's that signs ES256: made in the TPM, and never out of it.
import { createPublicKey, verify } from 'node:crypto';
import type { Bytes } from '@vitalseal/protocol';
import { createObject, type KeyBlob } from '../commands/object.ts';
import { signDigest } from '../commands/signing.ts';
import { malformed } from '../errors.ts';
import { sha256Of } from '../session/key-derivation.ts';
import { keyAttributes } from '../structures/object-attributes.ts';
import { eccTemplate } from '../structures/public-area.ts';
import { spkiOf } from './key-blob.ts';
import { withLoaded } from './loaded.ts';
import type { StorageRoot } from './storage-root.ts';

export async function createSigningKey({ tpm, key, session }: StorageRoot): Promise<KeyBlob> {
  return await createObject(tpm, key, session.authorize(), eccTemplate('ecdsa', keyAttributes.signing));
}

/**
 * @param data of any length: its hash goes to the TPM
 * @returns r || s, 64 bytes, checked here: a TPM that signs wrongly must not be what a peer finds out
 */
export async function signWith(root: StorageRoot, blob: KeyBlob, data: Bytes): Promise<Bytes> {
  const digest = sha256Of(data);
  const signature = await withLoaded(root, blob, (object) =>
    signDigest(root.tpm, object, root.session.authorize(), digest),
  );
  const key = createPublicKey({ key: Buffer.from(spkiOf(blob)), format: 'der', type: 'spki' });
  if (!verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)) {
    throw await root.tpm.distrust(malformed('expected a signature under the key that was asked for'));
  }
  return signature;
}
