/**
 * The library of WebAuthn, loaded when somebody first signs in: loading it asks Node for algorithms that are experimental
 * there, which Node says aloud, and no command but `serve` has a use for it.
 */
export function webAuthn() {
  return import('@simplewebauthn/server');
}

export function webAuthnParts() {
  return import('@simplewebauthn/server/helpers');
}
