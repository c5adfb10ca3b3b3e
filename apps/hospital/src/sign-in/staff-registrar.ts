/**
 * The hospital as registration authority of its staff: has the key of a device certified for one session, once its person
 * has signed in, and revoked when the session ends. The authority lets it do so only if its owner granted that right.
 */
import {
  type CertificateHolder,
  createEstClient,
  type Enrolled,
  fingerprint,
  registerStaff,
  registersStaff,
} from '@vitalseal/certifying-authority';
import { rootedFetch } from '@vitalseal/certifying-authority/node';
import type { Bytes, Identity } from '@vitalseal/protocol';
import { authorityAway } from '../authority/authority-away.ts';
import { HospitalError } from '../errors.ts';
import { type HospitalKeys, holderOf, leafOf } from '../keys/hospital-keys.ts';

export interface StaffRegistrar {
  /** @throws HospitalError `authority-unreachable`, `no-staff-registration`, CertificateError */
  certify(csr: Bytes, person: Identity): Promise<Enrolled>;
  /** @param certificate DER */
  revoke(certificate: Bytes): Promise<void>;
}

/** @throws HospitalError `no-staff-registration` */
export function expectStaffRegistration(keys: Pick<HospitalKeys, 'chain'>): void {
  if (registersStaff(leafOf(keys))) return;
  throw new HospitalError(
    'no-staff-registration',
    'expected a hospital that was invited with `vitalseal ca invite --role hospital ... --staff-registration`, or `--sign-in links`',
  );
}

/** @param current the hospital's keys, as they are now */
export function staffRegistrar(current: () => HospitalKeys, authorityUrl: string): StaffRegistrar {
  const [root] = current().anchors;
  if (root === undefined) throw new HospitalError('not-initialised', 'expected the root that the hospital trusts');
  const client = createEstClient({ url: authorityUrl, fetch: rootedFetch(root) });
  const registrar = (): CertificateHolder => {
    const keys = current();
    expectStaffRegistration(keys);
    return holderOf(keys);
  };
  return {
    async certify(csr, identity) {
      const rootFingerprint = await fingerprint(root);
      return registerStaff(client, { csr, registrar: registrar(), identity, rootFingerprint }).catch(authorityAway);
    },
    async revoke(certificate) {
      await client.revoke(certificate, registrar()).catch(authorityAway);
    },
  };
}
