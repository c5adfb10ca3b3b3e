/**
 * The hospital's enrolment with the certifying authority (EST, RFC 7030): its own key by a one-time activation code, then
 * its listeners' key by a proof with the first. Keys are on the disk before they are certified: a code serves one key.
 */
import { createPublicKey, webcrypto } from 'node:crypto';
import {
  createEstClient,
  createRequest,
  createServerRequest,
  decodePem,
  type EstClient,
  encodePem,
  enrol,
  exportPrivateKey,
  fingerprint,
  generateKeyPair,
  importPrivateKey,
  ownCredential,
  parseCertificate,
  renew,
  type WebKey,
} from '@vitalseal/certifying-authority';
import { connectEst, rootedFetch } from '@vitalseal/certifying-authority/node';
import { type Bytes, formatIdentity, type Identity } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import {
  certificatesPem,
  hospitalFiles,
  makeFolder,
  type Particulars,
  readText,
  writePrivately,
} from './hospital-folder.ts';

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
}

/** @throws HospitalError `already-initialised`, CertificateError */
export async function enrolHospital(options: EnrolHospitalOptions): Promise<void> {
  const { dataDir, authorityUrl, rootFingerprint, identity, code, serverNames } = options;
  if (readText(dataDir, hospitalFiles.particulars) !== undefined) {
    throw new HospitalError('already-initialised', 'expected a data folder without a hospital in it');
  }
  makeFolder(dataDir);
  const { client, trust } = await connectEst({ url: authorityUrl, rootFingerprint });
  const keyPair = await storedKeyPair(dataDir, hospitalFiles.key);
  const { chain } = await enrol(client, { keyPair, identity, code, rootFingerprint });
  writePrivately(dataDir, hospitalFiles.root, encodePem('CERTIFICATE', trust.root));
  writePrivately(dataDir, hospitalFiles.chain, certificatesPem(chain));
  await enrolListeners(client, { dataDir, chain, privateKey: keyPair.privateKey, serverNames });
  const particulars: Particulars = { identity: formatIdentity(identity), authorityUrl, serverNames };
  writePrivately(dataDir, hospitalFiles.particulars, `${JSON.stringify(particulars, null, 2)}\n`);
}

async function enrolListeners(
  client: EstClient,
  {
    dataDir,
    chain,
    privateKey,
    serverNames,
  }: { dataDir: string; chain: readonly Bytes[]; privateKey: WebKey; serverNames: readonly string[] },
): Promise<void> {
  const [leaf, ...issuing] = chain;
  if (leaf === undefined) throw new HospitalError('not-initialised', 'expected a certificate of the hospital');
  const { sign } = ownCredential({ chain, privateKey, present: 'x5t' });
  const keyPair = await storedKeyPair(dataDir, hospitalFiles.tlsKey);
  const csr = await createServerRequest(keyPair, serverNames);
  const server = await client.serverEnroll(csr, { certificate: leaf, sign });
  writePrivately(dataDir, hospitalFiles.tlsChain, certificatesPem([server, ...issuing]));
}

/** Renewed when this is left of a certificate. */
const renewalMarginMs = 30 * 86_400_000;

/** Renews what will run out, with the keys there are. Best done at each start; @throws CertificateError */
export async function renewIfDue(
  dataDir: string,
  particulars: Particulars,
  identity: Identity,
  now = Date.now(),
): Promise<boolean> {
  const chain = decodePem('CERTIFICATE', readText(dataDir, hospitalFiles.chain) ?? '');
  const tls = decodePem('CERTIFICATE', readText(dataDir, hospitalFiles.tlsChain) ?? '');
  const runsOut = [...chain.slice(0, 1), ...tls.slice(0, 1)].map((der) => parseCertificate(der).notAfter);
  if (Math.min(...runsOut) - now > renewalMarginMs) return false;
  const [root] = decodePem('CERTIFICATE', readText(dataDir, hospitalFiles.root) ?? '');
  const [leaf] = chain;
  if (root === undefined || leaf === undefined) return false;
  const client = createEstClient({ url: particulars.authorityUrl, fetch: rootedFetch(root) });
  const keyPair = await storedKeyPair(dataDir, hospitalFiles.key);
  const { privateKey } = keyPair;
  const { sign } = ownCredential({ chain, privateKey, present: 'x5t' });
  const csr = await createRequest(keyPair, identity);
  const holder = { certificate: leaf, sign };
  const renewed = await renew(client, { csr, holder, identity, rootFingerprint: await fingerprint(root) });
  writePrivately(dataDir, hospitalFiles.chain, certificatesPem(renewed.chain));
  await enrolListeners(client, { dataDir, chain: renewed.chain, privateKey, serverNames: particulars.serverNames });
  return true;
}

/** The key in this file, made on first use. */
async function storedKeyPair(dataDir: string, name: string) {
  const stored = readText(dataDir, name);
  if (stored === undefined) {
    const made = await generateKeyPair({ extractable: true });
    writePrivately(dataDir, name, encodePem('PRIVATE KEY', await exportPrivateKey(made.privateKey)));
    return made;
  }
  const [pkcs8] = decodePem('PRIVATE KEY', stored);
  if (pkcs8 === undefined) throw new HospitalError('not-initialised', 'expected a private key in the data folder');
  return { privateKey: await importPrivateKey(pkcs8), publicKey: await publicKeyOf(stored) };
}

async function publicKeyOf(privateKeyPem: string): Promise<WebKey> {
  const spki = createPublicKey(privateKeyPem).export({ type: 'spki', format: 'der' });
  return webcrypto.subtle.importKey('spki', new Uint8Array(spki), { name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'verify',
  ]);
}
