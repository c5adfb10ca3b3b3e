// Chains that are wrong in one way each, really signed: the honest chain is built part by part, and a test replaces one.
import { type Bytes, bytesToHex, formatIdentity, type Identity, randomBytes } from '@vitalseal/protocol';
import {
  authorityKeyIdentifier,
  basicConstraints,
  buildCertificate,
  type CertificateContent,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from '../certificate/build-certificate.ts';
import { emptyName, nameOf } from '../certificate/distinguished-name.ts';
import { keyUsageBit } from '../certificate/extensions.ts';
import { patient, validity } from '../certificate/hierarchy.fixture.ts';
import { exportPublicKey, generateKeyPair, type KeyPair } from '../key/key-pair.ts';
import { keyIdentifier } from '../key/public-key.ts';

export interface Party {
  readonly keys: KeyPair;
  readonly spki: Bytes;
  readonly subject: Bytes;
  readonly certificate: Bytes;
}

type Changes = Partial<CertificateContent>;

async function newKeys(): Promise<{ keys: KeyPair; spki: Bytes }> {
  const keys = await generateKeyPair({ extractable: true });
  return { keys, spki: await exportPublicKey(keys.publicKey) };
}

export const signingUsage: Bytes = keyUsage(keyUsageBit.keyCertSign, keyUsageBit.crlSign);
export const speakingUsage: Bytes = keyUsage(keyUsageBit.digitalSignature);

export function identityName(identity: Identity): Bytes {
  return subjectAltName([{ kind: 'uri', value: formatIdentity(identity) }]);
}

function serial(): string {
  return `01${bytesToHex(randomBytes(16))}`;
}

/** Self-signed. */
export async function forgeRoot(changes: Changes = {}, pathLength: number | undefined = 1): Promise<Party> {
  const { keys, spki } = await newKeys();
  const subject = changes.subject ?? nameOf('Forged root');
  const extensions = [basicConstraints(pathLength), signingUsage, subjectKeyIdentifier(await keyIdentifier(spki))];
  const content = {
    serial: serial(),
    issuer: subject,
    subject,
    ...validity,
    publicKeySpki: spki,
    extensions,
    ...changes,
  };
  return { keys, spki, subject, certificate: await buildCertificate(content, keys.privateKey) };
}

export async function forgeIssuing(
  issuer: Party,
  changes: Changes = {},
  pathLength: number | undefined = 0,
): Promise<Party> {
  const { keys, spki } = await newKeys();
  const subject = changes.subject ?? nameOf('Forged issuing');
  const extensions = [
    basicConstraints(pathLength),
    signingUsage,
    subjectKeyIdentifier(await keyIdentifier(spki)),
    authorityKeyIdentifier(await keyIdentifier(issuer.spki)),
  ];
  const content = {
    serial: serial(),
    issuer: issuer.subject,
    subject,
    ...validity,
    publicKeySpki: spki,
    extensions,
    ...changes,
  };
  return { keys, spki, subject, certificate: await buildCertificate(content, issuer.keys.privateKey) };
}

export async function forgeLeaf(issuer: Party, changes: Changes = {}): Promise<Party> {
  const { keys, spki } = await newKeys();
  const extensions = [speakingUsage, identityName(patient), authorityKeyIdentifier(await keyIdentifier(issuer.spki))];
  const content = {
    serial: serial(),
    issuer: issuer.subject,
    subject: emptyName,
    ...validity,
    publicKeySpki: spki,
    extensions,
    ...changes,
  };
  return { keys, spki, subject: content.subject, certificate: await buildCertificate(content, issuer.keys.privateKey) };
}
