import { CertificateError } from '@vitalseal/certifying-authority';
import { HospitalError } from '../errors.ts';

/** An authority that cannot be reached is told apart from one that refuses. */
export function authorityAway(error: unknown): never {
  if (error instanceof CertificateError && error.code === 'est-unreachable') {
    throw new HospitalError('authority-unreachable', 'expected the certifying authority to answer', { cause: error });
  }
  throw error;
}
