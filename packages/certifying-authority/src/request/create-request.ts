// Certification requests (PKCS #10, RFC 2986), the requester's side.
import { type Bytes, formatIdentity, type Identity } from '@vitalseal/protocol';
import { extension } from '../certificate/build-certificate.ts';
import { emptyName } from '../certificate/distinguished-name.ts';
import { encodeGeneralNames, type GeneralName } from '../certificate/general-names.ts';
import { serverNames } from '../certificate/server-names.ts';
import { dottedIdentifiers } from '../der/object-identifiers.ts';
import { derElement, derInteger, derObjectIdentifier, derSequence, derSetOf } from '../der/writer.ts';
import { exportPublicKey, type KeyPair } from '../key/key-pair.ts';
import { signStructure } from '../key/signature.ts';

/** The private key may be non-extractable; the public one always is extractable. */
export async function createRequest(keyPair: KeyPair, identity: Identity): Promise<Bytes> {
  return request(keyPair, [{ kind: 'uri', value: formatIdentity(identity) }]);
}

/** For a TLS server: the names it is reached by. */
export async function createServerRequest(keyPair: KeyPair, names: readonly string[]): Promise<Bytes> {
  return request(keyPair, serverNames(names));
}

async function request(keyPair: KeyPair, names: readonly GeneralName[]): Promise<Bytes> {
  const requested = derSequence(extension('subjectAltName', encodeGeneralNames(names), { critical: true }));
  const attribute = derSequence(derObjectIdentifier(dottedIdentifiers.extensionRequest), derSetOf(requested));
  const information = derSequence(
    derInteger(0),
    emptyName,
    await exportPublicKey(keyPair.publicKey),
    derElement(0xa0, attribute),
  );
  return signStructure(information, keyPair.privateKey);
}
