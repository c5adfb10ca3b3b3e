// The activation link: where to enrol, as whom, with which code, and which root to believe. Everything stands in the
// fragment, which a browser never sends to a server. The root's fingerprint makes the link the trust anchor: whoever
// got it over a trusted way needs to trust no certificate store and no first contact.
import { formatIdentity, type Identity, parseIdentity } from '@vitalseal/protocol';
import { CertificateError } from '../errors.ts';
import { normaliseActivationCode } from './activation-code.ts';

export interface ActivationLink {
  /** Of the page or of the EST server. */
  readonly url: string;
  readonly identity: Identity;
  readonly code: string;
  /** SHA-256 of the root, 64 hexadecimal digits. */
  readonly rootFingerprint: string;
}

export function activationLink({ url, identity, code, rootFingerprint }: ActivationLink): string {
  const link = parseUrl(url);
  // None of these characters needs escaping in a fragment, and a shorter link is a coarser QR code.
  link.hash = `id=${formatIdentity(identity)}&code=${code}&root=${rootFingerprint}`;
  return link.href;
}

/** @throws CertificateError `activation-link-malformed` */
export function parseActivationLink(text: string): ActivationLink {
  const link = parseUrl(text.trim());
  const parameters = new URLSearchParams(link.hash.slice(1));
  const rootFingerprint = parameters.get('root')?.toLowerCase() ?? '';
  const code = normaliseActivationCode(parameters.get('code') ?? '');
  if (code === undefined || !/^[0-9a-f]{64}$/.test(rootFingerprint)) throw malformedLink();
  const identity = linkIdentity(parameters.get('id') ?? '');
  link.hash = '';
  return { url: link.href, identity, code, rootFingerprint };
}

function parseUrl(text: string): URL {
  if (text.length > 2048 || !URL.canParse(text)) throw malformedLink();
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw malformedLink();
  return url;
}

function linkIdentity(text: string): Identity {
  try {
    return parseIdentity(text);
  } catch (cause) {
    throw malformedLink(cause);
  }
}

function malformedLink(cause?: unknown): CertificateError {
  return new CertificateError('activation-link-malformed', 'expected an activation link with id, code and root', {
    cause,
  });
}
