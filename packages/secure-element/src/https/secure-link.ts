// One TLS connection at a time on one BIP channel, and the ticket that makes the next one short (RFC 8446, 2.2).

import { connect, type TLSSocket } from 'node:tls';
import { BipChannel } from '../bip/bip-channel.ts';
import { untilAborted } from '../until-aborted.ts';
import type { CardHttpsOptions } from './card-https.ts';
import { ChannelStream } from './channel-stream.ts';
import { expectTrusted } from './expect-trusted.ts';
import { failureOf } from './https-failure.ts';
import { tlsOptions } from './tls-security.ts';

export class SecureLink {
  readonly #options: CardHttpsOptions;
  #channel: BipChannel | undefined;
  #socket: TLSSocket | undefined;
  #ticket: { readonly name: string; readonly session: Buffer } | undefined;

  constructor(options: CardHttpsOptions) {
    this.#options = options;
  }

  /** Why the channel below ended. */
  get failure(): Error | undefined {
    return this.#channel?.failure;
  }

  async connect(): Promise<TLSSocket> {
    const { session, destination, security } = this.#options;
    const how = await security();
    const { name, address, port } = destination();
    const channel = new BipChannel(session);
    const stream = new ChannelStream(channel);
    channel.open({ address, port }).catch((error: Error) => stream.destroy(error));
    const ticket = how.kind === 'certificate' && this.#ticket?.name === name ? this.#ticket.session : undefined;
    const socket = connect({ ...tlsOptions(how, name), socket: stream, ...(ticket && { session: ticket }) });
    // OpenSSL gives none with a resumed connection, so the same one serves again. That a ticket used twice links two
    // connections (RFC 8446, C.4) tells the terminal nothing: it sees whose card it holds.
    const forget = () => {
      this.#ticket = undefined;
    };
    socket.once('close', forget);
    socket.once('secureConnect', () => {
      socket.off('close', forget);
      expectTrusted(socket, how);
    });
    socket.on('session', (given: Buffer) => {
      this.#ticket = { name, session: given };
    });
    this.#channel = channel;
    this.#socket = socket;
    return socket;
  }

  /** A link that has gone unnoticed is given up before it is used, and one of which the terminal does not tell. */
  async check(signal: AbortSignal): Promise<void> {
    const channel = this.#channel;
    const socket = this.#socket;
    if (!channel || channel.failure || !socket || socket.destroyed) return;
    let stands = false;
    try {
      stands = await untilAborted(channel.stands(), signal);
    } catch (cause) {
      throw failureOf(cause, { link: undefined, reused: false });
    } finally {
      if (!stands) socket.destroy();
    }
  }

  close(): void {
    this.#socket?.destroy();
  }
}
