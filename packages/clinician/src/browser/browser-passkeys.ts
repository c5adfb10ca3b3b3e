// The browser's passkeys. Everything that the browser says about a failure is put under two codes: it is told the same
// way whether a person declined, waited too long or has no passkey here, so that no page can find out which.
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { ClinicianError } from '../errors.ts';
import type { Passkeys } from '../passkey/passkeys.ts';

export function browserPasskeys(): Passkeys {
  return {
    create: (optionsJSON) => guarded(() => startRegistration({ optionsJSON })),
    assert: (optionsJSON) => guarded(() => startAuthentication({ optionsJSON })),
  };
}

async function guarded<T>(ask: () => Promise<T>): Promise<T> {
  // Also where the page was not loaded securely: a browser offers passkeys to HTTPS and to localhost alone.
  if (!browserSupportsWebAuthn()) {
    throw new ClinicianError('passkey-unavailable', 'expected a browser that offers passkeys to this page');
  }
  try {
    return await ask();
  } catch (cause) {
    throw new ClinicianError(codeFor(cause), 'expected the person to confirm with their passkey', { cause });
  }
}

function codeFor(cause: unknown): 'passkey-known' | 'passkey-unavailable' | 'passkey-declined' {
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'InvalidStateError') return 'passkey-known';
  return name === 'SecurityError' || name === 'NotSupportedError' ? 'passkey-unavailable' : 'passkey-declined';
}
