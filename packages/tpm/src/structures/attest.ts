// TPMS_ATTEST, TPM 2.0 Library Part 2 section 10.12.12: what a TPM says under its signature, here a quote of registers
// (TPM2_Quote) or the certification of a key (TPM2_Certify). Runs wherever the answer is checked, in a page too.
import type { Bytes } from '@vitalseal/protocol';
import { malformed } from '../errors.ts';
import { generatedByTpm, longest, structureTag } from './constants.ts';
import { readPcrSelection } from './pcr-selection.ts';
import { readWhole, type TpmReader } from './reader.ts';

interface AttestCommon {
  /** Qualified name of the key that signed. */
  readonly signer: Bytes;
  /** What the asker gave (`qualifyingData`): his nonce, and what he bound it to. */
  readonly nonce: Bytes;
  readonly clock: AttestClock;
  readonly firmwareVersion: bigint;
}

/** TPMS_CLOCK_INFO. */
export interface AttestClock {
  /** Milliseconds that the TPM has run. */
  readonly milliseconds: bigint;
  /** How often it was reset (a start of the machine) and restarted (a resume). */
  readonly resets: number;
  readonly restarts: number;
  readonly safe: boolean;
}

export interface QuoteAttest extends AttestCommon {
  readonly kind: 'quote';
  readonly pcrs: readonly number[];
  /** SHA-256 over the values of the registers, in ascending order. */
  readonly pcrDigest: Bytes;
}

export interface CertifyAttest extends AttestCommon {
  readonly kind: 'certify';
  /** Name of the key that was certified. */
  readonly name: Bytes;
}

export type Attest = QuoteAttest | CertifyAttest;

/** @throws TpmError `tpm-response-malformed` */
export function parseAttest(bytes: Bytes): Attest {
  return readWhole(bytes, 'an attestation', readAttest);
}

function readAttest(reader: TpmReader): Attest {
  if (reader.u32('a magic number') !== generatedByTpm) throw malformed('expected a structure that a TPM generated');
  const type = reader.u16('the type of an attestation');
  const common = {
    signer: reader.sized(longest.digest + 2, 'the name of the signer'),
    nonce: reader.sized(longest.digest, 'qualifying data'),
    clock: readClock(reader),
    firmwareVersion: reader.u64('a firmware version'),
  };
  if (type === structureTag.attestQuote) {
    const pcrs = readPcrSelection(reader);
    const pcrDigest = reader.sized(32, 'a digest of registers');
    if (pcrDigest.length !== 32) throw malformed('expected a digest of SHA-256');
    return { kind: 'quote', ...common, pcrs, pcrDigest };
  }
  if (type === structureTag.attestCertify) {
    const name = reader.sized(longest.digest + 2, 'the name of a key');
    reader.sized(longest.digest + 2, 'the qualified name of a key');
    return { kind: 'certify', ...common, name };
  }
  throw malformed('expected a quote, or the certification of a key');
}

function readClock(reader: TpmReader): AttestClock {
  const milliseconds = reader.u64('a clock');
  const resets = reader.u32('a count of resets');
  const restarts = reader.u32('a count of restarts');
  const safe = reader.u8('whether the clock is safe');
  if (safe > 1) throw malformed('expected yes or no');
  return { milliseconds, resets, restarts, safe: safe === 1 };
}
