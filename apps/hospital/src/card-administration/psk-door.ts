/**
 * Who knocks: a card, by the external pre-shared key of TLS 1.3 (RFC 8446 section 4.2.11), on the same port that serves
 * phones by certificate. The identity of a card is what the handshake proved, never what a header says.
 *
 * OpenSSL asks for the key before it decides whether to use it. A client that names a card and then agrees on a suite of
 * another hash has the key skipped and goes on, by our certificate, as anybody: that the key was asked for proves nothing.
 * It was used exactly if the handshake "resumed" (so OpenSSL counts an external key) under the suite that the key is for
 * and the last key asked for was known: with that suite a known key is taken, and its binder verified or the handshake
 * ended. A session ticket resumes, too, but nobody's key was asked for then.
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { decodePskIdentity, type PskIdentity } from '@vitalseal/uicc/global-platform';

/** Its hash is the one that keys without a stated hash are for (section 4.2.11). */
const suite = 'TLS_AES_128_GCM_SHA256';

/** @returns 32 bytes, or undefined for a card or a version that is not ours */
export type KeyOf = (identity: PskIdentity) => Uint8Array | undefined;

export class PskDoor {
  readonly #keyOf: KeyOf;
  readonly #named = new WeakMap<Socket, PskIdentity>();

  constructor(keyOf: KeyOf) {
    this.#keyOf = keyOf;
  }

  /** For the TLS server: the option of that name. */
  readonly pskCallback = (socket: TLSSocket, text: string): Uint8Array | null => {
    const identity = decodePskIdentity(text);
    const key = identity === undefined ? undefined : this.#keyOf(identity);
    if (identity === undefined || key === undefined) {
      this.#named.delete(socket);
      return null;
    }
    this.#named.set(socket, identity);
    return key;
  };

  /** The card that this connection's handshake has proved to be, and the version of the key it did so with. */
  cardBehind(socket: Socket): PskIdentity | undefined {
    if (!(socket instanceof TLSSocket) || !socket.isSessionReused() || socket.getCipher().name !== suite) {
      return undefined;
    }
    return this.#named.get(socket);
  }

  /** The card has told on this connection that it has its next key. */
  keyReplaced(socket: Socket, keyVersion: number): void {
    const identity = this.cardBehind(socket);
    if (identity !== undefined) this.#named.set(socket, { ...identity, keyVersion });
  }
}
