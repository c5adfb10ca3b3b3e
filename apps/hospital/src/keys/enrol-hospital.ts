/**
 * The hospital's enrolment with the certifying authority (EST, RFC 7030): its own key by a one-time activation code, then
 * its listeners' key by a proof with the first. Keys are on the disk before they are certified: a code serves one key.
 */
import {
  createEstClient,
  createRequest,
  createServerRequest,
  decodePem,
  type EstClient,
  encodePem,
  enrolRequest,
  exportPrivateKey,
  fingerprint,
  generateKeyPair,
  parseCertificate,
  renew,
} from '@vitalseal/certifying-authority';
import { connectEst, rootedFetch } from '@vitalseal/certifying-authority/node';
import { type Bytes, formatIdentity, type Identity, parseIdentity } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import {
  certificatesPem,
  hospitalFiles,
  makeFolder,
  readParticulars,
  readText,
  requiredText,
  writeParticulars,
  writePrivately,
} from './hospital-folder.ts';
import { type HospitalCredential, holderOf, identityKeyOf } from './hospital-keys.ts';
import type { KeyPlace } from './key-place.ts';
import type { KeyCustody, KeyStore, SigningKey } from './key-store.ts';
import { readListenerChain, writeListenerIdentity } from './listener-key.ts';
import { createKeyStore } from './open-key-store.ts';
import type { TpmKeyStoreOptions } from './tpm/tpm-key-store.ts';

export interface EnrolHospitalOptions {
  readonly dataDir: string;
  /** Origin of the authority. */
  readonly authorityUrl: string;
  /** SHA-256 of the root, 64 hexadecimal digits. */
  readonly rootFingerprint: string;
  readonly identity: Identity;
  readonly code: string;
  /** Names and addresses that devices and pages reach the hospital by. */
  readonly serverNames: readonly string[];
  readonly keys: KeyPlace;
  readonly tpm?: TpmKeyStoreOptions;
}

/** @throws HospitalError `already-initialised`, `keys-unavailable`, CertificateError */
export async function enrolHospital(options: EnrolHospitalOptions): Promise<void> {
  const { dataDir, keys } = options;
  if (readText(dataDir, hospitalFiles.particulars) !== undefined) {
    throw new HospitalError('already-initialised', 'expected a data folder without a hospital in it');
  }
  makeFolder(dataDir);
  const keyStore = await createKeyStore(dataDir, keys, options.tpm);
  try {
    await certifyHospital(options, keyStore);
  } finally {
    await keyStore.close();
  }
}

/** Keys that are there have certificates afterwards, and the folder says so last. @throws HospitalError, CertificateError */
export async function certifyHospital(options: EnrolHospitalOptions, keyStore: KeyCustody): Promise<void> {
  const { dataDir, authorityUrl, rootFingerprint, identity, code, serverNames, keys } = options;
  const { client, trust } = await connectEst({ url: authorityUrl, rootFingerprint });
  // The key that a half-way enrolment had certified perhaps, or else the one that was made.
  const identityKey = await keyStore.nextIdentityKey(new Uint8Array());
  const csr = await createRequest(identityKey, identity);
  const { chain } = await enrolRequest(client, { csr, identity, code, rootFingerprint });
  writePrivately(dataDir, hospitalFiles.root, encodePem('CERTIFICATE', trust.root));
  writePrivately(dataDir, hospitalFiles.chain, certificatesPem(chain));
  await enrolListeners(client, { dataDir, credential: { chain, identityKey }, keyStore, serverNames });
  writeParticulars(dataDir, { identity: formatIdentity(identity), authorityUrl, serverNames, keys });
}

/** A new key each time: it lives in memory, and on the disk beside its certificate. */
async function enrolListeners(
  client: EstClient,
  {
    dataDir,
    credential,
    keyStore,
    serverNames,
  }: {
    dataDir: string;
    credential: HospitalCredential;
    keyStore: KeyStore;
    serverNames: readonly string[];
  },
): Promise<void> {
  const [, ...issuing] = credential.chain;
  const keyPair = await generateKeyPair({ extractable: true });
  const csr = await createServerRequest(keyPair, serverNames);
  const server = await client.serverEnroll(csr, holderOf(credential));
  const [wrappingKey] = await keyStore.wrappingKeys();
  if (wrappingKey === undefined) throw new HospitalError('keys-damaged', 'expected a wrapping key');
  writeListenerIdentity(dataDir, wrappingKey, {
    key: encodePem('PRIVATE KEY', await exportPrivateKey(keyPair.privateKey)),
    cert: certificatesPem([server, ...issuing]),
  });
}

/** Renewed when this is left of a certificate. */
const renewalMarginMs = 30 * 86_400_000;

/** Renews what will run out: its own certificate for the key there is, the listeners' for a new one. @throws CertificateError */
export async function renewIfDue(dataDir: string, keyStore: KeyStore, now = Date.now()): Promise<boolean> {
  const chain = decodePem('CERTIFICATE', requiredText(dataDir, hospitalFiles.chain));
  const tls = decodePem('CERTIFICATE', readListenerChain(dataDir));
  const runsOut = [...chain.slice(0, 1), ...tls.slice(0, 1)].map((der) => parseCertificate(der).notAfter);
  if (Math.min(...runsOut) - now > renewalMarginMs) return false;
  const identityKey = identityKeyOf(keyStore, chain);
  const renewed = await renewFor(dataDir, { chain, identityKey }, identityKey);
  await renewListeners(dataDir, { chain: renewed, identityKey }, keyStore);
  return true;
}

/**
 * A certificate for this key, by a proof with the key that serves; it is on the disk then.
 * @returns its chain @throws CertificateError
 */
export async function renewFor(
  dataDir: string,
  serving: HospitalCredential,
  key: SigningKey,
): Promise<readonly Bytes[]> {
  const identity = parseIdentity(readParticulars(dataDir).identity);
  const { client, root } = knownAuthority(dataDir);
  const csr = await createRequest(key, identity);
  const rootFingerprint = await fingerprint(root);
  const { chain } = await renew(client, { csr, holder: holderOf(serving), identity, rootFingerprint });
  writePrivately(dataDir, hospitalFiles.chain, certificatesPem(chain));
  return chain;
}

/** A new key and certificate of the listeners; they are on the disk then. @throws CertificateError */
export async function renewListeners(
  dataDir: string,
  credential: HospitalCredential,
  keyStore: KeyStore,
): Promise<void> {
  const { serverNames } = readParticulars(dataDir);
  await enrolListeners(knownAuthority(dataDir).client, { dataDir, credential, keyStore, serverNames });
}

function knownAuthority(dataDir: string): { client: EstClient; root: Bytes } {
  const { authorityUrl } = readParticulars(dataDir);
  const [root] = decodePem('CERTIFICATE', requiredText(dataDir, hospitalFiles.root));
  if (root === undefined) throw new HospitalError('not-initialised', 'expected the root that the hospital trusts');
  return { client: createEstClient({ url: authorityUrl, fetch: rootedFetch(root) }), root };
}
