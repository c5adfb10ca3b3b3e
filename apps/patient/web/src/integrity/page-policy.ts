// What the patient's app may do in a browser: its own scripts, its own origin, nothing made from text, no frame around it.
// The document carries this policy itself, and the service worker sends it; the hospital's header says the same.

export const policyName = 'vitalseal';

const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "media-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  `trusted-types ${policyName}`,
] as const;

/** In the document: browsers take `frame-ancestors` from a header alone. */
export const documentPolicy: string = directives.join('; ');

export const headerPolicy: string = [...directives, "frame-ancestors 'none'"].join('; ');

/** What goes with every file that the service worker answers with, whatever headers it came with. */
export const fileHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': headerPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), geolocation=(self), bluetooth=(self), microphone=(), payment=(), usb=()',
};
