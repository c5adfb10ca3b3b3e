// The registration authority (RFC 7030 section 3.7, RFC 6402 section 2.10): a hospital that vouches for the requests of its
// patients' cards. Its certificate says so (id-kp-cmcRA); it proves that it holds the key by signing what it asks for; it
// may do so for patients only, or a hospital could make itself a doctor. Where its staff sign in at the hospital itself, by
// passkeys, the authority's owner grants that right apart (staffRegistration): their certificates last a session, and no
// hospital can make itself another hospital, a patient's sensor, or anything but a person on its staff.
import {
  type Bytes,
  bytesToHex,
  concatBytes,
  equalBytes,
  formatIdentity,
  type Identity,
  isStaffRole,
  sameIdentity,
  sha256,
} from '@vitalseal/protocol';
import { identityOf } from '../certificate/general-names.ts';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { isIdentifier } from '../der/object-identifiers.ts';
import { utf8 } from '../encoding/text.ts';
import { CertificateError } from '../errors.ts';
import { verifyRequest } from '../request/verify-request.ts';
import type { Certifier } from './certifier.ts';
import { type Holder, type HolderProof, HolderProofs, type ProofPurpose } from './holder-proof.ts';
import type { Ledger } from './ledger.ts';
import type { IssuedRecord } from './records.ts';

/** @param certificate DER */
export function isRegistrationAuthority(certificate: Bytes): boolean {
  const { purposes = [] } = parseCertificate(certificate);
  return purposes.some((purpose) => isIdentifier(purpose, 'cmcRegistrationAuthority'));
}

/** @param certificate DER */
export function registersStaff(certificate: Bytes): boolean {
  const { purposes = [] } = parseCertificate(certificate);
  return purposes.some((purpose) => isIdentifier(purpose, 'staffRegistration'));
}

/** What a hospital signs when it asks for a certificate of staff: the request alone need not say whose it is. */
export function staffRequest(csr: Bytes, identity: Identity): Bytes {
  return concatBytes(utf8(`${formatIdentity(identity)}\0`), csr);
}

/** Whether the certificate lasts for a session of somebody on a hospital's staff: it dies with it. */
export async function isSessionCertificate(ledger: Ledger, { identity, authorisedBy }: IssuedRecord): Promise<boolean> {
  if (identity === undefined || !isStaffRole(identity.role) || authorisedBy === undefined) return false;
  return (await ledger.bySerial(authorisedBy))?.identity?.role === 'hospital';
}

/** When less than this is left of a certificate, or less than half of its life, the next one is issued. */
const renewalMargin = 60 * 86_400_000;

export interface RegistrationOptions {
  readonly ledger: Ledger;
  readonly certifier: Certifier;
  readonly now: () => number;
  /** Of staff's certificates, in milliseconds. */
  readonly sessionLifetime: number;
}

export class Registration {
  readonly #ledger: Ledger;
  readonly #certifier: Certifier;
  readonly #now: () => number;
  readonly #proofs: HolderProofs;
  readonly #sessionLifetime: number;

  constructor({ ledger, certifier, now, sessionLifetime }: RegistrationOptions) {
    this.#ledger = ledger;
    this.#certifier = certifier;
    this.#now = now;
    this.#sessionLifetime = sessionLifetime;
    this.#proofs = new HolderProofs({ ledger, now });
  }

  /**
   * The request names the patient, and its signature proves that the card holds the key. The same key again gets the
   * same certificate, since an answer that was lost on the way should cost nothing; a new one if that one runs out.
   */
  async register(csr: Bytes, registrar: HolderProof): Promise<IssuedRecord> {
    const { holder } = await this.#verify('registration', csr, registrar);
    const { names, publicKeySpki } = await verifyRequest(csr);
    const identity = patientOf(identityOf(names));
    await this.#certifier.expectUnusedKey(publicKeySpki, identity);
    const base = `register-${holder.serial}-${bytesToHex((await sha256(publicKeySpki)).subarray(0, 16))}`;
    const { name, before } = await this.#place(base);
    const record =
      before ?? (await this.#certifier.certifyIdentity({ name, csr, authorisedBy: holder.serial }, identity));
    return this.#proofs.unlessRevoked(holder, record);
  }

  /**
   * For somebody on the hospital's staff, for a session. The hospital says who it is; the request proves that the device
   * holds the key. The same key again gets the same certificate: a device makes a key for each session.
   */
  async registerStaff(csr: Bytes, identity: Identity, registrar: HolderProof): Promise<IssuedRecord> {
    const { holder } = await this.#verify('staff', staffRequest(csr, identity), registrar);
    const { names, publicKeySpki } = await verifyRequest(csr);
    if (!isStaffRole(identity.role)) {
      throw new CertificateError('registration-refused', 'expected somebody on the staff of a hospital');
    }
    if (names !== undefined && !sameIdentity(identityOf(names), identity)) {
      throw new CertificateError('identity-refused', 'expected a request that names nobody else');
    }
    await this.#certifier.expectUnusedKey(publicKeySpki, identity);
    const name = `register-${holder.serial}-${bytesToHex((await sha256(publicKeySpki)).subarray(0, 16))}`;
    const before = await this.#ledger.issued.get(name);
    const lifetime = this.#sessionLifetime;
    const certification = { name, csr, authorisedBy: holder.serial, lifetime };
    const record = before ?? (await this.#certifier.certifyIdentity(certification, identity));
    return this.#proofs.unlessRevoked(holder, record);
  }

  /** Facts are never changed: the certificate that follows one that runs out stands under a name of its own. */
  async #place(base: string): Promise<{ name: string; before: IssuedRecord | undefined }> {
    for (let renewal = 0; ; renewal++) {
      const name = renewal === 0 ? base : `${base}-${renewal}`;
      const before = await this.#ledger.issued.get(name);
      if (before === undefined || this.#serves(before)) return { name, before };
    }
  }

  #serves({ certificate }: IssuedRecord): boolean {
    const { notBefore, notAfter } = parseCertificate(certificate);
    return notAfter - this.#now() >= Math.min(renewalMargin, (notAfter - notBefore) / 2);
  }

  /**
   * What a hospital has had certified it may have revoked, with all that was issued for the same key; nothing else.
   * @returns the serial numbers
   */
  async revocable(certificate: Bytes, registrar: HolderProof): Promise<readonly string[]> {
    const { identity } = await this.#verify('revocation', certificate, registrar);
    const record = await this.#ledger.bySerial(parseCertificate(certificate).serial);
    const vouching = record?.authorisedBy === undefined ? undefined : await this.#ledger.bySerial(record.authorisedBy);
    const own = vouching?.identity !== undefined && sameIdentity(vouching.identity, identity);
    const registered = record?.identity?.role === 'patient' || (record?.identity && isStaffRole(record.identity.role));
    if (record === undefined || !registered || !own || !equalBytes(record.certificate, certificate)) {
      throw new CertificateError('registration-refused', 'expected a certificate that it has asked for');
    }
    const ofTheKey = (await this.#ledger.ofKey(record.publicKeySpki)).filter(({ publicKeySpki }) =>
      equalBytes(publicKeySpki, record.publicKeySpki),
    );
    return ofTheKey.map(({ serial }) => serial);
  }

  async #verify(purpose: ProofPurpose, octets: Bytes, proof: HolderProof): Promise<Holder> {
    const asking = await this.#proofs.verify({ purpose, octets, proof, refusal: refused });
    const { certificate } = proof;
    const patients = isRegistrationAuthority(certificate);
    const staff = registersStaff(certificate);
    const entitled = purpose === 'staff' ? staff : purpose === 'registration' ? patients : patients || staff;
    if (asking.identity.role !== 'hospital' || !entitled) throw refused();
    return asking;
  }
}

function refused(): CertificateError {
  return new CertificateError('registration-refused', 'expected an activation code, or a registration authority');
}

function patientOf(identity: Identity): Identity {
  if (identity.role === 'patient') return identity;
  throw new CertificateError('registration-refused', 'expected a registration authority to ask for patients only');
}
