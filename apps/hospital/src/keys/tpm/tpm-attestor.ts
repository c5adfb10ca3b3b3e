/** What the hospital's TPM states under its attestation key. */
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { activateCredential, certify, type KeyBlob, quote, readEndorsementKey, spkiOf } from '@vitalseal/tpm';
import { HospitalError } from '../../errors.ts';
import type { Attestor } from '../key-store.ts';
import type { TpmQueue } from './tpm-queue.ts';

export interface TpmAttestorOptions {
  readonly queue: TpmQueue;
  /** The register that the release is measured into. */
  readonly pcr: number;
  readonly attestationKey: () => KeyBlob;
  readonly identityKeys: () => readonly KeyBlob[];
  /** SHA-256 of the release that runs. */
  readonly measure: () => Promise<Bytes>;
}

export function tpmAttestor({ queue, pcr, attestationKey, identityKeys, measure }: TpmAttestorOptions): Attestor {
  return {
    get attestationKey() {
      return spkiOf(attestationKey());
    },
    release: measure,
    endorsementKey: () => queue.use(({ tpm }) => readEndorsementKey(tpm)),
    async quote(nonce) {
      const key = attestationKey();
      return queue.use((root) => quote(root, key, nonce, [pcr]));
    },
    async certifyIdentityKey(spki: Bytes, nonce) {
      const key = attestationKey();
      const identity = identityKeys().find((blob) => equalBytes(spkiOf(blob), spki));
      if (identity === undefined) {
        throw new HospitalError('keys-damaged', "expected the key of the hospital's certificate to be in the TPM");
      }
      const certification = await queue.use((root) => certify(root, key, identity, nonce));
      return { attestationKey: key.publicPart, identityKey: identity.publicPart, certification };
    },
    async activate(challenge) {
      const key = attestationKey();
      return queue.use((root) => activateCredential(root, key, challenge));
    },
  };
}
