/**
 * A listener that closes in bounded time. Node waits for every connection, also for one on which nobody has said
 * anything (browsers open such ahead of need), and no longer looks for those that are idle once it is closing.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** For requests that are under way. Who is cut off has no answer, and asks again. */
const graceMs = 2_000;
const lookMs = 50;

/** Call it before the listener listens. @returns what closes it */
export function closingSoon(server: FastifyInstance): () => Promise<void> {
  const connections = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return async () => {
    const idle = setInterval(() => server.server.closeIdleConnections(), lookMs);
    const grace = setTimeout(() => {
      for (const socket of connections) socket.destroy();
    }, graceMs);
    try {
      await server.close();
    } finally {
      clearInterval(idle);
      clearTimeout(grace);
    }
  };
}
