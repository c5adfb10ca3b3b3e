/**
 * The release into the register, once for each start of the machine. Through the kernel's resource manager several programs
 * reach one TPM at the same time: two that both found the register empty would both extend it, and until the machine is
 * started anew it would stand for no release at all.
 */
import { join } from 'node:path';
import type { Bytes } from '@vitalseal/protocol';
import { extendOnce } from '@vitalseal/tpm';
import { HospitalError } from '../../errors.ts';
import { lockFileWithin } from '../../store/file-lock.ts';
import type { TpmQueue } from './tpm-queue.ts';

/** Longer than the slowest TPM takes for it. */
const patienceMs = 30_000;

/**
 * @param digest SHA-256 of the release @returns the register's value, which stands for it
 * @throws HospitalError `keys-unavailable`, `keys-busy`
 */
export async function measureOnce(
  queue: TpmQueue,
  { dataDir, pcr, digest }: { readonly dataDir: string; readonly pcr: number; readonly digest: Bytes },
): Promise<Bytes> {
  const letGo = await lockFileWithin(join(dataDir, 'measure.lock'), patienceMs);
  if (letGo === undefined) throw new HospitalError('keys-busy', 'expected nobody else to be measuring for so long');
  try {
    return await queue.use(({ tpm }) => extendOnce(tpm, pcr, digest));
  } finally {
    letGo();
  }
}
