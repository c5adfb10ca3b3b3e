// The network between a phone and its hospital, in somebody else's hands: it leads where that one wants.

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Detour {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #leadsTo: number;

  private constructor(leadsTo: number) {
    this.#leadsTo = leadsTo;
    this.#server = createServer((near) => {
      const far = connect(this.#leadsTo, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (chunk) => to.write(chunk));
        from
          .on('error', () => {})
          .on('close', () => {
            this.#sockets.delete(from);
            to.destroy();
          });
      }
    });
  }

  /** @param honest port of whoever is really meant */
  static async open(honest: number): Promise<Detour> {
    const detour = new Detour(honest);
    await new Promise<void>((resolve) => detour.#server.listen(0, '127.0.0.1', resolve));
    return detour;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From the next connection on; those that stand are cut. */
  lead(port: number): void {
    this.#leadsTo = port;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
