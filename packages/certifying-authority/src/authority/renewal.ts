// Renewal (RFC 7030 section 4.2.2): a new certificate for whoever proves to hold the key of a current one. The RFC
// proves it by the client certificate of the TLS connection. Behind the hospital, which forwards enrolment for pages
// and phones, there is no such connection, and in a page no client certificate at all; there the old key signs the
// request itself. That is the same proof (possession of the old key, bound to this one request by its octets and to
// this purpose by a label), and a copy of it is worth nothing: it can only fetch again the certificate of a key that
// the copier does not hold.
import {
  type Bytes,
  bytesToHex,
  concatBytes,
  equalBytes,
  type Identity,
  sameIdentity,
  sha256,
} from '@vitalseal/protocol';
import { identityOf } from '../certificate/general-names.ts';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { sameName, serverNames } from '../certificate/server-names.ts';
import { utf8 } from '../encoding/text.ts';
import { CertificateError } from '../errors.ts';
import { verifyingKey } from '../key/public-key.ts';
import { verifyRequest } from '../request/verify-request.ts';
import type { Certifier } from './certifier.ts';
import type { Ledger } from './ledger.ts';
import type { IssuedRecord } from './records.ts';
import { isRegistrationAuthority } from './registration.ts';

/** What the proof is for: a signature for one is none for the other. */
export type RenewalPurpose = 'identity' | 'server';

export type RenewalProof =
  /** TLS has verified that the client holds the certificate's key. */
  | { readonly kind: 'tls'; readonly certificate: Bytes }
  /** ES256 over `renewalInput`. */
  | { readonly kind: 'signature'; readonly certificate: Bytes; readonly signature: Bytes };

/** Begins with a letter, as neither EDHOC's nor X.509's signed structures do: no signature serves two protocols. */
export function renewalInput(purpose: RenewalPurpose, csr: Bytes): Bytes {
  return concatBytes(utf8(`vitalseal renewal 1 ${purpose}\0`), csr);
}

/** A key that was lost between asking and getting may be made anew a few times, not endlessly. */
const mostRenewals = 8;

export class Renewal {
  readonly #ledger: Ledger;
  readonly #certifier: Certifier;
  readonly #now: () => number;

  constructor({ ledger, certifier, now }: { ledger: Ledger; certifier: Certifier; now: () => number }) {
    this.#ledger = ledger;
    this.#certifier = certifier;
    this.#now = now;
  }

  async renew(csr: Bytes, proof: RenewalProof): Promise<IssuedRecord> {
    const { holder, identity } = await this.#verify('identity', csr, proof);
    const { names, publicKeySpki } = await verifyRequest(csr);
    if (names !== undefined && !sameIdentity(identityOf(names), identity)) {
      throw new CertificateError('identity-refused', 'expected a request for the identity of the old certificate');
    }
    await this.#certifier.expectUnusedKey(publicKeySpki, identity);
    const name = `renew-${holder.serial}-${bytesToHex((await sha256(publicKeySpki)).subarray(0, 8))}`;
    const before = await this.#ledger.issued.get(name);
    if (before === undefined) await this.#expectFewRenewals(holder.serial);
    const registrationAuthority = isRegistrationAuthority(holder.certificate);
    const certification = { name, csr, authorisedBy: holder.serial, registrationAuthority };
    const record = before ?? (await this.#certifier.certifyIdentity(certification, identity));
    return this.#unlessRevoked(holder, record);
  }

  /** A certificate for a TLS server of the hospital, within the names of its invitation. */
  async enrolServer(csr: Bytes, proof: RenewalProof): Promise<IssuedRecord> {
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
    return this.#unlessRevoked(holder, record);
  }

  async #verify(
    purpose: RenewalPurpose,
    csr: Bytes,
    proof: RenewalProof,
  ): Promise<{ holder: IssuedRecord; identity: Identity }> {
    const { serial, publicKeySpki, notBefore, notAfter } = parseCertificate(proof.certificate);
    const holder = await this.#ledger.bySerial(serial);
    // The ledger's own copy, octet for octet: stronger than validating a path.
    if (
      holder?.identity === undefined ||
      holder.kind !== 'identity' ||
      !equalBytes(holder.certificate, proof.certificate)
    )
      throw refused();
    if (proof.kind === 'signature') {
      const key = await verifyingKey(publicKeySpki);
      if ((await key.verify(renewalInput(purpose, csr), proof.signature)) !== true) throw refused();
    }
    const at = this.#now();
    if (!(at >= notBefore && at < notAfter + 1000))
      throw new CertificateError('expired', 'expected a certificate still valid');
    await this.#unlessRevoked(holder, holder);
    return { holder, identity: holder.identity };
  }

  /** Asked after the entry, see Enrolment: a revocation at the same moment is not outrun. */
  async #unlessRevoked(holder: IssuedRecord, record: IssuedRecord): Promise<IssuedRecord> {
    const outrun = await this.#ledger.isRevoked(holder.serial);
    if (outrun) await this.#ledger.revoke(record, this.#now());
    if (outrun || (await this.#ledger.isRevoked(record.serial))) {
      throw new CertificateError('revoked', 'expected a certificate that is not revoked');
    }
    return record;
  }

  async #expectFewRenewals(serial: string): Promise<void> {
    const renewals = (await this.#ledger.issued.all()).filter(
      ({ authorisedBy, kind }) => authorisedBy === serial && kind === 'identity',
    );
    if (renewals.length >= mostRenewals)
      throw new CertificateError('renewal-refused', `expected at most ${mostRenewals} renewals of one certificate`);
  }

  async #allowedServerNames(identity: Identity): Promise<ReturnType<typeof serverNames>> {
    const names: string[] = [];
    for (const name of await this.#ledger.invitationNames()) {
      const invitation = await this.#ledger.invitations.get(name);
      const redeemed = (await this.#ledger.issued.get(`enrol-${name}`)) !== undefined;
      if (invitation !== undefined && redeemed && sameIdentity(invitation.identity, identity))
        names.push(...invitation.serverNames);
    }
    if (names.length === 0)
      throw new CertificateError('server-name-refused', 'expected an invitation with server names');
    return serverNames(names);
  }
}

function refused(): CertificateError {
  return new CertificateError('renewal-refused', 'expected proof of a current certificate of this authority');
}
