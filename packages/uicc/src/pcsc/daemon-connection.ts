// One connection to pcscd's Unix socket, and one exchange on it at a time. The daemon's answers carry no numbers and no
// lengths of their own: an answer that comes late or not whole leaves the two out of step, and ends the connection.

import { connect, type Socket } from 'node:net';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import { withHeader } from './messages.ts';

interface Wanted {
  readonly length: number;
  readonly resolve: (bytes: Bytes) => void;
}

/** What one exchange may do while it has the connection to itself. */
export interface Exchange {
  send(command: number, body?: Uint8Array, attached?: Uint8Array): void;
  receive(length: number): Promise<Bytes>;
}

export class DaemonConnection {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #ended = Promise.withResolvers<never>();
  #end: UiccError | undefined;
  #received: Buffer = Buffer.alloc(0);
  #wanted: Wanted | undefined;
  #busy = false;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param timeoutMs longest time for any one answer of the daemon
   * @throws UiccError `pcsc-unreachable`
   */
  static async open(path: string, timeoutMs: number): Promise<DaemonConnection> {
    const socket = connect(path);
    const opened = Promise.withResolvers<void>();
    socket.once('connect', opened.resolve).once('error', opened.reject);
    try {
      await opened.promise;
    } catch (cause) {
      throw new UiccError('pcsc-unreachable', `expected pcscd to listen at ${path}: is it installed and running?`, {
        cause,
      });
    }
    return new DaemonConnection(socket, timeoutMs);
  }

  private constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#ended.promise.catch(() => undefined);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (cause) => this.#fail(new UiccError('pcsc-unreachable', 'expected pcscd to go on', { cause })));
    socket.on('close', () => this.#fail(new UiccError('pcsc-unreachable', 'expected pcscd to go on, and it hung up')));
  }

  /** @param patienceMs for this exchange, where it may take longer than others @throws UiccError */
  exchange<T>(run: (exchange: Exchange) => Promise<T>, patienceMs: number = this.#timeoutMs): Promise<T> {
    const turn = this.#last.then(() => this.#turn(run, patienceMs));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Sends `command` and takes the struct it is answered with, which is as long as the one sent. */
  call(command: number, body: Uint8Array, patienceMs?: number): Promise<Bytes> {
    return this.exchange(async ({ send, receive }) => {
      send(command, body);
      return await receive(body.length);
    }, patienceMs);
  }

  close(): void {
    this.#fail(new UiccError('card-gone', 'expected a card that is still open'));
  }

  async #turn<T>(run: (exchange: Exchange) => Promise<T>, patienceMs: number): Promise<T> {
    if (this.#received.length > 0) this.#failUnasked();
    if (this.#end !== undefined) throw this.#end;
    const late = setTimeout(
      () => this.#fail(new UiccError('pcsc-failed', `expected an answer of pcscd within ${patienceMs} ms`)),
      patienceMs,
    );
    this.#busy = true;
    try {
      return await Promise.race([run({ send: this.#send, receive: this.#receive }), this.#ended.promise]);
    } finally {
      this.#busy = false;
      clearTimeout(late);
    }
  }

  readonly #send = (command: number, body: Uint8Array = new Uint8Array(), attached?: Uint8Array): void => {
    const message = withHeader(command, body);
    this.#socket.write(attached === undefined ? message : Buffer.concat([message, attached]));
  };

  readonly #receive = (length: number): Promise<Bytes> => {
    const { promise, resolve } = Promise.withResolvers<Bytes>();
    this.#wanted = { length, resolve };
    this.#deliver();
    return promise;
  };

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    this.#deliver();
  }

  #deliver(): void {
    const wanted = this.#wanted;
    if (wanted === undefined) {
      // Within an exchange, the rest of an answer whose beginning is being looked at.
      if (!this.#busy && this.#received.length > 0) this.#failUnasked();
      return;
    }
    if (this.#received.length < wanted.length) return;
    this.#wanted = undefined;
    const bytes = new Uint8Array(this.#received.subarray(0, wanted.length));
    this.#received = this.#received.subarray(wanted.length);
    wanted.resolve(bytes);
  }

  #failUnasked(): void {
    this.#fail(new UiccError('pcsc-failed', 'expected pcscd to speak when it is asked, and as it should'));
  }

  #fail(reason: UiccError): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#socket.destroy();
    this.#ended.reject(reason);
  }
}
