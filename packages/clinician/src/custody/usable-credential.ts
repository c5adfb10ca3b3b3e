// The credential of this device, if it may still be used: a session that has ended ends here too.
import { validatePath } from '@vitalseal/certifying-authority';
import type { Role } from '@vitalseal/protocol';
import { ClinicianError } from '../errors.ts';
import type { DeviceCredential, KeyCustody } from './key-custody.ts';

/** @throws ClinicianError `not-enrolled`, `certificate-expired`, `link-for-another-role`, `key-store-unavailable` */
export async function usableCredential(
  custody: KeyCustody,
  roles: readonly Role[],
  at: number,
): Promise<DeviceCredential> {
  const credential = await custody.load();
  if (credential === undefined) throw new ClinicianError('not-enrolled', 'expected a device that was signed in');
  if (!roles.includes(credential.identity.role)) {
    throw new ClinicianError('link-for-another-role', `expected a device of ${roles.join(' or ')}`);
  }
  try {
    await validatePath({ chain: credential.chain, anchors: [credential.root], at, role: roles });
  } catch (cause) {
    throw new ClinicianError('certificate-expired', 'expected a certificate of this device that is valid now', {
      cause,
    });
  }
  return credential;
}
