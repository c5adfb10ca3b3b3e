// The certifying authority: everything it decides, over a store that remembers it. Opens no port and no file.
import type { Bytes, Identity } from '@vitalseal/protocol';
import type { Release } from '../attestation/release.ts';
import { createIssuing, createRoot } from '../certificate/issue.ts';
import { fingerprint } from '../certificate/thumbprint.ts';
import { CertificateError } from '../errors.ts';
import { exportPrivateKey, exportPublicKey, generateKeyPair, importPrivateKey } from '../key/key-pair.ts';
import { ApprovedTpms } from './approved-tpms.ts';
import { Attesting } from './attesting.ts';
import type { AuthorityStore } from './authority-store.ts';
import { Certifier, type Lifetimes } from './certifier.ts';
import { Enrolment, type Invitation, type InvitationOptions } from './enrolment.ts';
import type { HolderProof } from './holder-proof.ts';
import { Ledger } from './ledger.ts';
import { makeIndexIfMissing } from './make-index.ts';
import { type AuthorityRecord, type IssuedRecord, type ListRecord, readAuthority, writeAuthority } from './records.ts';
import { Registration } from './registration.ts';
import { Renewal } from './renewal.ts';
import { Revocation, type RevocationTarget } from './revocation.ts';
import { type MakeCredential, TpmCertification, type TpmChallenge } from './tpm-certification.ts';

const day = 86_400_000;
const defaultLifetimes = {
  root: 15 * 365 * day,
  issuing: 5 * 365 * day,
  identity: 365 * day,
  session: day / 2,
  server: 90 * day,
  releaseSigner: 5 * 365 * day,
};
const recordName = 'authority';

export interface AuthorityOptions {
  readonly store: AuthorityStore;
  /** UTC milliseconds; the system's clock if left out. */
  readonly now?: () => number;
  /** Milliseconds. */
  readonly lifetimes?: Partial<Lifetimes>;
  /** Milliseconds; a day if left out. */
  readonly listLifetime?: number;
}

export interface ListOptions {
  /** `newest`: those of the last days, at least so many. */
  readonly which?: 'all' | 'valid' | { readonly newest: number } | { readonly identity: Identity };
}

export interface ListedCertificate extends IssuedRecord {
  readonly state: 'valid' | 'expired' | 'revoked';
}

export class Authority {
  /** DER. */
  readonly rootCertificate: Bytes;
  readonly issuingCertificate: Bytes;
  /** SHA-256 of the root, 64 hexadecimal digits: what activation links pin. */
  readonly rootFingerprint: string;
  readonly name: string;
  readonly #store: AuthorityStore;
  readonly #ledger: Ledger;
  readonly #now: () => number;
  readonly #certifier: Certifier;
  readonly #enrolment: Enrolment;
  readonly #registration: Registration;
  readonly #renewal: Renewal;
  readonly #revocation: Revocation;
  readonly #attesting: Attesting;
  readonly #approvedTpms: ApprovedTpms;
  readonly #tpmCertification: TpmCertification;

  private constructor(
    options: AuthorityOptions,
    record: AuthorityRecord,
    {
      privateKey,
      rootFingerprint,
    }: { privateKey: Awaited<ReturnType<typeof importPrivateKey>>; rootFingerprint: string },
  ) {
    const { store, now = Date.now, lifetimes = {}, listLifetime = day } = options;
    const issuing = { certificate: record.issuingCertificate, privateKey };
    const ledger = new Ledger(store);
    this.rootCertificate = record.rootCertificate;
    this.issuingCertificate = record.issuingCertificate;
    this.rootFingerprint = rootFingerprint;
    this.name = record.name;
    this.#store = store;
    this.#ledger = ledger;
    this.#now = now;
    const all = { ...defaultLifetimes, ...lifetimes };
    this.#certifier = new Certifier({ ledger, issuing, now, lifetimes: all });
    this.#enrolment = new Enrolment({ ledger, certifier: this.#certifier, now });
    const sessionLifetime = all.session;
    this.#registration = new Registration({ ledger, certifier: this.#certifier, now, sessionLifetime });
    this.#renewal = new Renewal({ ledger, certifier: this.#certifier, now });
    this.#attesting = new Attesting({ store, ledger, certifier: this.#certifier, now });
    this.#approvedTpms = new ApprovedTpms({ store, now });
    const approved = this.#approvedTpms;
    this.#tpmCertification = new TpmCertification({ ledger, certifier: this.#certifier, approved, now });
    this.#revocation = new Revocation({ ledger, issuing, now, listLifetime });
  }

  /**
   * Makes root and issuing authority. They are one record of the store: a crash leaves both or neither.
   * @throws CertificateError `authority-exists`
   */
  static async init(options: AuthorityOptions & { readonly name?: string }): Promise<Authority> {
    const { store, now = Date.now, name = 'Vitalseal' } = options;
    const createdAt = now();
    const rootKeys = await generateKeyPair({ extractable: true });
    const issuingKeys = await generateKeyPair({ extractable: true });
    const rootCertificate = await createRoot({
      keyPair: rootKeys,
      name: `${name} root`,
      notBefore: createdAt - day,
      notAfter: createdAt + defaultLifetimes.root,
    });
    const issuingCertificate = await createIssuing({
      publicKeySpki: await exportPublicKey(issuingKeys.publicKey),
      name: `${name} issuing`,
      root: { certificate: rootCertificate, privateKey: rootKeys.privateKey },
      notBefore: createdAt - day,
      notAfter: createdAt + defaultLifetimes.issuing,
    });
    const record: AuthorityRecord = {
      name,
      createdAt,
      rootCertificate,
      rootKey: await exportPrivateKey(rootKeys.privateKey),
      issuingCertificate,
      issuingKey: await exportPrivateKey(issuingKeys.privateKey),
    };
    if (!(await store.create('authority', recordName, writeAuthority(record)))) {
      throw new CertificateError('authority-exists', 'expected a place where no authority is yet');
    }
    return Authority.open(options);
  }

  /** @throws CertificateError `authority-missing` */
  static async open(options: AuthorityOptions): Promise<Authority> {
    const text = await options.store.read('authority', recordName);
    if (text === undefined)
      throw new CertificateError('authority-missing', 'expected an authority: make one with "vitalseal ca init"');
    const record = readAuthority(text);
    await makeIndexIfMissing(options.store);
    const privateKey = await importPrivateKey(record.issuingKey);
    return new Authority(options, record, { privateKey, rootFingerprint: await fingerprint(record.rootCertificate) });
  }

  /** Issuing and root, as a leaf's chain goes on. */
  get certificates(): readonly Bytes[] {
    return [this.issuingCertificate, this.rootCertificate];
  }

  async invite(options: InvitationOptions): Promise<Invitation> {
    return this.#enrolment.invite(options);
  }

  /** @returns the certificate, DER */
  async enrol(csr: Bytes, claim: { readonly identity: Identity; readonly code: string }): Promise<Bytes> {
    return (await this.#enrolment.enrol(csr, claim)).certificate;
  }

  /** For a patient's card that a hospital vouches for. @returns the certificate, DER */
  async register(csr: Bytes, registrar: HolderProof): Promise<Bytes> {
    return (await this.#registration.register(csr, registrar)).certificate;
  }

  /** For somebody on the staff of a hospital that vouches for them, for a session. @returns the certificate, DER */
  async registerStaff(csr: Bytes, identity: Identity, registrar: HolderProof): Promise<Bytes> {
    return (await this.#registration.registerStaff(csr, identity, registrar)).certificate;
  }

  /** Revokes a card's certificate, or a session's, for the hospital that registered it. @param certificate DER */
  async revokeRegistered(certificate: Bytes, registrar: HolderProof): Promise<void> {
    for (const serial of await this.#registration.revocable(certificate, registrar)) {
      await this.#revocation.revoke({ serial });
    }
  }

  /** @returns the certificate, DER */
  async reenrol(csr: Bytes, proof: HolderProof): Promise<Bytes> {
    return (await this.#renewal.renew(csr, proof)).certificate;
  }

  /** For a TLS server of the hospital that proves its identity. @returns the certificate, DER */
  async enrolServer(csr: Bytes, proof: HolderProof): Promise<Bytes> {
    return (await this.#renewal.enrolServer(csr, proof)).certificate;
  }

  /** For whoever runs the authority: its own TLS server, and servers on the same machine. @returns DER */
  async issueServerCertificate(csr: Bytes, names: readonly string[]): Promise<Bytes> {
    return (await this.#certifier.certifyServer({ csr, authorisedBy: undefined }, undefined, names)).certificate;
  }

  /** Vouches for a release. @returns the attestation, COSE_Sign1, and the serial number to revoke it by */
  async attest(release: Release): Promise<{ readonly attestation: Bytes; readonly serial: string }> {
    const { certificate, serial } = await this.#attesting.attest(release);
    return { attestation: certificate, serial };
  }

  /** The certificate that signs releases, DER: what access rules name. */
  async releaseSigner(): Promise<Bytes> {
    return (await this.#attesting.signer()).certificate;
  }

  /**
   * The operator has seen that this TPM is the hospital's.
   * @param fingerprint SHA-256 of its endorsement key, 64 hexadecimal digits
   */
  async approveTpm(hospital: Identity, fingerprint: string): Promise<void> {
    await this.#approvedTpms.approve(hospital, fingerprint);
  }

  /**
   * The TPM is not trusted any more: what its attestation keys state is refused as soon as the revocation list is there.
   * @returns serial numbers that are revoked by this
   */
  async withdrawTpm(hospital: Identity, fingerprint: string): Promise<readonly string[]> {
    await this.#approvedTpms.withdraw(hospital, fingerprint);
    const serials = await this.#tpmCertification.serialsOf(hospital, fingerprint);
    for (const serial of serials) await this.#revocation.revoke({ serial });
    return serials;
  }

  /** A secret for the approved TPM of a hospital, if the attestation key is in it. @param request of `encodeTpmRequest` */
  async challengeTpm(request: Bytes, holder: HolderProof, makeCredential: MakeCredential): Promise<TpmChallenge> {
    return this.#tpmCertification.challenge(request, holder, makeCredential);
  }

  /** @param proof of `encodeTpmProof` @returns the certificate of the attestation key, DER */
  async certifyAttestationKey(proof: Bytes, holder: HolderProof): Promise<Bytes> {
    return (await this.#tpmCertification.certify(proof, holder)).certificate;
  }

  async revoke(target: RevocationTarget): Promise<readonly string[]> {
    return this.#revocation.revoke(target);
  }

  /** Oldest first. Whoever asks for less than all waits for less than all. */
  async list({ which = 'all' }: ListOptions = {}): Promise<ListedCertificate[]> {
    const at = this.#now();
    const listed: ListedCertificate[] = [];
    for (const record of await this.#listed(which, at)) {
      const revoked = await this.#ledger.isRevoked(record.serial);
      const state = revoked ? 'revoked' : at < record.notAfter + 1000 ? 'valid' : 'expired';
      if (which !== 'valid' || state === 'valid') listed.push({ ...record, state });
    }
    return listed.sort((a, b) => a.issuedAt - b.issuedAt);
  }

  #listed(which: NonNullable<ListOptions['which']>, at: number): Promise<readonly IssuedRecord[]> {
    if (which === 'all') return this.#ledger.all();
    if (which === 'valid') return this.#ledger.unexpired(at - 1000);
    return 'newest' in which ? this.#ledger.newest(which.newest) : this.#ledger.ofIdentity(which.identity);
  }

  /** The current revocation list, DER and its number. */
  async crl(): Promise<Pick<ListRecord, 'crl' | 'number' | 'thisUpdate' | 'nextUpdate'>> {
    return this.#revocation.currentList();
  }

  /** Calls back when another process may have invited or revoked; returns how to stop. */
  watch(onChange: () => void): () => void {
    return this.#store.watch(onChange);
  }
}
