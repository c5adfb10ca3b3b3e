// The endorsement key: the TPM's own identity, the same for as long as it is not cleared by its maker's seed. The authority's
// operator approves it by its fingerprint. TCG EK Credential Profile 2.5, template L-2 (P-256), the one that certificates of
// makers are for.
import { type Bytes, hexToBytes, noBytes, sha256 } from '@vitalseal/protocol';
import type { Tpm } from '../client/tpm.ts';
import { flush, readProperty } from '../commands/lifecycle.ts';
import { createPrimary, type LoadedObject } from '../commands/object.ts';
import { TpmError } from '../errors.ts';
import { property } from '../structures/constants.ts';
import { keyAttributes } from '../structures/object-attributes.ts';
import { decodePublicArea, type EccPublic, encodePublicArea } from '../structures/public-area.ts';

/** PolicySecret of the endorsement hierarchy, as the profile prints it. */
const policy = hexToBytes('837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa');

const template: EccPublic = {
  type: 'ecc',
  attributes: keyAttributes.endorsement,
  policy,
  use: 'storage',
  point: { x: new Uint8Array(32), y: new Uint8Array(32) },
};

export async function withEndorsementKey<T>(
  tpm: Tpm,
  work: (key: LoadedObject) => Promise<T>,
  endorsementPassword: Bytes = noBytes,
): Promise<T> {
  const key = await createPrimary(tpm, 'endorsement', template, endorsementPassword);
  try {
    return await work(key);
  } finally {
    await flush(tpm, key.handle).catch(() => undefined);
  }
}

/** @returns its public area, for the authority */
export async function readEndorsementKey(tpm: Tpm, endorsementPassword: Bytes = noBytes): Promise<Bytes> {
  return await withEndorsementKey(tpm, async ({ publicArea }) => encodePublicArea(publicArea), endorsementPassword);
}

/** SHA-256 of the public area: what operators compare. */
export async function endorsementFingerprint(publicArea: Bytes): Promise<Bytes> {
  expectEndorsementKey(publicArea);
  return await sha256(publicArea);
}

/** @throws TpmError `tpm-key-refused` unless it has the attributes and the policy of the template */
export function expectEndorsementKey(publicArea: Bytes): EccPublic {
  const area = decodePublicArea(publicArea);
  const same =
    area.type === 'ecc' &&
    area.use === 'storage' &&
    area.attributes === template.attributes &&
    area.policy.every((byte, index) => byte === policy[index]) &&
    area.policy.length === policy.length;
  if (!same) throw new TpmError('tpm-key-refused', 'expected an endorsement key of the template L-2');
  return area;
}

export interface TpmDescription {
  /** Four letters, such as `IFX ` or, of the emulator, `IBM `. */
  readonly manufacturer: string;
  readonly firmwareVersion: string;
}

export async function describeTpm(tpm: Tpm): Promise<TpmDescription> {
  const [manufacturer = 0, first = 0, second = 0] = [
    await readProperty(tpm, property.manufacturer),
    await readProperty(tpm, property.firmwareVersion1),
    await readProperty(tpm, property.firmwareVersion2),
  ];
  const letters = [24, 16, 8, 0].map((shift) => (manufacturer >>> shift) & 0xff);
  return {
    manufacturer: letters
      .map((letter) => (letter >= 0x20 && letter < 0x7f ? String.fromCharCode(letter) : ''))
      .join(''),
    firmwareVersion: `${first.toString(16).padStart(8, '0')}.${second.toString(16).padStart(8, '0')}`,
  };
}
