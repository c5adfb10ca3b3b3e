// TPM2_NV_DefineSpace, TPM2_NV_ReadPublic, TPM2_NV_Increment, TPM2_NV_Read, TPM2_NV_UndefineSpace: Part 3 section 31.
import { type Bytes, noBytes } from '@vitalseal/protocol';
import type { Entity } from '../client/command.ts';
import type { Tpm } from '../client/tpm.ts';
import { malformed } from '../errors.ts';
import { type Authorization, passwordAuthorization } from '../session/authorization.ts';
import { longest, permanentHandle } from '../structures/constants.ts';
import { nameOf } from '../structures/name.ts';
import { checkCounterPublic, encodeCounterPublic } from '../structures/nv-public.ts';
import { readWhole } from '../structures/reader.ts';
import { sized, u16 } from '../structures/writer.ts';

export interface NvCounter extends Entity {
  readonly name: Bytes;
}

/** @param use of the owner hierarchy, encrypting the command: its first parameter is the counter's authorization value */
export async function defineNvCounter(tpm: Tpm, index: number, value: Bytes, use: Authorization): Promise<void> {
  await tpm.ask(
    {
      name: 'NV_DefineSpace',
      entities: [{ handle: permanentHandle.owner }],
      parameters: [sized(value), sized(encodeCounterPublic(index))],
      authorizations: [use],
    },
    () => undefined,
  );
}

/** Its name holds whether it was written, so it is read anew for each use. */
export async function readNvCounterPublic(tpm: Tpm, index: number): Promise<NvCounter> {
  const area = await tpm.ask({ name: 'NV_ReadPublic', entities: [{ handle: index }] }, (reader) => {
    const publicArea = reader.sized(longest.object, 'the public area of an NV index');
    reader.sized(longest.digest + 2, 'the name of an NV index');
    checkCounterPublic(publicArea, index);
    return publicArea;
  });
  return { handle: index, name: await nameOf(area) };
}

export async function incrementNv(tpm: Tpm, counter: NvCounter, use: Authorization): Promise<void> {
  await tpm.ask({ name: 'NV_Increment', entities: [counter, counter], authorizations: [use] }, () => undefined);
}

export async function readNv(tpm: Tpm, counter: NvCounter, use: Authorization): Promise<bigint> {
  return await tpm.ask(
    { name: 'NV_Read', entities: [counter, counter], parameters: [u16(8), u16(0)], authorizations: [use] },
    (reader) => {
      const value = reader.sized(8, 'the value of a counter');
      if (value.length !== 8) throw malformed('expected a counter of 8 bytes');
      return readWhole(value, 'a counter', (inner) => inner.u64('a counter'));
    },
  );
}

export async function undefineNv(tpm: Tpm, counter: Entity, ownerPassword: Bytes = noBytes): Promise<void> {
  await tpm.ask(
    {
      name: 'NV_UndefineSpace',
      entities: [{ handle: permanentHandle.owner }, counter],
      authorizations: [passwordAuthorization(ownerPassword)],
    },
    () => undefined,
  );
}
