// Whether a quote says what was asked: made by a TPM, for this nonce, over the one register that holds the release and nothing
// else. The signature over it is checked by the caller, with the key that the authority certified.
import { type Bytes, concatBytes, constantTimeEqual, equalBytes, sha256 } from '@vitalseal/protocol';
import { TpmError } from '../errors.ts';
import { parseAttest, type QuoteAttest } from './attest.ts';

/** Register of the release's measurement: neither firmware, boot loader nor IMA of Linux uses it. */
export const usualReleaseRegister = 13;

/** What the register's quote holds if that release, and nothing else, was measured since the machine started. */
export async function releaseRegisterDigest(releaseDigest: Bytes): Promise<Bytes> {
  const register = await sha256(concatBytes(new Uint8Array(32), releaseDigest));
  return await sha256(register);
}

export interface ExpectedQuote {
  /** The qualifying data that was asked for. */
  readonly nonce: Bytes;
  readonly register: number;
  /** SHA-256 of the release that is said to run. */
  readonly releaseDigest: Bytes;
}

/** @throws TpmError `tpm-response-malformed`, `tpm-quote-refused`, `tpm-quote-stale`, `tpm-quote-other-release` */
export async function checkQuote(attest: Bytes, expected: ExpectedQuote): Promise<QuoteAttest> {
  const quote = parseAttest(attest);
  if (quote.kind !== 'quote') throw refused('a quote of registers');
  if (!constantTimeEqual(quote.nonce, expected.nonce)) {
    throw new TpmError('tpm-quote-stale', 'expected a quote made for this question');
  }
  if (quote.pcrs.length !== 1 || quote.pcrs[0] !== expected.register) {
    throw refused('a quote of the register that holds the release, and of no other');
  }
  if (!equalBytes(quote.pcrDigest, await releaseRegisterDigest(expected.releaseDigest))) {
    throw new TpmError(
      'tpm-quote-other-release',
      'expected the register to hold the measurement of that release alone',
    );
  }
  return quote;
}

function refused(what: string): TpmError {
  return new TpmError('tpm-quote-refused', `expected ${what}`);
}
