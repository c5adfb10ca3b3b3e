// A counter in the TPM's own memory that cannot go back, whatever is restored on the disk (NV index of type counter).
import { type Bytes, noBytes } from '@vitalseal/protocol';
import { defineNvCounter, incrementNv, readNv, readNvCounterPublic, undefineNv } from '../commands/nv.ts';
import { TpmError } from '../errors.ts';
import type { StorageRoot } from './storage-root.ts';

/** In the range that the TCG's registry leaves to the owner of the machine. */
export const usualCounterIndex = 0x01800010;

/**
 * @param value its authorization value: whoever has it may count up, nobody may count down
 * @throws TpmError `tpm-refused` with `TPM_RC_NV_DEFINED` if the index is taken
 */
export async function defineCounter(
  { tpm, session }: StorageRoot,
  index: number,
  value: Bytes,
  ownerPassword: Bytes = noBytes,
): Promise<void> {
  await defineNvCounter(tpm, index, value, session.authorize({ value: ownerPassword, secretCommand: true }));
}

/** @throws TpmError `tpm-refused` with `TPM_RC_HANDLE` if there is none, `TPM_RC_NV_UNINITIALIZED` before the first increment */
export async function readCounter({ tpm, session }: StorageRoot, index: number, value: Bytes): Promise<bigint> {
  // Whether it was ever written is not taken from its public area, which comes without a proof.
  return await readNv(tpm, await readNvCounterPublic(tpm, index), session.authorize({ value }));
}

/** @returns the value after it */
export async function advanceCounter(root: StorageRoot, index: number, value: Bytes): Promise<bigint> {
  const counter = await readNvCounterPublic(root.tpm, index);
  await incrementNv(root.tpm, counter, root.session.authorize({ value }));
  return await readCounter(root, index, value);
}

/** For the end of a hospital on this machine, or before it is personalised anew. Does nothing if there is none. */
export async function removeCounter(
  { tpm }: StorageRoot,
  index: number,
  ownerPassword: Bytes = noBytes,
): Promise<void> {
  try {
    await undefineNv(tpm, await readNvCounterPublic(tpm, index), ownerPassword);
  } catch (error) {
    if (!(error instanceof TpmError && error.rc === 'TPM_RC_HANDLE')) throw error;
  }
}
