// The image in force as the card keeps it, with the attestation under which it was taken.

import { parseAttestation, releaseNumber } from '@vitalseal/certifying-authority';
import { type Bytes, encodeCbor, equalBytes, sha256 } from '@vitalseal/protocol';
import { decodeMhaImage } from '@vitalseal/uicc/global-platform';
import type { SecurityDomain } from '../administration/security-domain.ts';
import { SecureElementError } from '../errors.ts';
import { storedBytes, storedFields } from '../storage/stored.ts';
import { Transaction } from '../storage/transaction.ts';

const name = 'image/loaded';

export function putImage(transaction: Transaction, attestation: Bytes, image: Bytes): void {
  transaction.put(name, encodeCbor([attestation, image]));
}

/** Its code is gone then, and that it was taken back stays. */
export async function forgetImage({ storage }: SecurityDomain): Promise<void> {
  const stored = await storage.read(name);
  if (stored === undefined) return;
  const transaction = new Transaction();
  transaction.put(name, encodeCbor([storedFields(stored, 2)[0] ?? null, null]));
  await transaction.commit(storage);
}

/** Undefined if there is no image, or none any more. @throws SecureElementError with a `storage-` code */
export async function attestationOfImage({ storage }: SecurityDomain): Promise<Bytes | undefined> {
  const stored = await storage.read(name);
  if (stored === undefined) return undefined;
  const [attestation, image] = storedFields(stored, 2);
  return image === null ? undefined : storedBytes(attestation);
}

/**
 * The code of the image that is in force, measured anew: what runs is what was attested.
 * @returns undefined for that of the release the card was made with
 * @throws SecureElementError `image-damaged`, `image-revoked`
 */
export async function loadedCode({ storage, state }: SecurityDomain): Promise<Bytes | undefined> {
  if (state.imageVersion === 0) return undefined;
  try {
    const stored = await storage.read(name);
    if (stored === undefined) throw damaged();
    const [attestation, image] = storedFields(stored, 2);
    if (image === null) throw new SecureElementError('image-revoked', 'expected an image that was not taken back');
    const { release } = parseAttestation(storedBytes(attestation));
    const measured = await sha256(storedBytes(image));
    if (releaseNumber(release.version) !== state.imageVersion || !equalBytes(release.digest, measured)) throw damaged();
    return decodeMhaImage(storedBytes(image)).code;
  } catch (error) {
    if (error instanceof SecureElementError && error.code.startsWith('image-')) throw error;
    throw damaged(error);
  }
}

function damaged(cause?: unknown): SecureElementError {
  return new SecureElementError('image-damaged', 'expected the image that was attested', { cause });
}
