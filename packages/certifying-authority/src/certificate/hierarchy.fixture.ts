// A root, an issuing authority and a patient's certificate for the tests, at a fixed time.
import type { Bytes, Identity } from '@vitalseal/protocol';
import { exportPublicKey, generateKeyPair, type KeyPair } from '../key/key-pair.ts';
import { createRequest } from '../request/create-request.ts';
import { createIssuing, createRoot, type Issuer, issueCertificate } from './issue.ts';

export const day = 86_400_000;
export const now = Date.UTC(2026, 5, 15, 12, 0, 0);
export const validity = { notBefore: now - day, notAfter: now + 30 * day };
export const patient: Identity = { role: 'patient', id: 'p-17' };

export interface Hierarchy {
  readonly root: Issuer;
  readonly issuing: Issuer;
  readonly leafKey: KeyPair;
  readonly leaf: Bytes;
  readonly chain: readonly Bytes[];
  readonly anchors: readonly Bytes[];
}

export async function makeHierarchy(): Promise<Hierarchy> {
  const rootKey = await generateKeyPair({ extractable: true });
  const root = {
    certificate: await createRoot({ keyPair: rootKey, name: 'Test root', ...validity }),
    privateKey: rootKey.privateKey,
  };
  const issuingKey = await generateKeyPair({ extractable: true });
  const publicKeySpki = await exportPublicKey(issuingKey.publicKey);
  const issuing = {
    certificate: await createIssuing({ publicKeySpki, name: 'Test issuing', root, ...validity }),
    privateKey: issuingKey.privateKey,
  };
  const leafKey = await generateKeyPair({ extractable: true });
  const csr = await createRequest(leafKey, patient);
  const leaf = await issueCertificate({ csr, identity: patient, issuer: issuing, ...validity });
  return { root, issuing, leafKey, leaf, chain: [leaf, issuing.certificate], anchors: [root.certificate] };
}
