// Content Security Policy (level 3): a page's own scripts, its own origin, nothing else, and no frame around it. No script is
// made from text (Trusted Types): what a page runs are files that its build made.

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
];

/** Who may name a script by a text: the patient's app its Workers, MapLibre on the crew's page its own; nobody else. */
const trustedTypes: ReadonlyMap<string, string> = new Map([
  ['patient', 'vitalseal'],
  ['ambulance', 'default'],
]);

/** @param page first part of its path @returns name of its Trusted Types policy, or `'none'` */
export function trustedTypesPolicy(page: string): string {
  return trustedTypes.get(page) ?? "'none'";
}

/** In the document: browsers take `frame-ancestors` from a header alone. */
export function documentPolicy(page: string): string {
  return [...directives, `trusted-types ${trustedTypesPolicy(page)}`].join('; ');
}

export function headerPolicy(page: string): string {
  return `${documentPolicy(page)}; frame-ancestors 'none'`;
}
