// The hospital's end of step 2 for tests, with the real protocol and a store in memory: it shakes hands, opens batches,
// keeps each origin once and seals acknowledgements.

import { credentialVerifier, KnownChains } from '@vitalseal/certifying-authority';
import {
  type AcknowledgedRecord,
  acceptMessage1,
  type Bytes,
  bytesToHex,
  channelIdOf,
  decodeCbor,
  decodeStep2Message,
  deriveChannel,
  encodeAcknowledgement,
  encodeCbor,
  equalBytes,
  HalfOpenHandshakes,
  joinResults,
  type LastUsedChannel,
  type Opener,
  openOpener,
  openSealer,
  originKey,
  ProtocolError,
  parseHandshakeBody,
  ReplayWindow,
  type ResponderAwaitingMessage3,
  recordHash,
  type Sealer,
  SendCounter,
  type Step2Message,
} from '@vitalseal/protocol';
import type { CertifiedParty } from './certified-world.ts';

interface Channel {
  readonly opener: Opener;
  readonly sealer: Sealer;
  readonly window: ReplayWindow;
}

export interface RespondingHospitalOptions {
  readonly party: CertifiedParty;
  readonly root: Bytes;
  readonly now: () => number;
  /** Why a reading is refused for good; undefined takes it. */
  readonly refuse?: (message: Step2Message) => string | undefined;
}

export class RespondingHospital {
  readonly #options: RespondingHospitalOptions;
  readonly #halfOpen = new HalfOpenHandshakes<ResponderAwaitingMessage3>({ limit: 64, lifetimeMs: 60_000 });
  #chains = new KnownChains(100);
  readonly #channels = new Map<string, Channel>();
  /** Each stored reading by its origin. */
  readonly stored = new Map<string, Step2Message>();
  duplicates = 0;
  /** Nonces that came twice with other bytes: there must be none. */
  repeatedCounters = 0;
  readonly #seenBytes = new Map<string, string>();
  /** What it tells in handshakes. */
  lastUsed: LastUsedChannel | undefined;

  constructor(options: RespondingHospitalOptions) {
    this.#options = options;
  }

  get channels(): number {
    return this.#channels.size;
  }

  /** As after a restart that lost the channels but not the readings. */
  forgetChannels(): void {
    this.#channels.clear();
  }

  forgetChains(): void {
    this.#chains = new KnownChains(100);
  }

  /** What a page brings that carries for the card. The keys of this hospital are in software: it proves nothing. */
  async answer(path: string, body: Bytes): Promise<{ readonly status: number; readonly body: Bytes }> {
    if (path === '/attestation') return { status: 404, body: new Uint8Array(0) };
    return { status: 200, body: await (path === '/edhoc' ? this.edhoc(body) : this.records(body)) };
  }

  /** POST /edhoc @throws ProtocolError, CertificateError */
  async edhoc(body: Bytes): Promise<Bytes> {
    const { party, root, now } = this.#options;
    const parsed = parseHandshakeBody(body);
    if (parsed.kind === 'message1') {
      const connectionId = this.#halfOpen.newConnectionId();
      const verifyPeer = credentialVerifier({
        anchors: [root],
        now,
        roles: ['patient'],
        known: this.#chains.find,
        remember: this.#chains.remember,
      });
      const lastUsed = () => this.lastUsed;
      const config = { own: party.credential, verifyPeer, connectionId, lastUsed };
      const state = await acceptMessage1(config, parsed.message);
      this.#halfOpen.add(connectionId, state, 0);
      return state.message2;
    }
    const state = this.#halfOpen.take(parsed.connectionId, 0);
    if (!state) throw new Error('no such handshake');
    const { message4, result } = await state.receiveMessage3(parsed.message);
    const secrets = await deriveChannel(result, 2, party.identity);
    const counter = new SendCounter({ start: 0, block: 1 << 20, reserve: () => {} });
    this.#channels.set(bytesToHex(secrets.id), {
      opener: await openOpener(secrets, 'responder'),
      sealer: await openSealer(secrets, 'responder', counter),
      window: ReplayWindow.empty(),
    });
    return message4;
  }

  /** POST /records */
  async records(body: Bytes): Promise<Bytes> {
    const batch = decodeCbor(body);
    if (!Array.isArray(batch)) throw new Error('expected an array of records');
    const hints: [number, string][] = [];
    const results: AcknowledgedRecord[] = [];
    let on: Channel | undefined;
    for (const [index, record] of batch.entries()) {
      if (!(record instanceof Uint8Array)) throw new Error('expected a record');
      const channel = this.#channels.get(bytesToHex(channelIdOf(record)));
      if (!channel) {
        hints.push([index, 'channel-unknown']);
        continue;
      }
      on = channel;
      results.push(await this.#take(channel, record));
    }
    return encodeCbor([on && results.length > 0 ? await this.#acknowledge(on, results) : null, hints]);
  }

  async #acknowledge(channel: Channel, results: AcknowledgedRecord[]): Promise<Bytes> {
    const at = { utcMs: this.#options.now(), offsetMinutes: 0 };
    const payload = encodeAcknowledgement({
      channel: channel.sealer.secrets.id,
      at,
      results: await joinResults(results),
    });
    return (await channel.sealer.seal(payload)).bytes;
  }

  async #take(channel: Channel, record: Bytes): Promise<AcknowledgedRecord> {
    const { sequence, payload } = await channel.opener.open(record);
    const hash = await recordHash(record);
    this.#watchCounter(channel, sequence, record);
    const message = decodeStep2Message(payload);
    const key = originKey(message.reading.origin);
    const code = this.#options.refuse?.(message);
    if (code !== undefined) return { sequence, recordHash: hash, outcome: 'refused', code };
    if (this.stored.has(key)) {
      this.duplicates += 1;
      return { sequence, recordHash: hash, outcome: 'duplicate' };
    }
    if (channel.window.check(sequence) !== 'fresh')
      throw new ProtocolError('record-replayed', 'expected a new counter');
    channel.window.accept(sequence);
    const { id } = channel.opener.secrets;
    if (this.lastUsed === undefined || !equalBytes(this.lastUsed.channel, id)) {
      this.lastUsed = { channel: id, at: this.#options.now() };
    }
    this.stored.set(key, message);
    return { sequence, recordHash: hash, outcome: 'stored' };
  }

  #watchCounter(channel: Channel, sequence: number, record: Bytes): void {
    const nonce = `${bytesToHex(channel.opener.secrets.id)}/${sequence}`;
    const bytes = bytesToHex(record);
    const before = this.#seenBytes.get(nonce);
    if (before !== undefined && before !== bytes) this.repeatedCounters += 1;
    this.#seenBytes.set(nonce, bytes);
  }
}
