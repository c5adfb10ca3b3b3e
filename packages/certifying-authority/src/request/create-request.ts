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

/**
 * The private key may be non-extractable; the public one always is extractable.
 * @param identity left out where whoever vouches for the request says whose it is
 */
export async function createRequest(key: KeyPair | HeldKey, identity?: Identity): Promise<Bytes> {
  return request(key, identity === undefined ? [] : [{ kind: 'uri', value: formatIdentity(identity) }]);
}

/** For a TLS server: the names it is reached by. */
export async function createServerRequest(key: KeyPair | HeldKey, names: readonly string[]): Promise<Bytes> {
  return request(key, serverNames(names));
}

async function request(key: KeyPair | HeldKey, names: readonly GeneralName[]): Promise<Bytes> {
  const { spki, sign } = 'sign' in key ? key : await held(key);
  const attributes = names.length === 0 ? new Uint8Array() : extensionRequest(names);
  const information = derSequence(derInteger(0), emptyName, spki, derElement(0xa0, attributes));
  return signStructure(information, sign);
}

function extensionRequest(names: readonly GeneralName[]): Bytes {
  const requested = derSequence(extension('subjectAltName', encodeGeneralNames(names), { critical: true }));
  return derSequence(derObjectIdentifier(dottedIdentifiers.extensionRequest), derSetOf(requested));
}

async function held({ publicKey, privateKey }: KeyPair): Promise<HeldKey> {
  return { spki: await exportPublicKey(publicKey), sign: (toBeSigned) => signEs256(privateKey, toBeSigned) };
}
