// One channel of the bearer independent protocol (ETSI TS 102 223, 6.4.27 to 6.4.31) as a TCP connection. What came and
// was not fetched is bounded by pausing the socket; what was handed over and is not on its way yet, by waiting.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface SocketChannelOptions {
  readonly host: string;
  readonly port: number;
  /** Data came where none was waiting. */
  readonly arrived: () => void;
  /** The other side is gone; what came before may still be taken. */
  readonly dropped: () => void;
}

/** Held for the card; the rest waits with the sender. */
const mostReceived = 1 << 16;
/** Handed over by the card, and not taken by the network yet. */
const mostUnsent = 1 << 18;
const connectMs = 5000;
const drainMs = 5000;

export class SocketChannel {
  readonly #socket: Socket;
  readonly #options: SocketChannelOptions;
  #received: Buffer[] = [];
  #available = 0;
  /** Put aside by SEND DATA "store", until one says "immediately". */
  #stored: Uint8Array[] = [];
  #storedLength = 0;
  #open = true;

  private constructor(socket: Socket, options: SocketChannelOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', (data) => this.#receive(data));
    socket.on('close', () => this.#drop());
  }

  /** @throws the socket's error, or one that says it took too long */
  static async open(options: SocketChannelOptions): Promise<SocketChannel> {
    const { host, port } = options;
    const socket = connect({ host, port, noDelay: true });
    socket.on('error', () => {});
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(connectMs) });
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return new SocketChannel(socket, options);
  }

  get open(): boolean {
    return this.#open;
  }

  /** Bytes that wait to be taken. */
  get available(): number {
    return this.#available;
  }

  /** Bytes that can still be put aside or handed over. */
  get room(): number {
    return Math.max(0, mostUnsent - this.#socket.writableLength - this.#storedLength);
  }

  /** @returns at most so many of the bytes that wait */
  take(length: number): Buffer {
    const taken: Buffer[] = [];
    let wanted = Math.min(length, this.#available);
    this.#available -= wanted;
    while (wanted > 0) {
      const [first] = this.#received;
      if (!first) break;
      if (first.length <= wanted) this.#received.shift();
      else this.#received[0] = first.subarray(wanted);
      taken.push(first.subarray(0, wanted));
      wanted -= Math.min(wanted, first.length);
    }
    if (this.#available < mostReceived / 2) this.#socket.resume();
    return Buffer.concat(taken);
  }

  /** @returns false where there is no room, and nothing was taken */
  store(data: Uint8Array): boolean {
    if (data.length > this.room) return false;
    this.#stored.push(data);
    this.#storedLength += data.length;
    return true;
  }

  /** Sends what was put aside and then this. @returns false where the network takes nothing, and nothing was taken */
  async send(data: Uint8Array): Promise<boolean> {
    if (data.length > this.room && !(await this.#drained(data.length))) return false;
    const together = Buffer.concat([...this.#stored, data]);
    this.#stored = [];
    this.#storedLength = 0;
    this.#socket.write(together);
    return true;
  }

  /** What the card has sent goes out first, where the network lets it. */
  close(): void {
    this.#open = false;
    this.#socket.removeAllListeners('data');
    this.#socket.resume();
    this.#socket.destroySoon();
    const late = setTimeout(() => this.#socket.destroy(), drainMs);
    this.#socket.once('close', () => clearTimeout(late));
  }

  #receive(data: Buffer): void {
    const wereNone = this.#available === 0;
    this.#received.push(data);
    this.#available += data.length;
    if (this.#available >= mostReceived) this.#socket.pause();
    if (wereNone) this.#options.arrived();
  }

  #drop(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#options.dropped();
  }

  async #drained(length: number): Promise<boolean> {
    if (this.#socket.writableNeedDrain) {
      await once(this.#socket, 'drain', { signal: AbortSignal.timeout(drainMs) }).catch(() => {});
    }
    return length <= this.room;
  }
}
