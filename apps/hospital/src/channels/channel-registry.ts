/**
 * All channels of the hospital: opened by a handshake, kept in the store, held open in memory while they are used,
 * closed when they expire, are replaced, or rest on a certificate that was revoked.
 */
import {
  type Bytes,
  bytesToHex,
  type ChannelSecrets,
  decodeChannelSecrets,
  encodeChannelSecrets,
  formatIdentity,
  openOpener,
  openSealer,
  SendCounter,
} from '@vitalseal/protocol';
import { systemActor } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import type { ChannelRow } from '../store/channels.ts';
import type { Store } from '../store/open-store.ts';
import { OpenChannel } from './open-channel.ts';

/** Numbers reserved at a time: one write in a thousand records. */
const counterBlock = 1024;
/** The newest and the one before it, on which the peer's last answers may still be on their way. */
const channelsPerDevice = 2;
/** Of channels that are closed together, as many are named in the audit log. */
const mostNamed = 200;

export interface ChannelRegistryOptions {
  readonly store: Store;
  /** UTC ms: the machine's own clock, since keys and certificates age in real time. */
  readonly now: () => number;
  /** Asked of each certificate that a channel rests on, when the channel is taken from the store. */
  readonly isRevoked?: (serial: string) => boolean;
  /** How many channels are held open in memory. */
  readonly openLimit?: number;
  readonly onClosed?: (channel: OpenChannel) => void;
}

export class ChannelRegistry {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #isRevoked: (serial: string) => boolean;
  readonly #openLimit: number;
  readonly #onClosed: (channel: OpenChannel) => void;
  /** In the order of opening. */
  readonly #open = new Map<string, OpenChannel>();
  /** A channel is never opened twice at a time: two sealers would count from the same number and repeat nonces. */
  readonly #opening = new Map<string, Promise<OpenChannel | undefined>>();
  /** Closed, while the store may still have them: nothing opens these again. */
  readonly #closing = new Set<string>();

  constructor(options: ChannelRegistryOptions) {
    const { store, now, isRevoked = () => false, openLimit = 50_000, onClosed = () => undefined } = options;
    this.#store = store;
    this.#now = now;
    this.#isRevoked = isRevoked;
    this.#openLimit = openLimit;
    this.#onClosed = onClosed;
  }

  /** The channel if it is in memory: no wait on the path of every record. */
  known(id: Bytes): OpenChannel | undefined {
    const key = bytesToHex(id);
    const channel = this.#open.get(key);
    if (channel === undefined) return undefined;
    if (channel.closed || channel.expiresAt <= this.#now()) {
      this.#forget(key);
      return undefined;
    }
    return channel;
  }

  async find(id: Bytes): Promise<OpenChannel | undefined> {
    const known = this.known(id);
    if (known !== undefined) return known;
    const key = bytesToHex(id);
    if (this.#closing.has(key)) return undefined;
    let opening = this.#opening.get(key);
    if (opening === undefined) {
      opening = this.#load(id, key).finally(() => this.#opening.delete(key));
      this.#opening.set(key, opening);
    }
    return opening;
  }

  /**
   * Stores a new channel durably, then closes the older ones of the same device. A person has several, each with a
   * certificate of its own: none of them silences the others.
   */
  async establish(secrets: ChannelSecrets, serials: readonly string[], expiresAt: number): Promise<OpenChannel> {
    const peer = formatIdentity(secrets.initiator);
    const row: ChannelRow = {
      id: secrets.id,
      step: secrets.step,
      peer,
      certificate_serials: serials.join(' '),
      secrets: encodeChannelSecrets(secrets),
      opened_at: this.#now(),
      expires_at: expiresAt,
      send_reserved: 0,
    };
    const replaced = await this.#store.transaction(async (db) => {
      await this.#store.channels.open(row, db);
      const all = await this.#store.channels.ofPeer(peer, secrets.step, secrets.step === 3 ? row : undefined, db);
      const old = all.filter((id) => !sameBytes(id, secrets.id)).slice(channelsPerDevice - 1);
      await this.#store.channels.close(old, db);
      const what = { channel: bytesToHex(secrets.id), step: secrets.step };
      this.#store.audit.append(db, { kind: 'channel-opened', actor: peer, what });
      return old;
    });
    for (const id of replaced) this.#forget(bytesToHex(id));
    return this.#hold(row, secrets, null);
  }

  /** Deletes channels, keys and all; whoever reads on one of them is cut off. */
  async close(ids: readonly Bytes[]): Promise<void> {
    // First in memory: from here on nothing is taken from them, whatever becomes of the store.
    const keys = ids.map(bytesToHex);
    for (const key of keys) {
      this.#closing.add(key);
      this.#forget(key);
    }
    await this.#store.transaction(async (db) => {
      await this.#store.channels.close(ids, db);
      if (keys.length === 0) return;
      const what = { count: keys.length, channels: keys.slice(0, mostNamed) };
      this.#store.audit.append(db, { kind: 'channels-closed', actor: systemActor, what });
    });
    for (const key of keys) {
      await this.#opening.get(key)?.catch(() => undefined);
      this.#closing.delete(key);
    }
  }

  /** Closes every channel that rests on a revoked certificate. */
  async closeRevoked(isRevoked: (serial: string) => boolean): Promise<number> {
    for (const [key, channel] of this.#open) if (channel.serials.some(isRevoked)) this.#forget(key);
    const rest = await this.#store.channels.serials();
    const ids = rest.filter(({ serials }) => serials.some(isRevoked)).map(({ id }) => id);
    if (ids.length > 0) await this.close(ids);
    return ids.length;
  }

  /** Whatever they rest on. */
  async closeAll(): Promise<void> {
    for (const key of [...this.#open.keys()]) this.#forget(key);
    const all = await this.#store.channels.serials();
    if (all.length > 0) await this.close(all.map(({ id }) => id));
  }

  async closeExpired(): Promise<void> {
    const ids = await this.#store.channels.expired(this.#now());
    if (ids.length > 0) await this.close(ids);
  }

  #forget(key: string): void {
    const channel = this.#open.get(key);
    if (channel === undefined) return;
    this.#open.delete(key);
    channel.close();
    this.#onClosed(channel);
  }

  async #load(id: Bytes, key: string): Promise<OpenChannel | undefined> {
    const found = await this.#store.channels.find(id);
    if (found === undefined || found.channel.expires_at <= this.#now()) return undefined;
    const secrets = secretsOf(found.channel);
    // Nothing else will ever open on it: the peer shakes hands anew.
    if (secrets === undefined) return undefined;
    const channel = await this.#hold(found.channel, secrets, found.window);
    const revoked = channel.serials.some(this.#isRevoked);
    if (!revoked && !this.#closing.has(key)) return channel;
    this.#forget(key);
    return undefined;
  }

  async #hold(row: ChannelRow, secrets: ChannelSecrets, window: Bytes | null): Promise<OpenChannel> {
    const counter = new SendCounter({
      start: row.send_reserved,
      block: counterBlock,
      reserve: this.#reservation(row),
    });
    const channel = new OpenChannel({
      secrets,
      peerName: row.peer,
      opener: await openOpener(secrets, 'responder'),
      sealer: await openSealer(secrets, 'responder', counter),
      serials: row.certificate_serials.split(' '),
      expiresAt: row.expires_at,
      window,
    });
    this.#open.set(bytesToHex(row.id), channel);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= this.#openLimit) break;
      this.#open.delete(oldest);
    }
    return channel;
  }

  #reservation({ id, send_reserved }: ChannelRow): (until: number) => Promise<void> {
    let from = send_reserved;
    return async (until) => {
      const reserved = await this.#store.channels.reserve(id, { from, until });
      if (!reserved) {
        // A reservation that seemed to fail had been stored. The channel starts afresh behind it when it is asked for again.
        this.#open.delete(bytesToHex(id));
        throw new HospitalError(
          'store-unavailable',
          'expected the reservation of send counters to stand as it was left',
        );
      }
      from = until;
    };
  }
}

function secretsOf({ secrets }: ChannelRow): ChannelSecrets | undefined {
  try {
    return decodeChannelSecrets(secrets);
  } catch {
    return undefined;
  }
}

function sameBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
