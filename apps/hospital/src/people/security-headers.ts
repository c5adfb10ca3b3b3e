/** What the pages may do in a browser goes with every answer on their origin: a refusal is a document, too. */
import { pageHeaders } from '@vitalseal/page-policy';
import type { FastifyInstance } from 'fastify';

export function securityHeaders(server: FastifyInstance, { tls }: { tls: boolean }): void {
  server.addHook('onRequest', async (request, reply) => {
    const [, page = ''] = request.url.split('/');
    reply.headers(pageHeaders(page));
    if (tls) reply.header('strict-transport-security', 'max-age=31536000');
  });
}
