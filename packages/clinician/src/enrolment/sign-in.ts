// First contact: from the one-time link to a device that holds a certified key. The root is believed because its
// fingerprint stands in the link, and for no other reason; the code is used once and kept nowhere.
import {
  CertificateError,
  type CertificateErrorCode,
  createEstClient,
  type Enrolled,
  enrol,
  parseActivationLink,
} from '@vitalseal/certifying-authority';
import type { Identity, Role } from '@vitalseal/protocol';
import type { KeyCustody } from '../custody/key-custody.ts';
import { ClinicianError, type ClinicianErrorCode } from '../errors.ts';
import type { Fetch } from '../link/transport.ts';

export type SignInStep = 'key' | 'certificate';

export interface SignInOptions {
  /** As the hospital gave it; in a page taken out of the address bar first. */
  readonly link: string;
  /** Whom this device serves. */
  readonly role: Role | readonly Role[];
  readonly custody: KeyCustody;
  /** Where EST is asked; a page asks its own origin, whatever the link says. By default the link's origin. */
  readonly hospitalUrl?: string;
  /** UTC ms. */
  readonly now?: () => number;
  readonly fetch?: Fetch;
  readonly onStep?: (step: SignInStep) => void;
}

/** @throws ClinicianError; the custody is then as it was, but for the key that the next try takes up */
export async function signIn(options: SignInOptions): Promise<Identity> {
  const { role, custody, now = Date.now, fetch = globalThis.fetch.bind(globalThis), onStep } = options;
  const { url, identity, code, rootFingerprint } = parsedLink(options.link);
  const served = typeof role === 'string' ? [role] : role;
  if (!served.includes(identity.role)) {
    throw new ClinicianError('link-for-another-role', `expected a sign-in link for ${served.join(' or ')}`);
  }
  onStep?.('key');
  const keyPair = await custody.keyFor(identity);
  onStep?.('certificate');
  const client = createEstClient({
    url: new URL(options.hospitalUrl ?? url).origin,
    fetch: (address, init) => fetch(address, init),
  });
  const enrolled = await enrol(client, { keyPair, identity, code, rootFingerprint, now }).catch(refused);
  await custody.keep({ identity, privateKey: keyPair.privateKey, chain: enrolled.chain, root: enrolled.root });
  return identity;
}

function parsedLink(link: string): ReturnType<typeof parseActivationLink> {
  try {
    return parseActivationLink(link);
  } catch (cause) {
    throw new ClinicianError('link-malformed', 'expected a whole sign-in link', { cause });
  }
}

const meanings: Partial<Record<CertificateErrorCode, ClinicianErrorCode>> = {
  'root-mismatch': 'root-not-pinned',
  untrusted: 'root-not-pinned',
  'signature-invalid': 'root-not-pinned',
  'est-unreachable': 'hospital-unreachable',
  'est-failed': 'hospital-unreachable',
};

function refused(cause: unknown): Enrolled {
  if (!(cause instanceof CertificateError)) throw cause;
  throw new ClinicianError(
    meanings[cause.code] ?? 'enrolment-refused',
    'expected the authority to certify this device',
    {
      cause,
    },
  );
}
