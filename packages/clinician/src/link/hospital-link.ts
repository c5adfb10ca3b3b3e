// Keeps this device connected: handshake, listen, and when it breaks, again, for as long as the device runs. The state
// it reports is what a page shows; it never calls a link live that has not just been heard.
import type { Bytes } from '@vitalseal/protocol';
import type { DeviceCredential } from '../custody/key-custody.ts';
import { ClinicianError, codeOf } from '../errors.ts';
import type { Link } from '../ward/ward.ts';
import { ask } from './ask.ts';
import { type Backoff, waitBefore } from './backoff.ts';
import { Channel } from './channel.ts';
import { agreeChannel } from './handshake.ts';
import { askHospitalRelease, type HospitalRelease } from './hospital-release.ts';
import type { Language, OfEverySession, Said } from './language.ts';
import { listen } from './listen.ts';
import { Revocation } from './revocation.ts';
import type { Transport } from './transport.ts';

export interface HospitalLinkOptions<Out extends Said, In extends Said> {
  readonly language: Language<Out, In>;
  readonly transport: Transport;
  readonly credential: DeviceCredential;
  /** The device's clock, UTC ms. */
  readonly now: () => number;
  readonly backoff: Backoff;
  readonly silenceMs: number;
  /** T_H of what is already known, for resuming. */
  readonly since: () => number | undefined;
  readonly onLink: (link: Link) => void;
  /** Which release the hospital runs, as its TPM proves it: with each channel, and now and then. */
  readonly onRelease?: (release: HospitalRelease) => void;
  /** Must not throw for a record that cannot be used. */
  readonly onRecord: (channel: Channel<Out, In>, record: Bytes) => Promise<void>;
}

/** The hospital beats every 10 s. */
export const usualSilenceMs = 25_000;
/** Between what could not be opened and the feed that says everything anew: what is behind it arrives first. */
const resyncAfterMs = 1000;
/** A hospital whose every record fails must not be asked for its ward without end. */
const resyncEveryMs = 60_000;

/** A release may be revoked, or the hospital started anew with another one. */
const releaseAgainMs = 15 * 60_000;
const releaseRetryMs = 60_000;

/** A channel older than this is agreed anew at the next break, whatever the hospital would still accept. */
const channelLifetimeMs = 12 * 3_600_000;

export class HospitalLink<Out extends Said, In extends Said> {
  readonly #options: HospitalLinkOptions<Out, In>;
  readonly #revocation = new Revocation();
  readonly #stopping = new AbortController();
  #channel: { readonly channel: Channel<Out, In>; readonly agreedAt: number } | undefined;
  #link: Link;
  /** The hospital was sent our chain by value and took it. */
  #met = false;
  #wake: (() => void) | undefined;
  #feed = new AbortController();
  #resyncAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #releaseTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: HospitalLinkOptions<Out, In>) {
    this.#options = options;
    this.#link = { kind: 'connecting', since: options.now() };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#releaseTimer);
    this.#wake?.();
    await this.#running;
  }

  /** Tries again now instead of waiting: the network came back, or a person looked at the page. */
  wake(): void {
    this.#wake?.();
  }

  /** Something could not be opened: the feed is begun anew, and with it comes all that the hospital has. */
  resync(): void {
    const { now } = this.#options;
    if (now() - this.#resyncAt < resyncEveryMs) return;
    this.#resyncAt = now();
    const feed = this.#feed;
    setTimeout(() => feed.abort(), resyncAfterMs);
  }

  /** @throws ClinicianError */
  async ask(message: Out | OfEverySession): Promise<In> {
    const current = this.#channel;
    if (current === undefined || this.#link.kind !== 'live') {
      throw new ClinicianError('hospital-unreachable', 'expected a live link to the hospital');
    }
    return ask(this.#options.transport, current.channel, message, this.#stopping.signal);
  }

  async #run(): Promise<void> {
    let attempt = 0;
    while (!this.#stopping.signal.aborted) {
      const reused = this.#channel !== undefined;
      let error: unknown;
      try {
        await this.#listen(() => {
          attempt = 0;
        });
      } catch (thrown) {
        error = thrown;
      }
      if (this.#stopping.signal.aborted) break;
      if (this.#feed.signal.aborted) continue;
      const code = codeOf(error);
      if (code !== 'stream-ended' && code !== 'stream-silent' && code !== 'hospital-busy') this.#channel = undefined;
      // The hospital was restarted and lost our channel: a new handshake is the answer, not a wait.
      if (code === 'channel-closed' && reused) continue;
      attempt += 1;
      await this.#waitAfter(code, attempt);
    }
    this.#report({ kind: 'stopped', since: this.#options.now() });
  }

  async #listen(onHeard: () => void): Promise<void> {
    const { transport, silenceMs, onRecord, since, now } = this.#options;
    this.#feed = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, this.#feed.signal]);
    const channel = await this.#agreedChannel();
    const from = since();
    const feed = listen({ transport, channel, silenceMs, signal, ...(from !== undefined && { since: from }) });
    for await (const record of feed) {
      const heardAt = now();
      const liveSince = this.#link.kind === 'live' ? this.#link.since : heardAt;
      this.#report({ kind: 'live', since: liveSince, heardAt });
      onHeard();
      if (record !== null) await onRecord(channel, record);
    }
  }

  async #agreedChannel(): Promise<Channel<Out, In>> {
    const { transport, credential, now } = this.#options;
    if (this.#channel !== undefined && now() - this.#channel.agreedAt < channelLifetimeMs) return this.#channel.channel;
    await this.#revocation.refresh(transport, credential);
    const { isRevoked } = this.#revocation;
    const { signal } = this.#stopping;
    const agreed = await agreeChannel({ transport, credential, now, isRevoked, signal }, this.#met);
    this.#met = true;
    const channel = await Channel.open(agreed, this.#options.language);
    this.#channel = { channel, agreedAt: now() };
    this.#askRelease(channel);
    return channel;
  }

  /** Beside the feed: whether it can be proved or not, alarms are heard. */
  #askRelease({ agreed }: Channel<Out, In>): void {
    const { transport, credential, now, onRelease } = this.#options;
    if (onRelease === undefined) return;
    clearTimeout(this.#releaseTimer);
    const ask = async () => {
      const { signal } = this.#stopping;
      if (this.#channel?.channel.agreed !== agreed || signal.aborted) return;
      const { isRevoked } = this.#revocation;
      const release = await askHospitalRelease({ transport, credential, agreed, now, isRevoked, signal });
      if (signal.aborted || this.#channel?.channel.agreed !== agreed) return;
      onRelease(release);
      const again = release.kind === 'proved' ? releaseAgainMs : releaseRetryMs;
      this.#releaseTimer = setTimeout(() => {
        void this.#revocation.refresh(transport, credential).then(ask);
      }, again);
    };
    void ask();
  }

  async #waitAfter(code: string, attempt: number): Promise<void> {
    const { now, backoff } = this.#options;
    const wait = waitBefore(attempt, backoff, Math.random());
    const before = this.#link;
    const since = before.kind === 'lost' || before.kind === 'refused' ? before.since : now();
    const heardAt = 'heardAt' in before ? before.heardAt : undefined;
    const heard = heardAt === undefined ? {} : { heardAt };
    if (code === 'hospital-refused') this.#report({ kind: 'refused', since, ...heard, because: code });
    else this.#report({ kind: 'lost', since, ...heard, attempt, nextAttemptAt: now() + wait, because: code });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#stopping.signal.aborted) this.#wake();
    });
    this.#wake = undefined;
  }

  #report(link: Link): void {
    this.#link = link;
    this.#options.onLink(link);
  }
}
