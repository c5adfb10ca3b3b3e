// Certification requests (PKCS #10, RFC 2986), the requester's side.
import { type Awaitable, type Bytes, formatIdentity, type Identity } from '@vitalseal/protocol';
import { extension } from '../certificate/build-certificate.ts';
import { emptyName } from '../certificate/distinguished-name.ts';
import { encodeGeneralNames, type GeneralName } from '../certificate/general-names.ts';
import { serverNames } from '../certificate/server-names.ts';
import { dottedIdentifiers } from '../der/object-identifiers.ts';
import { derElement, derInteger, derObjectIdentifier, derSequence, derSetOf } from '../der/writer.ts';
import { exportPublicKey, type KeyPair, signEs256 } from '../key/key-pair.ts';
import { signStructure } from '../key/signature.ts';

/** A key that is elsewhere, in a TPM: its public half, SubjectPublicKeyInfo, and its signature, ES256 as r || s. */
export interface HeldKey {
  readonly spki: Bytes;
  readonly sign: (toBeSigned: Bytes) => Awaitable<Bytes>;
}

/** The private key may be non-extractable; the public one always is extractable. */
export async function createRequest(key: KeyPair | HeldKey, identity: Identity): Promise<Bytes> {
  return request(key, [{ kind: 'uri', value: formatIdentity(identity) }]);
}

/** For a TLS server: the names it is reached by. */
export async function createServerRequest(key: KeyPair | HeldKey, names: readonly string[]): Promise<Bytes> {
  return request(key, serverNames(names));
}

async function request(key: KeyPair | HeldKey, names: readonly GeneralName[]): Promise<Bytes> {
  const { spki, sign } = 'sign' in key ? key : await held(key);
  const requested = derSequence(extension('subjectAltName', encodeGeneralNames(names), { critical: true }));
  const attribute = derSequence(derObjectIdentifier(dottedIdentifiers.extensionRequest), derSetOf(requested));
  const information = derSequence(derInteger(0), emptyName, spki, derElement(0xa0, attribute));
  return signStructure(information, sign);
}

async function held({ publicKey, privateKey }: KeyPair): Promise<HeldKey> {
  return { spki: await exportPublicKey(publicKey), sign: (toBeSigned) => signEs256(privateKey, toBeSigned) };
}
