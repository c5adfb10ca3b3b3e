/**
 * One command at a time replaces keys: of two that wrapped the data under a new key each, one would be the only one that is
 * kept.
 */
import { join } from 'node:path';
import { HospitalError } from '../errors.ts';
import { lockFile } from '../store/file-lock.ts';

/** @throws HospitalError `keys-busy` */
export async function alone<Result>(dataDir: string, work: () => Promise<Result>): Promise<Result> {
  const letGo = lockFile(join(dataDir, 'keys.lock'));
  if (letGo === undefined) {
    throw new HospitalError('keys-busy', 'expected no other command to be replacing keys of this hospital');
  }
  try {
    return await work();
  } finally {
    letGo();
  }
}
