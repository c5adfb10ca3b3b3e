/**
 * The hospital as registration authority (RFC 7030 section 3.7): has the keys of its cards certified, and revoked. It signs
 * what it asks for with its own key, which need not leave where it is held. Before it vouches for a request it makes sure
 * that it is the patient's.
 */
import {
  CertificateError,
  type CertificateHolder,
  createEstClient,
  fingerprint,
  isRegistrationAuthority,
  register,
  verifyRequest,
} from '@vitalseal/certifying-authority';
import { rootedFetch } from '@vitalseal/certifying-authority/node';
import { type Bytes, formatIdentity, type Identity } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import { type HospitalKeys, holderOf } from '../keys/hospital-keys.ts';

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

/** @param current the hospital's keys, as they are now */
export function cardRegistrar(current: () => HospitalKeys, authorityUrl: string): CardRegistrar {
  const [root] = current().anchors;
  if (root === undefined) throw new HospitalError('not-initialised', 'expected the root that the hospital trusts');
  const client = createEstClient({ url: authorityUrl, fetch: rootedFetch(root) });
  const registrar = (): CertificateHolder => {
    const keys = current();
    expectRegistrationAuthority(keys);
    return holderOf(keys);
  };
  return {
    async certify(csr, patient) {
      await expectRequestOf(csr, patient);
      const rootFingerprint = await fingerprint(root);
      const asking = register(client, { csr, registrar: registrar(), identity: patient, rootFingerprint });
      return (await asking.catch(authorityAway)).chain;
    },
    async revoke(certificate) {
      await client.revoke(certificate, registrar()).catch(authorityAway);
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
