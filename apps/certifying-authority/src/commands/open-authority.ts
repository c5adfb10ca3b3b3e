// The authority in a data folder, opened for one command.
import { Authority } from '@vitalseal/certifying-authority';
import { openFileStore } from '../store/file-store.ts';

/** @throws CertificateError `authority-missing`, CertifyingAuthorityAppError */
export async function openAuthority(dataDir: string): Promise<Authority> {
  return Authority.open({ store: await openFileStore(dataDir) });
}
