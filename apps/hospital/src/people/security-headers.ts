/**
 * What the pages may do in a browser: their own scripts, their own origin, nothing else, and no frame around them. No script
 * is made from text (Trusted Types): what a page runs are files that its build made.
 */
import type { FastifyInstance } from 'fastify';

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
  "frame-ancestors 'none'",
];

/** Who may name a script by a text: the patient's app its Workers, MapLibre on the crew's page its own; nobody else. */
const policies: Readonly<Record<string, string>> = { patient: 'vitalseal', ambulance: 'default' };

const headers: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const nothing = 'camera=(), microphone=(), geolocation=(), bluetooth=(), payment=(), usb=()';
/** The patient's app reads the activation code's picture, says where the patient is when asked to, and hears sensors. */
const phones = 'camera=(self), geolocation=(self), bluetooth=(self), microphone=(), payment=(), usb=()';

export function securityHeaders(server: FastifyInstance, { tls }: { tls: boolean }): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    const [, page = ''] = request.url.split('/');
    const policy = [...directives, `trusted-types ${policies[page] ?? "'none'"}`].join('; ');
    reply.header('content-security-policy', policy);
    reply.header('permissions-policy', page === 'patient' ? phones : nothing);
    if (tls) reply.header('strict-transport-security', 'max-age=31536000');
  });
}
