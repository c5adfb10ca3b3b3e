// The facts of an authority as they are written (JSON) and read back: checked, because a file can be damaged or edited.
import { type Bytes, formatIdentity, type Identity, parseIdentity } from '@vitalseal/protocol';
import { decodeBase64, encodeBase64 } from '../encoding/base64.ts';
import { CertificateError } from '../errors.ts';

export interface AuthorityRecord {
  readonly name: string;
  readonly createdAt: number;
  readonly rootCertificate: Bytes;
  /** PKCS #8. */
  readonly rootKey: Bytes;
  readonly issuingCertificate: Bytes;
  readonly issuingKey: Bytes;
}

export interface InvitationRecord {
  readonly identity: Identity;
  /** SHA-256 of the activation code: the code itself is nowhere. */
  readonly codeHash: Bytes;
  /** What a hospital's TLS servers may call themselves. */
  readonly serverNames: readonly string[];
  /** Whether its certificate may ask for certificates of patients. Invitations of earlier releases do not say. */
  readonly registrationAuthority: boolean;
  /** Whether its certificate may ask for certificates of staff. */
  readonly staffRegistration: boolean;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export const issuedKinds = ['identity', 'server', 'release-signer', 'release', 'attestation-key'] as const;

export interface IssuedRecord {
  /** Hexadecimal. */
  readonly serial: string;
  /** A release is no certificate but an attestation; it is revoked as one. */
  readonly kind: (typeof issuedKinds)[number];
  /** Of whoever holds the key; undefined for the authority's own TLS server. */
  readonly identity: Identity | undefined;
  /** DER; of a release, the attestation. */
  readonly certificate: Bytes;
  readonly publicKeySpki: Bytes;
  readonly issuedAt: number;
  readonly notAfter: number;
  /** The serial number of the certificate that authorised this one: revoking that one revokes this. */
  readonly authorisedBy: string | undefined;
  readonly serverNames: readonly string[];
  /** Name and version of a release. */
  readonly release?: string;
}

export interface RevocationRecord {
  readonly serial: string;
  readonly revokedAt: number;
  /** After this a list need not name it. */
  readonly notAfter: number;
}

export interface ListRecord {
  readonly number: number;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** How many revocations were known when it was made, of certificates that had not run out on the day before. */
  readonly covers: number;
  readonly crl: Bytes;
}

/** Reads the fields of one record, each of its type. */
class Fields {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(text: string) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new CertificateError('store-damaged', 'expected a record of the authority in JSON', { cause });
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged('a record');
    this.#values = value as Readonly<Record<string, unknown>>;
  }

  text(name: string): string {
    const value = this.#values[name];
    if (typeof value !== 'string') throw damaged(name);
    return value;
  }

  flag(name: string): boolean {
    const value = this.#values[name] ?? false;
    if (typeof value !== 'boolean') throw damaged(name);
    return value;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  number(name: string): number {
    const value = this.#values[name];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw damaged(name);
    return value;
  }

  bytes(name: string): Bytes {
    try {
      return decodeBase64(this.text(name));
    } catch (cause) {
      throw new CertificateError('store-damaged', `expected ${name} in a record of the authority`, { cause });
    }
  }

  identity(name: string): Identity {
    try {
      return parseIdentity(this.text(name));
    } catch (cause) {
      throw new CertificateError('store-damaged', `expected ${name} in a record of the authority`, { cause });
    }
  }

  texts(name: string): readonly string[] {
    const value = this.#values[name];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw damaged(name);
    return value;
  }
}

function damaged(name: string): CertificateError {
  return new CertificateError('store-damaged', `expected ${name} in a record of the authority`);
}

export function writeAuthority(record: AuthorityRecord): string {
  return JSON.stringify({
    name: record.name,
    createdAt: record.createdAt,
    rootCertificate: encodeBase64(record.rootCertificate),
    rootKey: encodeBase64(record.rootKey),
    issuingCertificate: encodeBase64(record.issuingCertificate),
    issuingKey: encodeBase64(record.issuingKey),
  });
}

export function readAuthority(text: string): AuthorityRecord {
  const fields = new Fields(text);
  return {
    name: fields.text('name'),
    createdAt: fields.number('createdAt'),
    rootCertificate: fields.bytes('rootCertificate'),
    rootKey: fields.bytes('rootKey'),
    issuingCertificate: fields.bytes('issuingCertificate'),
    issuingKey: fields.bytes('issuingKey'),
  };
}

export function writeInvitation({ identity, codeHash, ...rest }: InvitationRecord): string {
  return JSON.stringify({ identity: formatIdentity(identity), codeHash: encodeBase64(codeHash), ...rest });
}

export function readInvitation(text: string): InvitationRecord {
  const fields = new Fields(text);
  return {
    identity: fields.identity('identity'),
    codeHash: fields.bytes('codeHash'),
    serverNames: fields.texts('serverNames'),
    registrationAuthority: fields.flag('registrationAuthority'),
    staffRegistration: fields.flag('staffRegistration'),
    createdAt: fields.number('createdAt'),
    expiresAt: fields.number('expiresAt'),
  };
}

export function writeIssued({ identity, certificate, publicKeySpki, ...rest }: IssuedRecord): string {
  return JSON.stringify({
    ...rest,
    identity: identity === undefined ? undefined : formatIdentity(identity),
    certificate: encodeBase64(certificate),
    publicKeySpki: encodeBase64(publicKeySpki),
  });
}

export function readIssued(record: string): IssuedRecord {
  const fields = new Fields(record);
  const text = fields.text('kind');
  const kind = issuedKinds.find((known) => known === text);
  if (kind === undefined) throw damaged('kind');
  return {
    serial: fields.text('serial'),
    kind,
    identity: fields.has('identity') ? fields.identity('identity') : undefined,
    certificate: fields.bytes('certificate'),
    publicKeySpki: fields.bytes('publicKeySpki'),
    issuedAt: fields.number('issuedAt'),
    notAfter: fields.number('notAfter'),
    authorisedBy: fields.has('authorisedBy') ? fields.text('authorisedBy') : undefined,
    serverNames: fields.texts('serverNames'),
    ...(fields.has('release') && { release: fields.text('release') }),
  };
}

export function writeRevocation(record: RevocationRecord): string {
  return JSON.stringify(record);
}

export function readRevocation(text: string): RevocationRecord {
  const fields = new Fields(text);
  return { serial: fields.text('serial'), revokedAt: fields.number('revokedAt'), notAfter: fields.number('notAfter') };
}

export function writeList({ crl, ...rest }: ListRecord): string {
  return JSON.stringify({ ...rest, crl: encodeBase64(crl) });
}

export function readList(text: string): ListRecord {
  const fields = new Fields(text);
  return {
    number: fields.number('number'),
    thisUpdate: fields.number('thisUpdate'),
    nextUpdate: fields.number('nextUpdate'),
    covers: fields.number('covers'),
    crl: fields.bytes('crl'),
  };
}
