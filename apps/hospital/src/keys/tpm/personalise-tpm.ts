/** The hospital's keys are made in its TPM, and what the data folder keeps of them is written once all are there. */
import { randomBytes } from 'node:crypto';
import type { Bytes } from '@vitalseal/protocol';
import {
  advanceCounter,
  createAttestationKey,
  createSigningKey,
  defineCounter,
  provisionStorageRoot,
  type StorageRoot,
  sealUnderPcr,
  TpmError,
  usualCounterIndex,
  withTpm,
} from '@vitalseal/tpm';
import { HospitalError } from '../../errors.ts';
import { newWrappingKey } from '../key-store.ts';
import { measureOnce } from './measure-once.ts';
import { writeTpmKeys } from './tpm-keys-file.ts';
import { TpmQueue } from './tpm-queue.ts';

/** @param tpm where it is, the register of the release, and SHA-256 of the one that runs @throws HospitalError, TpmError */
export async function personaliseTpm(
  dataDir: string,
  { address, pcr, digest }: { readonly address: string; readonly pcr: number; readonly digest: Bytes },
): Promise<void> {
  const root = await withTpm(address, (tpm) => provisionStorageRoot(tpm));
  const queue = new TpmQueue({ address, root });
  const { version, key } = newWrappingKey();
  const secret = new Uint8Array(key.export());
  try {
    const value = await measureOnce(queue, { dataDir, pcr, digest });
    const made = await queue.use(async (under) => ({
      identity: [await createSigningKey(under)],
      audit: [await createSigningKey(under)],
      attestation: await createAttestationKey(under),
      wrapping: [{ version, sealed: [{ value, blob: await sealUnderPcr(under, secret, new Map([[pcr, value]])) }] }],
      counter: await defineFreeCounter(under),
    }));
    writeTpmKeys(dataDir, { root, ...made });
  } finally {
    secret.fill(0);
    await queue.close();
  }
}

/** How many hospitals, or beginnings of one, a TPM can hold. */
const counters = 64;

/** An enrolment that ended half-way, or a hospital before this one, may have left a counter: theirs stays as it is. */
async function defineFreeCounter(root: StorageRoot): Promise<{ index: number; value: Bytes }> {
  const value = new Uint8Array(randomBytes(32));
  for (let index = usualCounterIndex; index < usualCounterIndex + counters; index++) {
    try {
      await defineCounter(root, index, value);
      await advanceCounter(root, index, value);
      return { index, value };
    } catch (error) {
      if (!(error instanceof TpmError && error.rc === 'TPM_RC_NV_DEFINED')) throw error;
    }
  }
  throw new HospitalError('keys-unavailable', 'expected a TPM with room for a counter');
}
