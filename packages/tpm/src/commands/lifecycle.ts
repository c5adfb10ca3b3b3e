// TPM2_Startup, TPM2_GetCapability, TPM2_GetRandom, TPM2_FlushContext: Part 3 sections 9.3, 30.2, 16.1, 28.4.
import type { Bytes } from '@vitalseal/protocol';
import type { Tpm } from '../client/tpm.ts';
import { malformed } from '../errors.ts';
import { capability } from '../structures/constants.ts';
import type { TpmReader } from '../structures/reader.ts';
import { u16, u32 } from '../structures/writer.ts';

/** TPM_SU_CLEAR. A machine's firmware does it; an emulator that was just started may need it. */
export async function startup(tpm: Tpm): Promise<void> {
  await tpm.ask({ name: 'Startup', parameters: [u16(0)] }, () => undefined);
}

/** At most this many handles of one kind are told in one answer. */
const mostHandles = 254;

/** @param first the range to list from @returns handles that exist, of that range's kind */
export async function listHandles(tpm: Tpm, first: number): Promise<readonly number[]> {
  const command = capabilityOf(capability.handles, first, mostHandles);
  return await tpm.ask(command, (reader) => {
    readCapability(reader, capability.handles);
    const count = reader.u32('a count of handles');
    if (count > mostHandles) throw malformed('expected no more handles than were asked for');
    return Array.from({ length: count }, () => reader.u32('a handle'));
  });
}

/** @param within for this answer alone, ms @returns undefined if the TPM does not have the property */
export async function readProperty(tpm: Tpm, wanted: number, within?: number): Promise<number | undefined> {
  const command = capabilityOf(capability.properties, wanted, 1);
  const bounded = within === undefined ? command : { ...command, answerWithinMs: within };
  return await tpm.ask(bounded, (reader) => {
    readCapability(reader, capability.properties);
    const count = reader.u32('a count of properties');
    if (count > 1) throw malformed('expected one property');
    if (count === 0) return undefined;
    const property = reader.u32('a property');
    const value = reader.u32('the value of a property');
    // A TPM that does not have it tells the next one.
    return property === wanted ? value : undefined;
  });
}

function capabilityOf(kind: number, first: number, count: number) {
  return { name: 'GetCapability', parameters: [u32(kind), u32(first), u32(count)] } as const;
}

function readCapability(reader: TpmReader, kind: number): void {
  if (reader.u8('whether there is more') > 1) throw malformed('expected yes or no');
  if (reader.u32('a capability') !== kind) throw malformed('expected the capability that was asked for');
}

/** @param length 1 to 32 bytes */
export async function getRandom(tpm: Tpm, length: number): Promise<Bytes> {
  return await tpm.ask({ name: 'GetRandom', parameters: [u16(length)] }, (reader) => {
    const random = reader.sized(32, 'random bytes');
    if (random.length !== length) throw malformed('expected as many random bytes as were asked for');
    return random;
  });
}

export async function flush(tpm: Tpm, handle: number): Promise<void> {
  await tpm.ask({ name: 'FlushContext', parameters: [u32(handle)] }, () => undefined);
}
