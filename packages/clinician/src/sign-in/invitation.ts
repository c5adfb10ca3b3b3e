// The invitation that a person registers a passkey with: a link, or its QR code. All of it stands in the fragment, which
// a browser never sends to a server. The root's fingerprint in it is what the page believes from then on.
import { ClinicianError } from '../errors.ts';

export interface PasskeyInvitation {
  /** Of the hospital's people listener. */
  readonly hospitalUrl: string;
  /** Works once. */
  readonly token: string;
  /** SHA-256 of the authority's root, 64 hexadecimal digits. */
  readonly rootFingerprint: string;
}

/** Whether a link is one of these, and not the one-time link that certifies a device without a passkey. */
export function isInvitation(link: string): boolean {
  return fragmentOf(link)?.has('invite') ?? false;
}

/** @throws ClinicianError `link-malformed` */
export function parseInvitation(link: string): PasskeyInvitation {
  const fragment = fragmentOf(link);
  const token = fragment?.get('invite') ?? '';
  const rootFingerprint = fragment?.get('root')?.toLowerCase() ?? '';
  if (!/^[A-Za-z0-9_-]{43}$/.test(token) || !/^[0-9a-f]{64}$/.test(rootFingerprint)) {
    throw new ClinicianError('link-malformed', 'expected a whole invitation link');
  }
  return { hospitalUrl: `${new URL(link).origin}/`, token, rootFingerprint };
}

function fragmentOf(link: string): URLSearchParams | undefined {
  if (link.length > 2048 || !URL.canParse(link)) return undefined;
  const { protocol, hash } = new URL(link);
  return protocol === 'https:' || protocol === 'http:' ? new URLSearchParams(hash.slice(1)) : undefined;
}
