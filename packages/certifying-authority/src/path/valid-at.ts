// The part of path validation that changes with time and with who asks (RFC 5280 section 6.1.3 (a) (2) and (3)): never
// remembered, asked at every use.
import type { Identity, Role } from '@vitalseal/protocol';
import type { Certificate } from '../certificate/parse-certificate.ts';
import { CertificateError } from '../errors.ts';

/** @param serial hexadecimal, lower case */
export type IsRevoked = (serial: string) => boolean;

/** The anchor's validity counts too: a root that has run out vouches for nobody. */
export function expectValidAt(path: readonly Certificate[], at: number): void {
  // Written so that a clock that is not a number refuses.
  if (!path.every(({ notBefore }) => at >= notBefore)) {
    throw new CertificateError('not-yet-valid', 'expected every certificate of the chain to be valid already');
  }
  // The end is a whole second and inclusive (section 4.1.2.5).
  if (!path.every(({ notAfter }) => at < notAfter + 1000)) {
    throw new CertificateError('expired', 'expected every certificate of the chain to be valid still');
  }
}

export function expectUnrevoked(serials: readonly string[], isRevoked: IsRevoked | undefined): void {
  if (isRevoked !== undefined && serials.some((serial) => isRevoked(serial))) {
    throw new CertificateError('revoked', 'expected no certificate of the chain to be revoked');
  }
}

export function expectRole({ role }: Identity, allowed: Role | readonly Role[] | undefined): void {
  const list = typeof allowed === 'string' ? [allowed] : allowed;
  if (list?.includes(role) === false) {
    throw new CertificateError('role-refused', `expected a certificate of role ${list.join(' or ') || 'none'}`);
  }
}
