// The TPMs that the authority's operator has seen, each for one hospital: whoever only claims to have a TPM has no
// endorsement key that anybody approved.
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import { CertificateError } from '../errors.ts';
import type { AuthorityStore } from './authority-store.ts';

const kind = 'approved-tpms';

export class ApprovedTpms {
  readonly #store: AuthorityStore;
  readonly #now: () => number;

  constructor({ store, now }: { store: AuthorityStore; now: () => number }) {
    this.#store = store;
    this.#now = now;
  }

  /** @param fingerprint SHA-256 of the endorsement key, 64 hexadecimal digits. Done again, it changes nothing. */
  async approve(hospital: Identity, fingerprint: string): Promise<void> {
    if (hospital.role !== 'hospital') {
      throw new CertificateError('role-refused', 'expected a hospital, whose keys are in a TPM');
    }
    const text = JSON.stringify({ hospital: formatIdentity(hospital), fingerprint, approvedAt: this.#now() });
    await this.#store.create(kind, entry(hospital, fingerprint), text);
  }

  async isApproved(hospital: Identity, fingerprint: string): Promise<boolean> {
    const name = entry(hospital, fingerprint);
    if ((await this.#store.read('withdrawals', withdrawal(name))) !== undefined) return false;
    return (await this.#store.read(kind, name)) !== undefined;
  }

  /** For good: whoever wants to trust that TPM again enrols the hospital anew, under another name. */
  async withdraw(hospital: Identity, fingerprint: string): Promise<void> {
    const name = entry(hospital, fingerprint);
    if ((await this.#store.read(kind, name)) === undefined) {
      throw new CertificateError('tpm-not-approved', 'expected a TPM that was approved for this hospital');
    }
    await this.#store.create('withdrawals', withdrawal(name), '{}');
  }
}

function withdrawal(name: string): string {
  return `tpm-${name}`;
}

/** Identifiers have dots, names in the store have none. */
function entry({ id }: Identity, fingerprint: string): string {
  if (!/^[0-9a-f]{64}$/.test(fingerprint)) {
    throw new CertificateError('malformed', 'expected the fingerprint of a TPM: 64 hexadecimal digits');
  }
  const name = Array.from(new TextEncoder().encode(id), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${fingerprint}-${name}`;
}
