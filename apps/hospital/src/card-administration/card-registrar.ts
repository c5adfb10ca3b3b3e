/**
 * The hospital as registration authority (RFC 7030 section 3.7): has the keys of its cards certified, and revoked, over
 * mutual TLS under its own certificate. Before it vouches for a request it makes sure that it is the patient's.
 */
import {
  CertificateError,
  createEstClient,
  type EstClient,
  encodePem,
  exportPrivateKey,
  fingerprint,
  isRegistrationAuthority,
  register,
  verifyRequest,
} from '@vitalseal/certifying-authority';
import { rootedFetch } from '@vitalseal/certifying-authority/node';
import { type Bytes, formatIdentity, type Identity } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import { certificatesPem } from '../keys/hospital-folder.ts';
import type { HospitalKeys } from '../keys/hospital-keys.ts';

export interface CardRegistrar {
  /** @returns DER, leaf first, without the root @throws HospitalError, CertificateError */
  certify(csr: Bytes, patient: Identity): Promise<readonly Bytes[]>;
  /** @param certificate DER @throws HospitalError, CertificateError */
  revoke(certificate: Bytes): Promise<void>;
}

/** @throws HospitalError `no-registration-authority` */
export function expectRegistrationAuthority({ chain: [leaf] }: Pick<HospitalKeys, 'chain'>): void {
  if (leaf === undefined || !isRegistrationAuthority(leaf)) {
    throw new HospitalError(
      'no-registration-authority',
      'expected a hospital that was invited with `vitalseal ca invite --role hospital ... --registration-authority`',
    );
  }
}

export function cardRegistrar(keys: HospitalKeys, authorityUrl: string): CardRegistrar {
  const [root] = keys.anchors;
  if (root === undefined) throw new HospitalError('not-initialised', 'expected the root that the hospital trusts');
  const client = async (): Promise<EstClient> => {
    expectRegistrationAuthority(keys);
    const key = encodePem('PRIVATE KEY', await exportPrivateKey(keys.privateKey));
    const fetch = rootedFetch(root, { key, cert: certificatesPem(keys.chain) });
    return createEstClient({ url: authorityUrl, fetch });
  };
  return {
    async certify(csr, patient) {
      await expectRequestOf(csr, patient);
      const rootFingerprint = await fingerprint(root);
      const asking = register(await client(), { csr, identity: patient, rootFingerprint });
      return (await asking.catch(authorityAway)).chain;
    },
    async revoke(certificate) {
      await (await client()).revoke(certificate).catch(authorityAway);
    },
  };
}

/** A card that asked for somebody else's certificate would get it: the authority believes what we vouch for. */
async function expectRequestOf(csr: Bytes, patient: Identity): Promise<void> {
  const { names = [] } = await verifyRequest(csr);
  const [name] = names;
  if (names.length !== 1 || name?.kind !== 'uri' || name.value !== formatIdentity(patient)) {
    throw new CertificateError('identity-refused', 'expected a request for the identity of the patient');
  }
}

function authorityAway(error: unknown): never {
  if (error instanceof CertificateError && error.code === 'est-unreachable') {
    throw new HospitalError('authority-unreachable', 'expected the certifying authority to answer', { cause: error });
  }
  throw error;
}
