// swtpm's data socket, unix or TCP: commands and responses follow one another with no frame but their own header.
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { type Bytes, concatBytes, noBytes } from '@vitalseal/protocol';
import { malformed, TpmError } from '../errors.ts';
import { announcedLength, responseHeaderLength } from '../structures/response.ts';
import type { Transport } from './transport.ts';

/** How long closing may wait for the other side. */
const closingMs = 500;

interface Waiting {
  resolve(response: Bytes): void;
  reject(error: Error): void;
}

class SocketTransport implements Transport {
  readonly #socket: Socket;
  #received: Bytes = noBytes;
  #waiting: Waiting | undefined;
  #failure: TpmError | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Uint8Array) => this.#take(bytes));
    socket.on('error', (cause) => this.#fail(unavailable(cause)));
    socket.on('close', () => this.#fail(unavailable()));
  }

  get gone(): boolean {
    return this.#failure !== undefined;
  }

  exchange(command: Bytes): Promise<Bytes> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<Bytes>();
    this.#waiting = { resolve, reject };
    this.#socket.write(command);
    return promise;
  }

  close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#socket.destroyed) return Promise.resolve();
    const timer = setTimeout(() => this.#socket.destroy(), closingMs);
    this.#socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    if (this.#waiting === undefined) this.#socket.end(() => this.#socket.destroy());
    else this.#socket.destroy();
    return promise;
  }

  #take(bytes: Uint8Array): void {
    this.#received = concatBytes(this.#received, bytes);
    try {
      const waiting = this.#waiting;
      if (waiting === undefined) throw malformed('expected no response before a command');
      if (this.#received.length < responseHeaderLength) return;
      const length = announcedLength(this.#received);
      if (this.#received.length > length) throw malformed('expected nothing after the response');
      if (this.#received.length < length) return;
      const response = this.#received;
      this.#received = noBytes;
      this.#waiting = undefined;
      waiting.resolve(response);
    } catch (error) {
      this.#fail(error instanceof TpmError ? error : unavailable(error));
      this.#socket.destroy();
    }
  }

  #fail(error: TpmError): void {
    this.#failure ??= error;
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }
}

function unavailable(cause?: unknown): TpmError {
  return new TpmError('tpm-unavailable', 'expected a TPM to answer at the address given', { cause });
}

/** @throws TpmError `tpm-unavailable` */
export function openSocket(where: NetConnectOpts, waitMs: number): Promise<Transport> {
  const { promise, resolve, reject } = Promise.withResolvers<Transport>();
  const socket = connect(where);
  const timer = setTimeout(() => socket.destroy(unavailable()), waitMs);
  const failed = (cause: unknown) => {
    clearTimeout(timer);
    reject(cause instanceof TpmError ? cause : unavailable(cause));
  };
  socket.once('error', failed);
  socket.once('connect', () => {
    clearTimeout(timer);
    socket.off('error', failed);
    socket.setNoDelay(true);
    resolve(new SocketTransport(socket));
  });
  return promise;
}
