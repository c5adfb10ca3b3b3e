// The release's measurement goes into a register once after each start of the machine. The same release again changes nothing;
// another one is refused: the machine must be started anew, or the register would say that both have run.
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import type { Tpm } from '../client/tpm.ts';
import { extendPcr, readPcr } from '../commands/pcr.ts';
import { malformed, TpmError } from '../errors.ts';
import { extendedOnce, resetValue } from './pcr-policy.ts';

/** Registers 0 to 7 are the firmware's; 16 and above are resettable by software, or by another locality. */
export function isUsableRegister(pcr: number): boolean {
  return Number.isInteger(pcr) && pcr >= 8 && pcr <= 15;
}

/**
 * @param digest SHA-256 of the release @returns the register's value, which now stands for that release
 * @throws TpmError `tpm-measured-otherwise` if something else was measured into the register since the machine started
 */
export async function extendOnce(tpm: Tpm, pcr: number, digest: Bytes): Promise<Bytes> {
  if (!isUsableRegister(pcr)) throw new RangeError('expected a register from 8 to 15');
  const wanted = extendedOnce(digest);
  const found = await readPcr(tpm, pcr);
  if (equalBytes(found, wanted)) return wanted;
  if (!equalBytes(found, resetValue)) {
    throw new TpmError(
      'tpm-measured-otherwise',
      `expected register ${pcr} to hold nothing, or this release: start the machine anew`,
    );
  }
  await extendPcr(tpm, pcr, digest);
  if (!equalBytes(await readPcr(tpm, pcr), wanted)) {
    throw await tpm.distrust(malformed('expected the register to hold what was measured'));
  }
  return wanted;
}
