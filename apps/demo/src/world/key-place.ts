// Where the demo's hospital has its keys: in files, in a TPM that is there, or in an emulator that the demo starts.
import type { KeyPlace } from '@vitalseal/app-hospital';
import { parseTpmAddress, usualReleaseRegister } from '@vitalseal/tpm';
import { startSwtpm } from '@vitalseal/tpm/emulator';

export interface DemoKeyPlace {
  readonly keys: KeyPlace;
  close(): Promise<void>;
}

/** @param tpm an address, `swtpm` alone, or undefined for files @throws TpmError */
export async function keyPlace(tpm: string | undefined): Promise<DemoKeyPlace> {
  if (tpm === undefined) return { keys: { kind: 'software' }, close: async () => undefined };
  if (tpm !== 'swtpm') {
    parseTpmAddress(tpm);
    return { keys: { kind: 'tpm', address: tpm, pcr: usualReleaseRegister }, close: async () => undefined };
  }
  const emulator = await startSwtpm();
  const { address } = emulator;
  return { keys: { kind: 'tpm', address, pcr: usualReleaseRegister }, close: () => emulator.stop() };
}
