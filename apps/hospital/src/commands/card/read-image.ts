/** An image of the MHA and its attestation, from files: what no card would take is refused here already. */
import { readFile } from 'node:fs/promises';
import { CertificateError, parseAttestation } from '@vitalseal/certifying-authority';
import { equalBytes, sha256 } from '@vitalseal/protocol';
import { UiccError } from '@vitalseal/uicc';
import { decodeMhaImage, mhaImageName } from '@vitalseal/uicc/global-platform';
import { HospitalError } from '../../errors.ts';
import type { Blob } from '../../store/schema.ts';

/** @throws HospitalError `invalid-option` */
export async function readImage(
  imageFile: string,
  attestationFile: string,
): Promise<{ image: Blob; attestation: Blob }> {
  const image = await read(imageFile, '--image');
  const attestation = await read(attestationFile, '--attestation');
  try {
    decodeMhaImage(image);
    const { name, digest } = parseAttestation(attestation).release;
    if (name === mhaImageName && equalBytes(digest, await sha256(image))) return { image, attestation };
  } catch (cause) {
    if (!(cause instanceof UiccError) && !(cause instanceof CertificateError)) throw cause;
    throw new HospitalError('invalid-option', 'expected an image of the MHA, and an attestation', { cause });
  }
  throw new HospitalError('invalid-option', 'expected the attestation of that image');
}

async function read(file: string, option: string): Promise<Blob> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new HospitalError('invalid-option', `expected ${option} to be a file that can be read`, { cause });
  }
}
