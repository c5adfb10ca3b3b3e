/**
 * Step 3's durable outbox: an alarm stays in it until the doctor's device has confirmed it. Each notice is sealed when
 * it is sent, once for all who are there (a COSE_Encrypt for several, signed by the hospital), and sent again to a
 * device that was silent or has come back.
 */
import { x5t } from '@vitalseal/certifying-authority';
import {
  alarmContext,
  type Bytes,
  type Identity,
  importKeyWrappingKey,
  type OwnCredential,
  type Recipient,
  sealForRecipients,
} from '@vitalseal/protocol';
import { systemActor } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import { messageOf } from '../people/feed-message.ts';
import type { LiveFeed } from '../people/live-feed.ts';
import type { PendingDelivery } from '../store/deliveries.ts';
import type { Store } from '../store/open-store.ts';

export interface AlarmOutboxOptions {
  readonly store: Store;
  readonly hospital: Identity;
  /** The hospital's certificate and key, as they are now. */
  readonly own: () => Pick<OwnCredential, 'certificateChain' | 'sign'>;
  /** Doctors' devices that read now. */
  readonly doctors: () => readonly LiveFeed[];
  /** Whether a person may still be sent alarms of this patient: not who has gone off call meanwhile. */
  readonly mayReceive?: (feed: LiveFeed, patient: number) => boolean;
  /** UTC ms, clinical. */
  readonly now: () => number;
  readonly onProblem: (error: unknown) => void;
  /** Real ms without a receipt after which a notice is sent again on the same feed. */
  readonly resendAfterMs?: number;
}

/** More than a ward can have: a device that confirms nothing must not keep newer alarms from being seen. */
const batch = 4096;

export class AlarmOutbox {
  readonly #options: AlarmOutboxOptions;
  readonly #context: Bytes;
  /** When each alarm went out on each feed: real time. */
  readonly #sent = new WeakMap<LiveFeed, Map<string, number>>();
  #running: Promise<void> | undefined;
  #again = false;
  #unconfirmed = false;

  constructor(options: AlarmOutboxOptions) {
    this.#options = options;
    this.#context = alarmContext(options.hospital);
  }

  /** Something may be there to be sent. */
  kick(): void {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // A kick between the last look and here found it running still.
      if (this.#again) this.kick();
    });
  }

  /** Every second: what was sent and not confirmed, or could not be sent, is looked at again. */
  look(): void {
    if (this.#unconfirmed) this.kick();
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#sendPending();
      } catch (error) {
        this.#unconfirmed = true;
        this.#options.onProblem(error);
      }
    }
  }

  async #sendPending(): Promise<void> {
    const { store, doctors } = this.#options;
    const feeds = doctors();
    const names = [...new Set(feeds.map(({ channel }) => channel.peerName))];
    const pending = await store.deliveries.pending(names, batch);
    this.#unconfirmed = pending.length > 0;
    const byAlarm = new Map<string, PendingDelivery[]>();
    for (const delivery of pending) {
      const same = byAlarm.get(delivery.alarm);
      if (same === undefined) byAlarm.set(delivery.alarm, [delivery]);
      else same.push(delivery);
    }
    for (const [alarm, deliveries] of byAlarm) {
      try {
        await this.#send(alarm, deliveries, feeds);
      } catch (error) {
        // One that cannot be sealed or noted must not keep the others from being seen.
        this.#options.onProblem(error);
      }
    }
  }

  async #send(alarm: string, deliveries: readonly PendingDelivery[], feeds: readonly LiveFeed[]): Promise<void> {
    const { store, own, now } = this.#options;
    const [first] = deliveries;
    const wanted = new Set(deliveries.map(({ recipient }) => recipient));
    if (first === undefined) return;
    const isDue = (feed: LiveFeed) => wanted.has(feed.channel.peerName) && this.#isDue(feed, alarm);
    const due = this.#whoMayReceive(first.patient, feeds).filter(isDue);
    if (due.length === 0) return;
    if (first.notice.length === 0) {
      throw new HospitalError('sealed-value-refused', 'expected a notice that opens: its patient is shown without it');
    }
    const recipients: Recipient[] = [];
    for (const { channel } of due) {
      recipients.push({ keyId: channel.id, wrappingKey: await importKeyWrappingKey(channel.secrets.wrappingKey) });
    }
    const { certificateChain, sign } = own();
    const [leaf] = certificateChain;
    if (leaf === undefined) throw new HospitalError('not-initialised', 'expected a certificate of the hospital');
    const envelope = await sealForRecipients({
      payload: first.notice,
      context: this.#context,
      recipients,
      sign,
      signerReference: await x5t(leaf),
    });
    const message = messageOf({ type: 'alarm', envelope });
    // Sealing takes its time, with a TPM above all: who was locked meanwhile, or went off call, is sent nothing.
    const there = new Set(this.#options.doctors());
    const still = this.#whoMayReceive(first.patient, due).filter((feed) => there.has(feed));
    for (const feed of still) {
      const times = this.#sent.get(feed) ?? new Map<string, number>();
      this.#sent.set(feed, times.set(alarm, Date.now()));
      feed.push(message);
    }
    const names = [...new Set(still.map(({ channel }) => channel.peerName))];
    if (names.length === 0) return;
    await store.deliveries.markSent(store.database, alarm, names, now());
    const before = new Set(deliveries.filter(({ sent_at }) => sent_at !== null).map(({ recipient }) => recipient));
    const to = names.filter((name) => !before.has(name));
    if (to.length > 0) store.audit.later({ kind: 'alarm-sent', actor: systemActor, what: { alarm, to } });
  }

  #whoMayReceive(patient: number, feeds: readonly LiveFeed[]): readonly LiveFeed[] {
    const { mayReceive = () => true } = this.#options;
    return feeds.filter((feed) => !feed.ended && mayReceive(feed, patient));
  }

  #isDue(feed: LiveFeed, alarm: string): boolean {
    const at = this.#sent.get(feed)?.get(alarm);
    return at === undefined || Date.now() - at >= (this.#options.resendAfterMs ?? 10_000);
  }
}
