// A key's two parts as one string of bytes for a file: two TPM2Bs, as tpm2-tools read them one by one.
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import type { KeyBlob } from '../commands/object.ts';
import { TpmError } from '../errors.ts';
import { longest } from '../structures/constants.ts';
import { spkiOfPoint } from '../structures/ecc-point.ts';
import { decodePublicArea, type EccPublic } from '../structures/public-area.ts';
import { readWhole } from '../structures/reader.ts';
import { sized } from '../structures/writer.ts';

export function encodeKeyBlob(blob: KeyBlob): Bytes {
  return concatBytes(sized(blob.publicPart), sized(blob.privatePart));
}

/** @throws TpmError `tpm-blob-malformed` */
export function decodeKeyBlob(bytes: Bytes): KeyBlob {
  return readingBlob(() => {
    const blob = readWhole(bytes, 'a key', (reader) => ({
      publicPart: reader.sized(longest.object, 'a public area'),
      privatePart: reader.sized(longest.object, 'a private area'),
    }));
    decodePublicArea(blob.publicPart);
    return blob;
  });
}

/** @throws TpmError `tpm-blob-malformed` if it is no key on a curve */
export function eccPublicOf(blob: KeyBlob): EccPublic {
  const area = readingBlob(() => decodePublicArea(blob.publicPart));
  if (area.type !== 'ecc') throw new TpmError('tpm-blob-malformed', 'expected a key on P-256');
  return area;
}

/** SubjectPublicKeyInfo, DER. @throws TpmError `tpm-blob-malformed` */
export function spkiOf(blob: KeyBlob): Bytes {
  return spkiOfPoint(eccPublicOf(blob).point);
}

function readingBlob<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof TpmError) || cause.code === 'tpm-blob-malformed') throw cause;
    throw new TpmError('tpm-blob-malformed', 'expected the two parts of a key of a TPM', { cause });
  }
}
