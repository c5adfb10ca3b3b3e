// Enrolment with a one-time activation code: the code is bound to an identity and, by its first use, to a key.
import { type Bytes, constantTimeEqual, equalBytes, type Identity, sameIdentity } from '@vitalseal/protocol';
import {
  activationCodeHash,
  invitationName,
  newActivationCode,
  normaliseActivationCode,
} from '../activation/activation-code.ts';
import { identityOf } from '../certificate/general-names.ts';
import { serverNames } from '../certificate/server-names.ts';
import { CertificateError } from '../errors.ts';
import { verifyRequest } from '../request/verify-request.ts';
import type { Certifier } from './certifier.ts';
import type { Ledger } from './ledger.ts';
import type { InvitationRecord, IssuedRecord } from './records.ts';

export interface InvitationOptions {
  readonly identity: Identity;
  /** Milliseconds; a day if left out. */
  readonly ttl?: number;
  /** For a hospital: the names its TLS servers may have. */
  readonly serverNames?: readonly string[];
  /** For a hospital: whether it may ask for certificates of its patients' cards. */
  readonly registrationAuthority?: boolean;
  /** For a hospital: whether it may have its staff certified, for a session each. */
  readonly staffRegistration?: boolean;
}

export interface Invitation {
  readonly identity: Identity;
  /** Shown once; the authority keeps its hash. */
  readonly code: string;
  readonly expiresAt: number;
}

const day = 86_400_000;
const longestTtl = 90 * day;

export class Enrolment {
  readonly #ledger: Ledger;
  readonly #certifier: Certifier;
  readonly #now: () => number;

  constructor({ ledger, certifier, now }: { ledger: Ledger; certifier: Certifier; now: () => number }) {
    this.#ledger = ledger;
    this.#certifier = certifier;
    this.#now = now;
  }

  async invite({
    identity,
    ttl = day,
    serverNames: names = [],
    registrationAuthority = false,
    staffRegistration = false,
  }: InvitationOptions): Promise<Invitation> {
    if (!(ttl > 0 && ttl <= longestTtl)) {
      throw new CertificateError('request-refused', 'expected an invitation to hold for some time, at most 90 days');
    }
    if (names.length > 0) {
      if (identity.role !== 'hospital')
        throw new CertificateError('server-name-refused', 'expected server names for a hospital only');
      serverNames(names);
    }
    if ((registrationAuthority || staffRegistration) && identity.role !== 'hospital') {
      throw new CertificateError('registration-refused', 'expected a hospital as registration authority');
    }
    const code = newActivationCode();
    const codeHash = await activationCodeHash(code.replaceAll('-', ''));
    const createdAt = this.#now();
    const expiresAt = createdAt + ttl;
    const record: InvitationRecord = {
      identity,
      codeHash,
      serverNames: names,
      registrationAuthority,
      staffRegistration,
      createdAt,
      expiresAt,
    };
    if (!(await this.#ledger.addInvitation(invitationName(codeHash), record))) {
      throw new CertificateError('store-damaged', 'expected an activation code never used before');
    }
    return { identity, code, expiresAt };
  }

  /**
   * The same code with the same key again gives the same certificate: an answer that was lost on the way costs nothing.
   * @throws CertificateError `activation-code-refused`, `-expired`, `-used`, `identity-refused`, `key-in-use`, ...
   */
  async enrol(csr: Bytes, { identity, code }: { identity: Identity; code: string }): Promise<IssuedRecord> {
    const { name, invitation } = await this.#findInvitation(identity, code);
    const issuedName = `enrol-${name}`;
    const { publicKeySpki, names } = await verifyRequest(csr);
    const before = await this.#ledger.issued.get(issuedName);
    if (before !== undefined) return this.#sameAgain(before, publicKeySpki);
    if (this.#now() >= invitation.expiresAt)
      throw new CertificateError('activation-code-expired', 'expected an activation code still valid');
    // The code decides who it is; a request that says otherwise is a mistake or an attempt.
    if (names !== undefined && !sameIdentity(identityOf(names), identity)) {
      throw new CertificateError('identity-refused', 'expected a request for the identity that was invited');
    }
    await this.#certifier.expectUnusedKey(publicKeySpki, identity);
    const { registrationAuthority, staffRegistration } = invitation;
    const rights = { registrationAuthority, staffRegistration };
    const certification = { name: issuedName, csr, authorisedBy: undefined, ...rights };
    const record = await this.#certifier.certifyIdentity(certification, identity);
    // Asked after the entry: whoever revokes the identity withdraws first and looks for entries then, so one of the
    // two sees the other.
    if (await this.#ledger.isWithdrawn(name)) {
      await this.#ledger.revoke(record, this.#now());
      throw refused();
    }
    return this.#sameAgain(record, publicKeySpki);
  }

  async #findInvitation(identity: Identity, code: string): Promise<{ name: string; invitation: InvitationRecord }> {
    const normalised = normaliseActivationCode(code);
    // One refusal for a wrong code, a wrong identity and a withdrawn invitation: nothing to learn by trying.
    if (normalised === undefined) throw refused();
    const codeHash = await activationCodeHash(normalised);
    const name = invitationName(codeHash);
    const invitation = await this.#ledger.invitations.get(name);
    if (invitation === undefined || !constantTimeEqual(codeHash, invitation.codeHash)) throw refused();
    if (!sameIdentity(identity, invitation.identity)) throw refused();
    if (await this.#ledger.isWithdrawn(name)) throw refused();
    return { name, invitation };
  }

  async #sameAgain(record: IssuedRecord, publicKeySpki: Bytes): Promise<IssuedRecord> {
    if (!equalBytes(record.publicKeySpki, publicKeySpki)) {
      throw new CertificateError(
        'activation-code-used',
        'expected an activation code that was not used with another key',
      );
    }
    if (await this.#ledger.isRevoked(record.serial))
      throw new CertificateError('revoked', 'expected a certificate that is not revoked');
    return record;
  }
}

function refused(): CertificateError {
  return new CertificateError(
    'activation-code-refused',
    'expected an activation code of this authority, for this identity',
  );
}
