// HCI packets to and from a controller, over whatever stream reaches it. The host stack is not shown what would break it:
// a packet that makes it throw is dropped and counted.

import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { AclGuard } from './acl-guard.ts';
import { H4Splitter } from './h4-splitter.ts';

interface HciEvents {
  data: [packet: Buffer];
  close: [];
}

/** What the host stack is handed: `write`, and the events `data` and `close`. */
export class HciTransport extends EventEmitter<HciEvents> {
  readonly closed: Promise<void>;
  readonly #stream: Duplex;
  readonly #splitter = new H4Splitter();
  readonly #guard = new AclGuard();
  #refused = 0;
  #failure: Error | undefined;
  readonly #rewrite: (packet: Buffer) => Buffer;

  /** @param rewrite applied to each packet of either direction */
  constructor(stream: Duplex, rewrite: (packet: Buffer) => Buffer = (packet) => packet) {
    super();
    this.#stream = stream;
    this.#rewrite = rewrite;
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    stream.on('data', (bytes: Buffer) => this.#receive(bytes));
    stream.on('error', (error) => {
      this.#failure ??= error;
      stream.destroy();
    });
    stream.once('close', () => {
      closed.resolve();
      this.#deliver(() => this.emit('close'));
    });
  }

  /** What closed it, where that was a fault. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Packets from the controller that the host stack could make nothing of. */
  get refused(): number {
    return this.#refused;
  }

  write(packet: Buffer): void {
    if (!this.#stream.destroyed) this.#stream.write(this.#rewrite(packet));
  }

  close(): void {
    this.#stream.destroy();
  }

  #receive(bytes: Buffer): void {
    let packets: Buffer[];
    try {
      packets = this.#splitter.push(bytes);
    } catch {
      this.#refused += 1;
      this.#stream.destroy();
      return;
    }
    for (const packet of packets) {
      if (this.#guard.admits(packet)) this.#deliver(() => this.emit('data', this.#rewrite(packet)));
      else this.#refused += 1;
    }
  }

  #deliver(emit: () => void): void {
    try {
      emit();
    } catch {
      this.#refused += 1;
    }
  }
}
