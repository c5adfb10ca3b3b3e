// Certifying the attestation key of a hospital's TPM. The hospital proves to hold its identity key; the operator has approved
// the TPM's endorsement key for it; and a secret that this one TPM alone can open, and only if the attestation key is in it
// (MakeCredential), comes back. Then the key is certified as that hospital's, for what the TPM states and nothing else.
import {
  type Awaitable,
  type Bytes,
  bytesToHex,
  constantTimeEqual,
  type Identity,
  randomBytes,
  sha256,
} from '@vitalseal/protocol';
import { nameOf } from '@vitalseal/tpm/structures';
import { CertificateError } from '../errors.ts';
import type { ApprovedTpms } from './approved-tpms.ts';
import type { Certifier } from './certifier.ts';
import { type Holder, type HolderProof, HolderProofs } from './holder-proof.ts';
import type { Ledger } from './ledger.ts';
import type { IssuedRecord } from './records.ts';
import { checkTpmRequest, decodeTpmProof, decodeTpmRequest } from './tpm-request.ts';

/** MakeCredential, for whoever has the cryptography of TPMs: `makeCredential` of @vitalseal/tpm. */
export type MakeCredential = (endorsementKey: Bytes, name: Bytes, secret: Bytes) => Awaitable<TpmChallenge>;

/** For TPM2_ActivateCredential. */
export interface TpmChallenge {
  readonly identity: Bytes;
  readonly encryptedSecret: Bytes;
}

interface Pending {
  readonly secret: Bytes;
  readonly spki: Bytes;
  readonly holder: string;
  /** Of the endorsement key. */
  readonly fingerprint: string;
  readonly until: number;
}

/** In memory: a challenge that was lost is asked for again. */
const mostPending = 64;
const patience = 10 * 60_000;

export class TpmCertification {
  readonly #ledger: Ledger;
  readonly #certifier: Certifier;
  readonly #approved: ApprovedTpms;
  readonly #proofs: HolderProofs;
  readonly #now: () => number;
  readonly #pending = new Map<string, Pending>();

  constructor(options: { ledger: Ledger; certifier: Certifier; approved: ApprovedTpms; now: () => number }) {
    this.#ledger = options.ledger;
    this.#certifier = options.certifier;
    this.#approved = options.approved;
    this.#proofs = new HolderProofs(options);
    this.#now = options.now;
  }

  /** @throws CertificateError `tpm-refused`, `tpm-not-approved`, `revoked`, `expired` */
  async challenge(octets: Bytes, proof: HolderProof, makeCredential: MakeCredential): Promise<TpmChallenge> {
    const { holder, identity } = await this.#hospital('tpm', octets, proof);
    const checked = await checkTpmRequest(decodeTpmRequest(octets), holder);
    const { name, spki, endorsementKey } = checked;
    const fingerprint = bytesToHex(await sha256(endorsementKey));
    if (!(await this.#approved.isApproved(identity, fingerprint))) {
      throw new CertificateError('tpm-not-approved', "expected a TPM that the authority's operator has approved");
    }
    const secret = randomBytes(32);
    const challenge = await makeCredential(endorsementKey, name, secret);
    this.#remember(bytesToHex(name), {
      secret,
      spki,
      holder: holder.serial,
      fingerprint,
      until: this.#now() + patience,
    });
    return challenge;
  }

  /** @throws CertificateError `tpm-refused`, `revoked`, `expired` */
  async certify(octets: Bytes, proof: HolderProof): Promise<IssuedRecord> {
    const asking = await this.#hospital('attestation-key', octets, proof);
    const { attestationKey, secret } = decodeTpmProof(octets);
    const name = bytesToHex(await nameOf(attestationKey));
    const pending = this.#pending.get(name);
    if (
      pending === undefined ||
      pending.holder !== asking.holder.serial ||
      this.#now() > pending.until ||
      !constantTimeEqual(pending.secret, secret)
    ) {
      throw refused('the secret of a challenge that was made for this key');
    }
    this.#pending.delete(name);
    await this.#certifier.expectKeyOf('attestation-key', pending.spki, asking.identity);
    const record = await this.#certifier.certifyAttestationKey(
      `${attestationKeysOf(pending.fingerprint)}${name.slice(4, 28)}-${this.#now()}`,
      pending.spki,
      asking,
    );
    // Asked after the entry, so that a withdrawal at the same moment finds it, or is found here.
    if (!(await this.#approved.isApproved(asking.identity, pending.fingerprint))) {
      await this.#ledger.revoke(record, this.#now());
      throw new CertificateError('tpm-not-approved', "expected a TPM that the authority's operator has approved");
    }
    return this.#proofs.unlessRevoked(asking.holder, record);
  }

  /** @returns the serial numbers of the certificates that its attestation keys have */
  async serialsOf(hospital: Identity, fingerprint: string): Promise<readonly string[]> {
    const records = await this.#ledger.ofIdentity(hospital, attestationKeysOf(fingerprint));
    return records.map(({ serial }) => serial);
  }

  async #hospital(purpose: 'tpm' | 'attestation-key', octets: Bytes, proof: HolderProof): Promise<Holder> {
    const refusal = () => refused('proof of a current certificate of a hospital');
    const asking = await this.#proofs.verify({ purpose, octets, proof, refusal });
    if (asking.identity.role !== 'hospital') throw refusal();
    return asking;
  }

  #remember(name: string, pending: Pending): void {
    this.#pending.delete(name);
    for (const [known, { until }] of this.#pending) {
      if (this.#now() > until || this.#pending.size >= mostPending) this.#pending.delete(known);
    }
    this.#pending.set(name, pending);
  }
}

/** What the entries of a TPM's attestation keys begin with. */
function attestationKeysOf(fingerprint: string): string {
  return `attestation-key-${fingerprint.slice(0, 32)}-`;
}

function refused(what: string): CertificateError {
  return new CertificateError('tpm-refused', `expected ${what}`);
}
