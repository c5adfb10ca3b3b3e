// Root, issuing, identity and server certificates: the four kinds that exist, each with its one shape.
import { type Bytes, bytesToHex, formatIdentity, type Identity, randomBytes } from '@vitalseal/protocol';
import { exportPublicKey, type KeyPair, type WebKey } from '../key/key-pair.ts';
import { keyIdentifier } from '../key/public-key.ts';
import { verifyRequest } from '../request/verify-request.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  buildCertificate,
  extendedKeyUsage,
  type KeyPurpose,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from './build-certificate.ts';
import { emptyName, nameOf } from './distinguished-name.ts';
import { keyUsageBit } from './extensions.ts';
import { parseCertificate } from './parse-certificate.ts';
import { serverNames } from './server-names.ts';

/** An authority that can sign: its certificate and its private key. */
export interface Issuer {
  readonly certificate: Bytes;
  readonly privateKey: WebKey;
}

export interface Validity {
  /** UTC milliseconds; the second is what a certificate can say, so the rest is cut off. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** 01 and 128 random bits: positive, of one length, not to be guessed; the authority's store refuses a repeat. */
export function randomSerial(): string {
  return `01${bytesToHex(randomBytes(16))}`;
}

export interface RootOptions extends Validity {
  readonly keyPair: KeyPair;
  readonly name: string;
  readonly serial?: string;
}

/** One issuing level and no more (pathLen 1) may stand under the root. */
export async function createRoot({
  keyPair,
  name,
  notBefore,
  notAfter,
  serial = randomSerial(),
}: RootOptions): Promise<Bytes> {
  const publicKeySpki = await exportPublicKey(keyPair.publicKey);
  const subject = nameOf(name);
  const extensions = [
    basicConstraints(1),
    keyUsage(keyUsageBit.keyCertSign, keyUsageBit.crlSign),
    subjectKeyIdentifier(await keyIdentifier(publicKeySpki)),
  ];
  return buildCertificate(
    { serial, issuer: subject, subject, notBefore, notAfter, publicKeySpki, extensions },
    keyPair.privateKey,
  );
}

export interface IssuingOptions extends Validity {
  readonly publicKeySpki: Bytes;
  readonly name: string;
  readonly root: Issuer;
  readonly serial?: string;
}

/** Signs leaves only (pathLen 0). */
export async function createIssuing({
  publicKeySpki,
  name,
  root,
  notBefore,
  notAfter,
  serial = randomSerial(),
}: IssuingOptions): Promise<Bytes> {
  const extensions = [
    basicConstraints(0),
    keyUsage(keyUsageBit.keyCertSign, keyUsageBit.crlSign),
    subjectKeyIdentifier(await keyIdentifier(publicKeySpki)),
  ];
  return buildLeafOrIssuing({
    serial,
    subject: nameOf(name),
    notBefore,
    notAfter,
    publicKeySpki,
    extensions,
    issuer: root,
  });
}

export interface IdentityCertificateOptions extends Validity {
  /** PKCS #10; its signature proves that the requester holds the key. */
  readonly csr: Bytes;
  readonly identity: Identity;
  readonly issuer: Issuer;
  readonly serial?: string;
  /** May ask for certificates of patients (RFC 7030 section 3.7). */
  readonly registrationAuthority?: boolean;
  /** May ask for certificates of staff, for a session each. */
  readonly staffRegistration?: boolean;
}

/**
 * No extended key usage: the certificate speaks in EDHOC, and serves as a TLS client's. A registration authority's says
 * what it may do beyond, and then that it is a TLS client's too, since a stated purpose excludes the others.
 */
export async function issueCertificate({
  csr,
  identity,
  issuer,
  notBefore,
  notAfter,
  serial = randomSerial(),
  registrationAuthority = false,
  staffRegistration = false,
}: IdentityCertificateOptions): Promise<Bytes> {
  const { publicKeySpki } = await verifyRequest(csr);
  const rights: KeyPurpose[] = [];
  if (registrationAuthority) rights.push('cmcRegistrationAuthority');
  if (staffRegistration) rights.push('staffRegistration');
  const extensions = [
    keyUsage(keyUsageBit.digitalSignature),
    ...(rights.length > 0 ? [extendedKeyUsage('clientAuth', ...rights)] : []),
    subjectAltName([{ kind: 'uri', value: formatIdentity(identity) }]),
  ];
  return buildLeafOrIssuing({ serial, subject: emptyName, notBefore, notAfter, publicKeySpki, extensions, issuer });
}

export interface ServerCertificateOptions extends Validity {
  readonly csr: Bytes;
  /** DNS names and IP addresses. */
  readonly names: readonly string[];
  readonly issuer: Issuer;
  readonly serial?: string;
}

/** For TLS servers alone (serverAuth, no identity): the key of a listener cannot speak as the hospital. */
export async function issueServerCertificate({
  csr,
  names,
  issuer,
  notBefore,
  notAfter,
  serial = randomSerial(),
}: ServerCertificateOptions): Promise<Bytes> {
  const { publicKeySpki } = await verifyRequest(csr);
  const extensions = [
    keyUsage(keyUsageBit.digitalSignature),
    extendedKeyUsage('serverAuth'),
    subjectAltName(serverNames(names)),
  ];
  return buildLeafOrIssuing({ serial, subject: emptyName, notBefore, notAfter, publicKeySpki, extensions, issuer });
}

export interface ReleaseSignerOptions extends Validity {
  readonly publicKeySpki: Bytes;
  readonly issuer: Issuer;
  readonly serial?: string;
}

/** Signs attestations of releases and nothing else (codeSigning, no identity): it can speak for nobody. */
export async function issueReleaseSigner({
  publicKeySpki,
  issuer,
  notBefore,
  notAfter,
  serial = randomSerial(),
}: ReleaseSignerOptions): Promise<Bytes> {
  const extensions = [keyUsage(keyUsageBit.digitalSignature), extendedKeyUsage('codeSigning')];
  const subject = nameOf('release signer');
  return buildLeafOrIssuing({ serial, subject, notBefore, notAfter, publicKeySpki, extensions, issuer });
}

export interface AttestationKeyCertificateOptions extends Validity {
  readonly publicKeySpki: Bytes;
  /** Of the hospital whose TPM the key is in. */
  readonly identity: Identity;
  readonly issuer: Issuer;
  readonly serial?: string;
}

/** For what a TPM states and nothing else: the stated purpose excludes that it speaks as the hospital. */
export async function issueAttestationKeyCertificate({
  publicKeySpki,
  identity,
  issuer,
  notBefore,
  notAfter,
  serial = randomSerial(),
}: AttestationKeyCertificateOptions): Promise<Bytes> {
  const extensions = [
    keyUsage(keyUsageBit.digitalSignature),
    extendedKeyUsage('tcgAttestationKey'),
    subjectAltName([{ kind: 'uri', value: formatIdentity(identity) }]),
  ];
  return buildLeafOrIssuing({ serial, subject: emptyName, notBefore, notAfter, publicKeySpki, extensions, issuer });
}

async function buildLeafOrIssuing({
  issuer,
  extensions,
  ...content
}: Validity & {
  serial: string;
  subject: Bytes;
  publicKeySpki: Bytes;
  extensions: readonly Bytes[];
  issuer: Issuer;
}): Promise<Bytes> {
  const parent = parseCertificate(issuer.certificate);
  const key = authorityKeyIdentifier(await keyIdentifier(parent.publicKeySpki));
  return buildCertificate({ ...content, issuer: parent.subject, extensions: [...extensions, key] }, issuer.privateKey);
}
