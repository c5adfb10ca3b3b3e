// The attestation key: restricted, so that it signs nothing but what the TPM itself states. With it the hospital proves which
// release was measured, and that its identity key is in the same TPM.
import { type Bytes, noBytes } from '@vitalseal/protocol';
import { createObject, type KeyBlob } from '../commands/object.ts';
import { activateCredentialObject, type Credential } from '../commands/sealing.ts';
import { policyEndorsement, withSession } from '../commands/session.ts';
import { certifyKey, quotePcrs, type SignedAttest } from '../commands/signing.ts';
import { TpmError } from '../errors.ts';
import { passwordAuthorization } from '../session/authorization.ts';
import { keyAttributes } from '../structures/object-attributes.ts';
import { eccTemplate } from '../structures/public-area.ts';
import { withEndorsementKey } from './endorsement-key.ts';
import { withLoaded } from './loaded.ts';
import type { StorageRoot } from './storage-root.ts';

export async function createAttestationKey({ tpm, key, session }: StorageRoot): Promise<KeyBlob> {
  return await createObject(tpm, key, session.authorize(), eccTemplate('ecdsa', keyAttributes.attestation));
}

/** @param nonce what the asker gave, and what it is bound to: at most 32 bytes */
export async function quote(
  root: StorageRoot,
  attestationKey: KeyBlob,
  nonce: Bytes,
  pcrs: readonly number[],
): Promise<SignedAttest> {
  return await withLoaded(root, attestationKey, (key) =>
    quotePcrs(root.tpm, key, root.session.authorize(), nonce, pcrs),
  );
}

/** States, under the attestation key, that another key of ours is in this TPM with these attributes. */
export async function certify(
  root: StorageRoot,
  attestationKey: KeyBlob,
  certified: KeyBlob,
  nonce: Bytes,
): Promise<SignedAttest> {
  return await withLoaded(root, certified, (object) =>
    withLoaded(root, attestationKey, (key) =>
      // No key of ours has an authorization value; the session authorizes the signer, and authenticates the answer.
      certifyKey(root.tpm, object, key, [passwordAuthorization(), root.session.authorize()], nonce),
    ),
  );
}

/**
 * Opens a credential of the authority's: possible only here, and only with this attestation key.
 * @throws TpmError `tpm-credential-refused` if it was made for another TPM or another key
 */
export async function activateCredential(
  root: StorageRoot,
  attestationKey: KeyBlob,
  credential: Credential,
  endorsementPassword: Bytes = noBytes,
): Promise<Bytes> {
  return await withLoaded(root, attestationKey, (key) =>
    withEndorsementKey(
      root.tpm,
      (endorsementKey) =>
        withSession(root.tpm, 'policy', root.key, async (policy) => {
          await policyEndorsement(root.tpm, policy, endorsementPassword);
          const uses = [root.session.authorize({ secretResponse: true }), policy.authorize()] as const;
          return await activateCredentialObject(root.tpm, key, endorsementKey, uses, credential).catch(explained);
        }),
      endorsementPassword,
    ),
  );
}

const wrongCredential = new Set(['TPM_RC_INTEGRITY', 'TPM_RC_VALUE', 'TPM_RC_SIZE', 'TPM_RC_ECC_POINT']);

function explained(error: unknown): never {
  if (error instanceof TpmError && error.rc !== undefined && wrongCredential.has(error.rc)) {
    const message = 'expected a credential made for this TPM and this key';
    throw new TpmError('tpm-credential-refused', message, { cause: error, rc: error.rc });
  }
  throw error;
}
