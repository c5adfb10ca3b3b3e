// Extensions (RFC 5280 section 4.2): the few that decide, read strictly; an unknown critical one refuses the whole.
import { type Bytes, bytesToHex } from '@vitalseal/protocol';
import { isIdentifier, type KnownIdentifier } from '../der/object-identifiers.ts';
import { DerReader, derTag, malformed, readSingle } from '../der/reader.ts';
import { defaultFalse, namedBits, objectIdentifier, smallInteger } from '../der/values.ts';
import { CertificateError } from '../errors.ts';
import { type GeneralName, readGeneralNames } from './general-names.ts';

/** Bits of KeyUsage (section 4.2.1.3). */
export const keyUsageBit = { digitalSignature: 0, keyCertSign: 5, crlSign: 6 } as const;

export interface Extension {
  /** Hexadecimal contents octets of the object identifier. */
  readonly identifier: string;
  readonly critical: boolean;
  readonly value: Bytes;
}

const maximumExtensions = 24;

/** `Extensions ::= SEQUENCE OF Extension`, each at most once (section 4.2). */
export function readExtensions(der: Bytes): Extension[] {
  const reader = new DerReader(readSingle(der, derTag.sequence, 'the extensions').content);
  const extensions: Extension[] = [];
  while (!reader.done) {
    const extension = readExtension(new DerReader(reader.next(derTag.sequence, 'an extension').content));
    if (extensions.some(({ identifier }) => identifier === extension.identifier)) {
      throw new CertificateError('duplicate-extension', 'expected each extension at most once');
    }
    if (extensions.length === maximumExtensions) throw malformed(`expected at most ${maximumExtensions} extensions`);
    extensions.push(extension);
  }
  if (extensions.length === 0) throw malformed('expected an extension');
  return extensions;
}

function readExtension(reader: DerReader): Extension {
  const identifier = objectIdentifier(reader.next(derTag.objectIdentifier, 'the identifier of an extension'));
  const critical = defaultFalse(reader, 'the criticality of an extension');
  const value = reader.next(derTag.octetString, 'the value of an extension').content;
  reader.end('the value of an extension');
  return { identifier, critical, value };
}

/** Takes known extensions out one by one; what is left and critical refuses the structure (section 6.1.4 (o)). */
export class ExtensionSet {
  readonly #left: Extension[];

  constructor(extensions: readonly Extension[]) {
    this.#left = [...extensions];
  }

  take(name: KnownIdentifier): Extension | undefined {
    const index = this.#left.findIndex(({ identifier }) => isIdentifier(identifier, name));
    return index === -1 ? undefined : this.#left.splice(index, 1)[0];
  }

  /** @throws CertificateError `critical-extension-unknown` */
  expectNoCriticalLeft(): void {
    if (this.#left.some(({ critical }) => critical)) {
      throw new CertificateError('critical-extension-unknown', 'expected no critical extension beyond the known ones');
    }
  }
}

export interface CertificateExtensions {
  /** BasicConstraints with cA TRUE: how many certificates of authorities may follow (undefined: no limit). */
  readonly authority: { readonly pathLength: number | undefined } | undefined;
  readonly keyUsage: ReadonlySet<number> | undefined;
  /** Extended key usages, hexadecimal. */
  readonly purposes: readonly string[] | undefined;
  readonly names: readonly GeneralName[] | undefined;
  readonly subjectKeyIdentifier: string | undefined;
  readonly authorityKeyIdentifier: string | undefined;
}

/** Limits that somebody set and that nobody here would keep: refused even where they are not marked critical. */
const unprocessedConstraints: readonly KnownIdentifier[] = [
  'nameConstraints',
  'policyConstraints',
  'policyMappings',
  'inhibitAnyPolicy',
];

export function interpretExtensions(extensions: readonly Extension[]): CertificateExtensions {
  const set = new ExtensionSet(extensions);
  const read = <T>(name: KnownIdentifier, interpret: (extension: Extension) => T): T | undefined => {
    const extension = set.take(name);
    return extension === undefined ? undefined : interpret(extension);
  };
  const known: CertificateExtensions = {
    authority: read('basicConstraints', readBasicConstraints),
    keyUsage: read('keyUsage', readKeyUsage),
    purposes: read('extendedKeyUsage', readPurposes),
    names: read('subjectAltName', ({ value }) => readGeneralNames(value)),
    subjectKeyIdentifier: read('subjectKeyIdentifier', readSubjectKeyIdentifier),
    authorityKeyIdentifier: read('authorityKeyIdentifier', readAuthorityKeyIdentifier),
  };
  if (unprocessedConstraints.some((name) => set.take(name) !== undefined)) {
    throw new CertificateError('critical-extension-unknown', 'expected no constraints beyond path length and usage');
  }
  set.expectNoCriticalLeft();
  return known;
}

function readBasicConstraints({ value, critical }: Extension): CertificateExtensions['authority'] {
  const reader = new DerReader(readSingle(value, derTag.sequence, 'the basic constraints').content);
  const isAuthority = defaultFalse(reader, 'the flag of an authority');
  const pathLength = reader.optional(derTag.integer, 'the path length');
  reader.end('the basic constraints');
  if (!isAuthority) {
    if (pathLength !== undefined) throw malformed('expected a path length in authorities only');
    return undefined;
  }
  // Section 4.2.1.9: critical in the certificate of an authority.
  if (!critical) throw malformed('expected the basic constraints of an authority to be critical');
  return { pathLength: pathLength === undefined ? undefined : smallInteger(pathLength, 'the path length') };
}

function readKeyUsage({ value }: Extension): ReadonlySet<number> {
  return namedBits(readSingle(value, derTag.bitString, 'the key usage'), 'the key usage');
}

function readPurposes({ value }: Extension): string[] {
  const reader = new DerReader(readSingle(value, derTag.sequence, 'the extended key usage').content);
  const purposes: string[] = [];
  while (!reader.done && purposes.length < maximumExtensions) {
    purposes.push(objectIdentifier(reader.next(derTag.objectIdentifier, 'a key purpose')));
  }
  reader.end('the extended key usage');
  if (purposes.length === 0) throw malformed('expected a key purpose');
  return purposes;
}

function readSubjectKeyIdentifier({ value }: Extension): string {
  return bytesToHex(readSingle(value, derTag.octetString, 'the subject key identifier').content);
}

/** Only the key identifier is used; issuer and serial number beside it are allowed and ignored. */
export function readAuthorityKeyIdentifier({ value }: Extension): string | undefined {
  const reader = new DerReader(readSingle(value, derTag.sequence, 'the authority key identifier').content);
  const key = reader.optional(0x80, 'the key identifier');
  while (!reader.done) reader.any('the authority key identifier');
  return key === undefined ? undefined : bytesToHex(key.content);
}
