// Renewal (RFC 7030 section 4.2.2): a new certificate for whoever proves to hold the key of a current one.
import { type Bytes, bytesToHex, equalBytes, type Identity, sameIdentity, sha256 } from '@vitalseal/protocol';
import { identityOf } from '../certificate/general-names.ts';
import { sameName, serverNames } from '../certificate/server-names.ts';
import { CertificateError } from '../errors.ts';
import { verifyRequest } from '../request/verify-request.ts';
import type { Certifier } from './certifier.ts';
import { type Holder, type HolderProof, HolderProofs } from './holder-proof.ts';
import type { Ledger } from './ledger.ts';
import type { IssuedRecord } from './records.ts';
import { isRegistrationAuthority, isSessionCertificate, registersStaff } from './registration.ts';

/** A key that was lost between asking and getting may be made anew a few times, not endlessly. */
const mostRenewals = 8;

export class Renewal {
  readonly #ledger: Ledger;
  readonly #certifier: Certifier;
  readonly #proofs: HolderProofs;

  constructor({ ledger, certifier, now }: { ledger: Ledger; certifier: Certifier; now: () => number }) {
    this.#ledger = ledger;
    this.#certifier = certifier;
    this.#proofs = new HolderProofs({ ledger, now });
  }

  async renew(csr: Bytes, proof: HolderProof): Promise<IssuedRecord> {
    const { holder, identity } = await this.#verify('identity', csr, proof);
    if (await isSessionCertificate(this.#ledger, holder)) {
      throw new CertificateError('renewal-refused', 'expected a certificate that is not of one session');
    }
    const { names, publicKeySpki } = await verifyRequest(csr);
    if (names !== undefined && !sameIdentity(identityOf(names), identity)) {
      throw new CertificateError('identity-refused', 'expected a request for the identity of the old certificate');
    }
    await this.#certifier.expectUnusedKey(publicKeySpki, identity);
    const name = `renew-${holder.serial}-${bytesToHex((await sha256(publicKeySpki)).subarray(0, 8))}`;
    const before = await this.#ledger.issued.get(name);
    if (before === undefined) await this.#expectFewRenewals(holder.serial, identity);
    const registrationAuthority = isRegistrationAuthority(holder.certificate);
    const staffRegistration = registersStaff(holder.certificate);
    const certification = { name, csr, authorisedBy: holder.serial, registrationAuthority, staffRegistration };
    const record = before ?? (await this.#certifier.certifyIdentity(certification, identity));
    return this.#proofs.unlessRevoked(holder, record);
  }

  /** A certificate for a TLS server of the hospital, within the names of its invitation. */
  async enrolServer(csr: Bytes, proof: HolderProof): Promise<IssuedRecord> {
    const { holder, identity } = await this.#verify('server', csr, proof);
    const { names = [], publicKeySpki } = await verifyRequest(csr);
    const allowed = await this.#allowedServerNames(identity);
    const wanted = names.flatMap((name) => (name.kind === 'dns' || name.kind === 'ip' ? [name.value] : []));
    const refused =
      names.length !== wanted.length ||
      !serverNames(wanted).every((name) => allowed.some((other) => sameName(name, other)));
    if (refused) throw new CertificateError('server-name-refused', 'expected only server names of the invitation');
    if (equalBytes(publicKeySpki, holder.publicKeySpki)) {
      throw new CertificateError('key-in-use', 'expected a key of its own for the TLS server');
    }
    const record = await this.#certifier.certifyServer({ csr, authorisedBy: holder.serial }, identity, wanted);
    return this.#proofs.unlessRevoked(holder, record);
  }

  #verify(purpose: 'identity' | 'server', octets: Bytes, proof: HolderProof): Promise<Holder> {
    return this.#proofs.verify({ purpose, octets, proof, refusal: refused });
  }

  /** Of a hospital, what it has had certified for its patients and staff is no renewal. */
  async #expectFewRenewals(serial: string, identity: Identity): Promise<void> {
    const renewals = await this.#ledger.ofIdentity(identity, `renew-${serial}-`);
    if (renewals.length >= mostRenewals)
      throw new CertificateError('renewal-refused', `expected at most ${mostRenewals} renewals of one certificate`);
  }

  async #allowedServerNames(identity: Identity): Promise<ReturnType<typeof serverNames>> {
    const names: string[] = [];
    for (const { name, invitation } of await this.#ledger.invitationsOf(identity)) {
      const redeemed = (await this.#ledger.issued.get(`enrol-${name}`)) !== undefined;
      if (redeemed && sameIdentity(invitation.identity, identity)) names.push(...invitation.serverNames);
    }
    if (names.length === 0)
      throw new CertificateError('server-name-refused', 'expected an invitation with server names');
    return serverNames(names);
  }
}

function refused(): CertificateError {
  return new CertificateError('renewal-refused', 'expected proof of a current certificate of this authority');
}
