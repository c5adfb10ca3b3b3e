// TPM2_Sign, TPM2_Quote, TPM2_Certify: Part 3 sections 20.2, 18.4, 18.2.
import { type Bytes, noBytes } from '@vitalseal/protocol';
import type { Entity } from '../client/command.ts';
import type { Tpm } from '../client/tpm.ts';
import type { Authorization } from '../session/authorization.ts';
import { algorithm, longest, permanentHandle, structureTag } from '../structures/constants.ts';
import { writePcrSelection } from '../structures/pcr-selection.ts';
import type { TpmReader } from '../structures/reader.ts';
import { readSignature } from '../structures/signature.ts';
import { sized, u16, u32 } from '../structures/writer.ts';

/** What the TPM says, and its signature (r || s) over exactly these bytes. */
export interface SignedAttest {
  /** TPMS_ATTEST; see `parseAttest`. */
  readonly attest: Bytes;
  readonly signature: Bytes;
}

/** @param digest SHA-256 @returns r || s */
export async function signDigest(tpm: Tpm, key: Entity, use: Authorization, digest: Bytes): Promise<Bytes> {
  const noTicket = [u16(structureTag.hashCheck), u32(permanentHandle.none), sized(noBytes)];
  return await tpm.ask(
    {
      name: 'Sign',
      entities: [key],
      parameters: [sized(digest), u16(algorithm.none), ...noTicket],
      authorizations: [use],
    },
    readSignature,
  );
}

/** @param nonce at most 64 bytes */
export async function quotePcrs(
  tpm: Tpm,
  key: Entity,
  use: Authorization,
  nonce: Bytes,
  pcrs: readonly number[],
): Promise<SignedAttest> {
  return await tpm.ask(
    {
      name: 'Quote',
      entities: [key],
      parameters: [sized(nonce), u16(algorithm.none), writePcrSelection(pcrs)],
      authorizations: [use],
    },
    readSignedAttest,
  );
}

/** That `object` is in this TPM, with its public area, under the signature of `key`. */
export async function certifyKey(
  tpm: Tpm,
  object: Entity,
  key: Entity,
  uses: readonly [Authorization, Authorization],
  nonce: Bytes,
): Promise<SignedAttest> {
  return await tpm.ask(
    {
      name: 'Certify',
      entities: [object, key],
      parameters: [sized(nonce), u16(algorithm.none)],
      authorizations: uses,
    },
    readSignedAttest,
  );
}

function readSignedAttest(reader: TpmReader): SignedAttest {
  return { attest: reader.sized(longest.object, 'an attestation'), signature: readSignature(reader) };
}
