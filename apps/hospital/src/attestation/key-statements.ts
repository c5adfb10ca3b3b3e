/** The TPM's statement about the identity key stays true, and costs as much as a quote: it is asked for once for each key. */
import { identityKeyNonce, type KeyStatement } from '@vitalseal/certifying-authority';
import { type Bytes, bytesToHex } from '@vitalseal/protocol';
import type { Attestor } from '../keys/key-store.ts';

export class KeyStatements {
  /** Under the attestation key that made it: of a TPM that was replaced there is another. */
  #made: { readonly keys: string; readonly statement: KeyStatement } | undefined;

  /** @throws HospitalError `keys-unavailable`, `keys-damaged` */
  async about(identityKey: Bytes, attestor: Attestor): Promise<KeyStatement> {
    const keys = `${bytesToHex(identityKey)} ${bytesToHex(attestor.attestationKey)}`;
    if (this.#made?.keys === keys) return this.#made.statement;
    const stated = await attestor.certifyIdentityKey(identityKey, await identityKeyNonce(identityKey));
    const statement = { publicArea: stated.identityKey, ...stated.certification };
    this.#made = { keys, statement };
    return statement;
  }
}
