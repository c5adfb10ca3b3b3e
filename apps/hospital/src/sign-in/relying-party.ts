/** Whom passkeys are for (WebAuthn's relying party): a host name, and the one origin whose pages may use them. */
import { isIP } from 'node:net';
import { HospitalError } from '../errors.ts';

export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

/** @throws HospitalError `invalid-option`: a passkey cannot belong to an address, nor to a page that anyone could alter */
export function relyingParty(origin: string): RelyingParty {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const host = url?.hostname ?? '';
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && host === 'localhost');
  if (url === undefined || !secure || isIP(host.replace(/^\[|\]$/g, '')) !== 0) {
    throw new HospitalError(
      'invalid-option',
      'expected an https origin with a host name (or http://localhost) that people open the pages at',
    );
  }
  return { id: host, origin: url.origin };
}
