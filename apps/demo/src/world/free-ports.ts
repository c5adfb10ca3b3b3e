import { createServer, type Server } from 'node:net';

/** Ports of the loopback interface that are free now, all different: a process that is started again keeps its own. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/** Below those that systems give to outgoing connections: while a killed process is away, none of these takes its port. */
const lowest = 20_000;
const choices = 12_000;

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') tryOne();
      else reject(error);
    });
    server.once('listening', () => resolve(server));
    const tryOne = () => server.listen(lowest + Math.floor(Math.random() * choices), '127.0.0.1');
    tryOne();
  });
}
