// TPM2_PCR_Read and TPM2_PCR_Extend: Part 3 sections 22.4, 22.2.
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import type { Tpm } from '../client/tpm.ts';
import { malformed } from '../errors.ts';
import { passwordAuthorization } from '../session/authorization.ts';
import { algorithm } from '../structures/constants.ts';
import { readPcrSelection, writePcrSelection } from '../structures/pcr-selection.ts';
import { u16, u32 } from '../structures/writer.ts';

/** The value of one register in the bank of SHA-256, 32 bytes. */
export async function readPcr(tpm: Tpm, pcr: number): Promise<Bytes> {
  return await tpm.ask({ name: 'PCR_Read', parameters: [writePcrSelection([pcr])] }, (reader) => {
    reader.u32('an update counter');
    const [read, ...others] = readPcrSelection(reader);
    if (read !== pcr || others.length > 0) throw malformed('expected the register that was asked for');
    if (reader.u32('a count of values') !== 1) throw malformed('expected the value of one register');
    const value = reader.sized(32, 'the value of a register');
    if (value.length !== 32) throw malformed('expected a register of SHA-256');
    return value;
  });
}

/** The register becomes SHA-256(register || digest). */
export async function extendPcr(tpm: Tpm, pcr: number, digest: Bytes): Promise<void> {
  await tpm.ask(
    {
      name: 'PCR_Extend',
      entities: [{ handle: pcr }],
      parameters: [concatBytes(u32(1), u16(algorithm.sha256), digest)],
      authorizations: [passwordAuthorization()],
    },
    () => undefined,
  );
}
