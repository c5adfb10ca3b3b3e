/** SK_PH or SK_HD in use: what the hospital needs to open and to seal on one channel. */
import {
  type Bytes,
  type ChannelSecrets,
  type Identity,
  type Opener,
  ReplayWindow,
  type Sealer,
} from '@vitalseal/protocol';

export class OpenChannel {
  readonly id: Bytes;
  readonly step: number;
  readonly peer: Identity;
  /** Text form of the peer, for the store. */
  readonly peerName: string;
  readonly secrets: ChannelSecrets;
  readonly opener: Opener;
  readonly sealer: Sealer;
  /** Serial numbers of the certificates it rests on, the peer's own last. */
  readonly serials: readonly string[];
  /** UTC ms after which a new handshake is due. */
  readonly expiresAt: number;
  #window: ReplayWindow | undefined;
  #closed = false;

  constructor(parts: {
    secrets: ChannelSecrets;
    peerName: string;
    opener: Opener;
    sealer: Sealer;
    serials: readonly string[];
    expiresAt: number;
    window: Bytes | null;
  }) {
    this.secrets = parts.secrets;
    this.id = parts.secrets.id;
    this.step = parts.secrets.step;
    this.peer = parts.secrets.initiator;
    this.peerName = parts.peerName;
    this.opener = parts.opener;
    this.sealer = parts.sealer;
    this.serials = parts.serials;
    this.expiresAt = parts.expiresAt;
    this.#window = decodeWindow(parts.window);
  }

  /** The replay window as of the last commit; undefined when a commit ended so that only the store knows. */
  get window(): ReplayWindow | undefined {
    return this.#window;
  }

  /** Only after the commit that stored it. */
  windowCommitted(window: ReplayWindow): void {
    this.#window = window;
  }

  /** After a commit whose outcome is unknown. */
  windowUnknown(): void {
    this.#window = undefined;
  }

  windowReadAgain(encoded: Bytes | null): ReplayWindow {
    this.#window = decodeWindow(encoded);
    return this.#window;
  }

  /** Of the peer's own certificate. */
  get serial(): string | undefined {
    return this.serials.at(-1);
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
  }
}

function decodeWindow(encoded: Bytes | null): ReplayWindow {
  return encoded === null ? ReplayWindow.empty() : ReplayWindow.decode(encoded);
}
