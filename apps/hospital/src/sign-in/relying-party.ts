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

export interface PartyHere {
  /** @throws HospitalError `invalid-option` */
  (): RelyingParty;
  /** Where the hospital listens for people: without an origin that was set, its own, by the name `localhost`. */
  listening(url: string): void;
}

/** @throws HospitalError `invalid-option` for an origin that passkeys cannot be for */
export function partyHere({ origin }: { readonly origin?: string | undefined }): PartyHere {
  let party = origin === undefined ? undefined : relyingParty(origin);
  const here = (): RelyingParty => {
    if (party === undefined) {
      throw new HospitalError('invalid-option', 'expected the origin that people open the pages at');
    }
    return party;
  };
  return Object.assign(here, {
    listening(url: string) {
      if (party !== undefined) return;
      const { protocol, port } = new URL(url);
      party = relyingParty(`${protocol}//localhost${port === '' ? '' : `:${port}`}`);
    },
  });
}
