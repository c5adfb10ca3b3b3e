/** A certifying authority in memory, for tests and benchmarks: real certificates, no server. */
import {
  createIssuing,
  createRequest,
  createRoot,
  createServerRequest,
  encodePem,
  exportPrivateKey,
  exportPublicKey,
  generateKeyPair,
  type Issuer,
  issueCertificate,
  issueServerCertificate,
  ownCredential,
} from '@vitalseal/certifying-authority';
import type { Bytes, Identity, OwnCredential } from '@vitalseal/protocol';
import { type HospitalKeys, identityKeyOf } from '../keys/hospital-keys.ts';
import { SoftwareKeyStore } from '../keys/software/software-key-store.ts';
import { newSecrets, type SoftwareSecrets, signingKey } from '../keys/software/software-secrets.ts';

/** With what a data folder would keep. */
export interface TestHospitalKeys extends HospitalKeys {
  readonly secrets: SoftwareSecrets;
}

const day = 86_400_000;

export interface TestAuthority {
  readonly root: Bytes;
  readonly rootPem: string;
  readonly issuing: Issuer;
  enrol(identity: Identity): Promise<OwnCredential>;
  hospitalKeys(identity: Identity): Promise<TestHospitalKeys>;
}

export async function makeTestAuthority(at = Date.now()): Promise<TestAuthority> {
  const validity = { notBefore: at - day, notAfter: at + 30 * day };
  const rootKey = await generateKeyPair({ extractable: true });
  const root = await createRoot({ keyPair: rootKey, name: 'Test root', ...validity });
  const issuingKey = await generateKeyPair({ extractable: true });
  const certificate = await createIssuing({
    publicKeySpki: await exportPublicKey(issuingKey.publicKey),
    name: 'Test issuing',
    root: { certificate: root, privateKey: rootKey.privateKey },
    ...validity,
  });
  const issuing: Issuer = { certificate, privateKey: issuingKey.privateKey };

  async function certified(identity: Identity) {
    const keyPair = await generateKeyPair({ extractable: true });
    const csr = await createRequest(keyPair, identity);
    const leaf = await issueCertificate({ csr, identity, issuer: issuing, ...validity });
    return { keyPair, chain: [leaf, certificate] };
  }

  return {
    root,
    rootPem: encodePem('CERTIFICATE', root),
    issuing,
    async enrol(identity) {
      const { keyPair, chain } = await certified(identity);
      return ownCredential({ chain, privateKey: keyPair.privateKey, present: 'x5chain' });
    },
    async hospitalKeys(identity) {
      const secrets = newSecrets();
      const keyStore = SoftwareKeyStore.inMemory(secrets);
      const csr = await createRequest(signingKey(secrets.identity[0] ?? ''), identity);
      const leaf = await issueCertificate({ csr, identity, issuer: issuing, ...validity });
      const chain = [leaf, certificate];
      const serverKey = await generateKeyPair({ extractable: true });
      const names = ['localhost', '127.0.0.1'];
      const serverCsr = await createServerRequest(serverKey, names);
      const server = await issueServerCertificate({ csr: serverCsr, names, issuer: issuing, ...validity });
      return {
        identity,
        chain,
        identityKey: identityKeyOf(keyStore, chain),
        keyStore,
        secrets,
        anchors: [root],
        tls: {
          key: encodePem('PRIVATE KEY', await exportPrivateKey(serverKey.privateKey)),
          cert: encodePem('CERTIFICATE', server) + encodePem('CERTIFICATE', certificate),
        },
      };
    },
  };
}
