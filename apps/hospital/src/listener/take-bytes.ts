import type { FastifyInstance } from 'fastify';

/** The listeners take bytes and nothing else: no form, no JSON, so no parser of either to be fed. */
export function takeBytes(server: FastifyInstance, mediaTypes: readonly string[]): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser([...mediaTypes], { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}
