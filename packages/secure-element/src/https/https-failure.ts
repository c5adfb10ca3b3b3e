// Why a request of the card had no answer, as the delivery tells it.

import { codeOf, SecureElementError } from '../errors.ts';

/** The link ended before an answer. */
export class LinkLost extends SecureElementError {
  /** It was a link of an earlier request. */
  readonly reused: boolean;

  constructor(cause: unknown, reused: boolean) {
    super('hospital-unreachable', 'expected the hospital to answer', { cause });
    this.reused = reused;
  }
}

/** Also what the other end said by an alert, which Node wraps as EPROTO. */
const untrustedCodes =
  /^(?:EPROTO|ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA)/;

export function failureOf(
  cause: unknown,
  { link, reused }: { readonly link: Error | undefined; readonly reused: boolean },
): SecureElementError {
  if (cause instanceof SecureElementError && cause.code !== 'link-failed') return cause;
  if (untrustedCodes.test(codeOf(cause) ?? '')) {
    return new SecureElementError('hospital-untrusted', "expected a server certified by the card's root", { cause });
  }
  return new LinkLost(link ?? cause, reused);
}
