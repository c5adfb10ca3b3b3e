// The hand that signs: chooses serial number and validity, and enters each certificate in the ledger before anyone
// gets it, so that there is none that could not be revoked.
import { type Bytes, equalBytes, type Identity, sameIdentity } from '@vitalseal/protocol';
import {
  type Issuer,
  issueAttestationKeyCertificate,
  issueCertificate,
  issueReleaseSigner,
  issueServerCertificate,
  randomSerial,
} from '../certificate/issue.ts';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { CertificateError } from '../errors.ts';
import type { Holder } from './holder-proof.ts';
import type { Ledger } from './ledger.ts';
import type { IssuedRecord } from './records.ts';

/** Milliseconds. */
export interface Lifetimes {
  readonly identity: number;
  /** Of staff, who are certified for one session at a time. */
  readonly session: number;
  readonly server: number;
  readonly releaseSigner: number;
}

/** Clocks differ: what is issued now is valid already for one that is a little behind. */
const backdating = 10 * 60_000;

interface CertifierOptions {
  readonly ledger: Ledger;
  readonly issuing: Issuer;
  readonly now: () => number;
  readonly lifetimes: Lifetimes;
}

export interface Certification {
  /** In the ledger: the same request finds the same certificate. */
  readonly name: string;
  readonly csr: Bytes;
  readonly authorisedBy: string | undefined;
  readonly registrationAuthority?: boolean;
  readonly staffRegistration?: boolean;
  /** Milliseconds; an identity's if left out. */
  readonly lifetime?: number;
}

export class Certifier {
  readonly #options: CertifierOptions;
  readonly #issuingNotAfter: number;

  constructor(options: CertifierOptions) {
    this.#options = options;
    this.#issuingNotAfter = parseCertificate(options.issuing.certificate).notAfter;
  }

  async certifyIdentity(
    { name, csr, authorisedBy, lifetime = this.#options.lifetimes.identity, ...rights }: Certification,
    identity: Identity,
  ): Promise<IssuedRecord> {
    const validity = this.#validity(lifetime);
    const serial = await this.#reserveSerial();
    const issuer = this.#options.issuing;
    const certificate = await issueCertificate({ csr, identity, issuer, serial, ...rights, ...validity });
    return this.#enter(name, { kind: 'identity', identity, certificate, authorisedBy, serverNames: [] });
  }

  async certifyServer(
    { csr, authorisedBy }: Pick<Certification, 'csr' | 'authorisedBy'>,
    identity: Identity | undefined,
    names: readonly string[],
  ): Promise<IssuedRecord> {
    const validity = this.#validity(this.#options.lifetimes.server);
    const serial = await this.#reserveSerial();
    const certificate = await issueServerCertificate({
      csr,
      names,
      issuer: this.#options.issuing,
      serial,
      ...validity,
    });
    return this.#enter(`server-${serial}`, { kind: 'server', identity, certificate, authorisedBy, serverNames: names });
  }

  async certifyReleaseSigner(publicKeySpki: Bytes): Promise<IssuedRecord> {
    const validity = this.#validity(this.#options.lifetimes.releaseSigner);
    const serial = await this.#reserveSerial();
    const issuer = this.#options.issuing;
    const certificate = await issueReleaseSigner({ publicKeySpki, issuer, serial, ...validity });
    const fields = { kind: 'release-signer', identity: undefined, certificate, authorisedBy: undefined } as const;
    return this.#enter(`release-signer-${serial}`, { ...fields, serverNames: [] });
  }

  /** @param holder the hospital whose TPM it is: revoking its certificate revokes this one */
  async certifyAttestationKey(name: string, publicKeySpki: Bytes, holder: Holder): Promise<IssuedRecord> {
    const validity = this.#validity(this.#options.lifetimes.identity);
    const serial = await this.#reserveSerial();
    const issuer = this.#options.issuing;
    const { identity } = holder;
    const certificate = await issueAttestationKeyCertificate({ publicKeySpki, identity, issuer, serial, ...validity });
    const authorisedBy = holder.holder.serial;
    return this.#enter(name, { kind: 'attestation-key', identity, certificate, authorisedBy, serverNames: [] });
  }

  /** An attestation is entered as a certificate is: under a serial number of its own, so that it can be revoked. */
  async attestRelease(
    { name, release }: { readonly name: string; readonly release: string },
    signer: IssuedRecord,
    attest: (serial: string, signer: IssuedRecord, chain: readonly Bytes[]) => Promise<Bytes>,
  ): Promise<IssuedRecord> {
    const { ledger, issuing, now } = this.#options;
    const serial = await this.#reserveSerial();
    const attestation = await attest(serial, signer, [signer.certificate, issuing.certificate]);
    const record: IssuedRecord = {
      kind: 'release',
      serial,
      identity: undefined,
      certificate: attestation,
      publicKeySpki: signer.publicKeySpki,
      issuedAt: now(),
      notAfter: signer.notAfter,
      authorisedBy: signer.serial,
      serverNames: [],
      release,
    };
    return (await ledger.addIssued(name, record)) ? record : await this.#firstOf(name);
  }

  /**
   * One key speaks for one identity: a key that two roles share would let the handshake of one serve the other.
   * @throws CertificateError `key-in-use`
   */
  async expectUnusedKey(publicKeySpki: Bytes, identity: Identity): Promise<void> {
    await this.expectKeyOf('identity', publicKeySpki, identity);
  }

  /** As above, for a key of another use. @throws CertificateError `key-in-use` */
  async expectKeyOf(kind: IssuedRecord['kind'], publicKeySpki: Bytes, identity: Identity): Promise<void> {
    for (const record of await this.#options.ledger.ofKey(publicKeySpki)) {
      if (!equalBytes(record.publicKeySpki, publicKeySpki)) continue;
      const same = record.identity !== undefined && sameIdentity(record.identity, identity);
      if (!same || record.kind !== kind) {
        throw new CertificateError('key-in-use', 'expected a key that is not certified for anything else');
      }
    }
  }

  /** The first entry of that name stands, whoever made it. */
  async #enter(
    name: string,
    fields: Pick<IssuedRecord, 'kind' | 'identity' | 'certificate' | 'authorisedBy' | 'serverNames'>,
  ): Promise<IssuedRecord> {
    const { ledger, now } = this.#options;
    const { serial, notAfter, publicKeySpki } = parseCertificate(fields.certificate);
    const record: IssuedRecord = { ...fields, serial, notAfter, publicKeySpki, issuedAt: now() };
    return (await ledger.addIssued(name, record)) ? record : await this.#firstOf(name);
  }

  async #firstOf(name: string): Promise<IssuedRecord> {
    const first = await this.#options.ledger.issued.get(name);
    if (first === undefined)
      throw new CertificateError('store-damaged', 'expected a record that was there a moment ago');
    return first;
  }

  async #reserveSerial(): Promise<string> {
    const serial = randomSerial();
    if (await this.#options.ledger.reserveSerial(serial)) return serial;
    // 128 random bits do not repeat: if they do, the machine's random numbers are broken and nothing may be signed.
    throw new CertificateError('store-damaged', 'expected a serial number never used before');
  }

  #validity(lifetime: number): { notBefore: number; notAfter: number } {
    const at = this.#options.now();
    const notAfter = Math.min(at + lifetime, this.#issuingNotAfter);
    if (!(notAfter > at)) throw new CertificateError('expired', 'expected the issuing authority to be valid still');
    return { notBefore: at - backdating, notAfter };
  }
}
