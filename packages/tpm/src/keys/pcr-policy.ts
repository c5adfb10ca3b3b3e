// Policies that name values of registers, computed without a TPM (Part 3 section 23.7, Part 1 section 19.7): so a secret can be
// sealed for a release before that release has ever run.
import type { Bytes } from '@vitalseal/protocol';
import { sha256Of } from '../session/key-derivation.ts';
import { commandCode } from '../structures/command-code.ts';
import { writePcrSelection } from '../structures/pcr-selection.ts';
import { u32 } from '../structures/writer.ts';

/** Number of a register and its value, 32 bytes. */
export type PcrValues = ReadonlyMap<number, Bytes>;

/** What registers are after a start of the machine (0 to 15; those above differ). */
export const resetValue: Bytes = new Uint8Array(32);

/** What a register is that was extended once since the start of the machine. */
export function extendedOnce(digest: Bytes): Bytes {
  return sha256Of(resetValue, digest);
}

/** SHA-256 over the values in the order of their registers, as a quote has it too. */
export function pcrDigestOf(values: PcrValues): Bytes {
  const ascending = [...values].toSorted(([a], [b]) => a - b);
  return sha256Of(...ascending.map(([, value]) => value));
}

/** The digest of a policy of these registers alone. */
export function pcrPolicyDigest(values: PcrValues): Bytes {
  const selection = writePcrSelection([...values.keys()]);
  return sha256Of(new Uint8Array(32), u32(commandCode.PolicyPCR), selection, pcrDigestOf(values));
}
