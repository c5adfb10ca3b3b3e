// TPM2_Unseal and TPM2_ActivateCredential: Part 3 sections 12.7, 12.5. Both answer with a secret, so never without a session.
import type { Bytes } from '@vitalseal/protocol';
import type { Entity } from '../client/command.ts';
import type { Tpm } from '../client/tpm.ts';
import type { Authorization } from '../session/authorization.ts';
import { longest } from '../structures/constants.ts';
import { sized } from '../structures/writer.ts';

/** @param use a policy session that encrypts the response */
export async function unsealObject(tpm: Tpm, object: Entity, use: Authorization): Promise<Bytes> {
  return await tpm.ask({ name: 'Unseal', entities: [object], authorizations: [use] }, (reader) =>
    reader.sized(longest.secret, 'sealed data'),
  );
}

/** What MakeCredential gives: see `makeCredential`. */
export interface Credential {
  /** TPMS_ID_OBJECT. */
  readonly identity: Bytes;
  /** Marshalled TPMS_ECC_POINT. */
  readonly encryptedSecret: Bytes;
}

/** @param uses of the key that the credential is about, encrypting the response, and of the endorsement key */
export async function activateCredentialObject(
  tpm: Tpm,
  key: Entity,
  endorsementKey: Entity,
  uses: readonly [Authorization, Authorization],
  credential: Credential,
): Promise<Bytes> {
  return await tpm.ask(
    {
      name: 'ActivateCredential',
      entities: [key, endorsementKey],
      parameters: [sized(credential.identity), sized(credential.encryptedSecret)],
      authorizations: uses,
    },
    (reader) => reader.sized(longest.digest, 'a credential'),
  );
}
