// TPM2_CreatePrimary, TPM2_Create, TPM2_Load, TPM2_ReadPublic, TPM2_EvictControl: Part 3 sections 24.1, 12.1, 12.2, 12.4, 28.5.
import { type Bytes, concatBytes, equalBytes, noBytes } from '@vitalseal/protocol';
import type { Entity } from '../client/command.ts';
import type { Tpm } from '../client/tpm.ts';
import { malformed } from '../errors.ts';
import { type Authorization, passwordAuthorization } from '../session/authorization.ts';
import { longest, permanentHandle, structureTag } from '../structures/constants.ts';
import { nameOf } from '../structures/name.ts';
import { decodePublicArea, encodePublicArea, type PublicArea } from '../structures/public-area.ts';
import type { TpmReader } from '../structures/reader.ts';
import { sized, u32 } from '../structures/writer.ts';
import { flush } from './lifecycle.ts';

export interface LoadedObject extends Entity {
  readonly name: Bytes;
  readonly publicArea: PublicArea;
}

/** A key as it lies on a disk: its private part is readable by this TPM alone, under its parent. */
export interface KeyBlob {
  /** TPMT_PUBLIC. */
  readonly publicPart: Bytes;
  /** The contents of TPM2B_PRIVATE. */
  readonly privatePart: Bytes;
}

/** No creation data beyond what every creation has. */
const noPcrs = u32(0);

/** @param hierarchyPassword of the owner or endorsement hierarchy; most machines have none */
export async function createPrimary(
  tpm: Tpm,
  hierarchy: 'owner' | 'endorsement',
  template: PublicArea,
  hierarchyPassword: Bytes = noBytes,
): Promise<LoadedObject> {
  const { handle, publicArea } = await tpm.ask(
    {
      name: 'CreatePrimary',
      entities: [{ handle: permanentHandle[hierarchy] }],
      parameters: [sensitive(noBytes, noBytes), sized(encodePublicArea(template)), sized(noBytes), noPcrs],
      authorizations: [passwordAuthorization(hierarchyPassword)],
      makesHandle: true,
      makesKey: true,
    },
    (reader, made) => {
      const area = reader.sized(longest.object, 'a public area');
      readCreation(reader);
      reader.sized(longest.digest + 2, 'the name of a primary key');
      return { handle: made, publicArea: area };
    },
  );
  return await loadedObject(tpm, handle, publicArea);
}

/** @param authorization under the parent; the first parameter of the command holds the secret @returns its public area was checked to be as asked */
export async function createObject(
  tpm: Tpm,
  parent: Entity,
  authorization: Authorization,
  template: PublicArea,
  secrets: { readonly value?: Bytes; readonly data?: Bytes } = {},
): Promise<KeyBlob> {
  const blob = await tpm.ask(
    {
      name: 'Create',
      entities: [parent],
      parameters: [
        sensitive(secrets.value ?? noBytes, secrets.data ?? noBytes),
        sized(encodePublicArea(template)),
        sized(noBytes),
        noPcrs,
      ],
      authorizations: [authorization],
      makesKey: true,
    },
    (reader) => {
      const privatePart = reader.sized(longest.object, 'a private area');
      const publicPart = reader.sized(longest.object, 'a public area');
      readCreation(reader);
      return { privatePart, publicPart };
    },
  );
  const made = decodePublicArea(blob.publicPart);
  if (
    made.type !== template.type ||
    made.attributes !== template.attributes ||
    !equalBytes(made.policy, template.policy) ||
    (made.type === 'ecc' && template.type === 'ecc' && made.use !== template.use)
  ) {
    throw await tpm.distrust(malformed('expected a key with the attributes that were asked for'));
  }
  return blob;
}

export async function loadObject(
  tpm: Tpm,
  parent: Entity,
  authorization: Authorization,
  blob: KeyBlob,
): Promise<LoadedObject> {
  const handle = await tpm.ask(
    {
      name: 'Load',
      entities: [parent],
      parameters: [sized(blob.privatePart), sized(blob.publicPart)],
      authorizations: [authorization],
      makesHandle: true,
    },
    (reader, made) => {
      reader.sized(longest.digest + 2, 'the name of a key');
      return made;
    },
  );
  return await loadedObject(tpm, handle, blob.publicPart);
}

/** @returns undefined if nothing is at that handle */
export async function readPublic(tpm: Tpm, handle: number): Promise<LoadedObject> {
  const area = await tpm.ask({ name: 'ReadPublic', entities: [{ handle }] }, (reader) => {
    const publicArea = reader.sized(longest.object, 'a public area');
    reader.sized(longest.digest + 2, 'the name of a key');
    reader.sized(longest.digest + 2, 'the qualified name of a key');
    return publicArea;
  });
  return { handle, name: await nameOf(area), publicArea: decodePublicArea(area) };
}

/** Keeps a loaded key at a handle that outlives a restart. */
export async function makePersistent(
  tpm: Tpm,
  object: Entity,
  handle: number,
  ownerPassword: Bytes = noBytes,
): Promise<void> {
  await tpm.ask(
    {
      name: 'EvictControl',
      entities: [{ handle: permanentHandle.owner }, object],
      parameters: [u32(handle)],
      authorizations: [passwordAuthorization(ownerPassword)],
    },
    () => undefined,
  );
}

/** The handle is flushed if what the TPM says of it cannot be read. */
async function loadedObject(tpm: Tpm, handle: number, publicArea: Bytes): Promise<LoadedObject> {
  try {
    return { handle, name: await nameOf(publicArea), publicArea: decodePublicArea(publicArea) };
  } catch (error) {
    await flush(tpm, handle).catch(() => undefined);
    throw error;
  }
}

/** TPM2B_SENSITIVE_CREATE. */
function sensitive(value: Bytes, data: Bytes): Bytes {
  return sized(concatBytes(sized(value), sized(data)));
}

/** Creation data, hash and ticket: nothing here rests on them. */
function readCreation(reader: TpmReader): void {
  reader.sized(longest.object, 'creation data');
  reader.sized(longest.digest, 'the hash of creation data');
  reader.expect16(structureTag.creation, 'a creation ticket');
  reader.u32('the hierarchy of a ticket');
  reader.sized(longest.digest, 'the digest of a ticket');
}
