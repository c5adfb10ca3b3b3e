// A BIP channel as a stream of Node, for TLS to stand on.

import { Duplex } from 'node:stream';
import type { BipChannel } from '../bip/bip-channel.ts';

export class ChannelStream extends Duplex {
  readonly #channel: BipChannel;
  #reading = false;

  constructor(channel: BipChannel) {
    // What was written together leaves together: each part of its own would be a SEND DATA of its own.
    super({ allowHalfOpen: false });
    this.#channel = channel;
  }

  override _read(): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#channel
      .read()
      .then((data) => {
        this.#reading = false;
        this.push(data ?? null);
      })
      .catch((error: Error) => this.destroy(error));
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.#channel.write(new Uint8Array(chunk)).then(() => done(), done);
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: (error?: Error) => void): void {
    const all = Buffer.concat(chunks.map(({ chunk }) => chunk));
    this._write(all, 'buffer', done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#channel.close();
    done(error);
  }
}
