// What the sensor does with its readings: each is sealed and kept in one commit when it is measured, and forgotten in
// another when the element's sealed acknowledgement has been opened. Nothing else makes it forget one.

import {
  type Bytes,
  bytesToHex,
  type ChannelSecrets,
  encodeCbor,
  encodeStep1Message,
  type Identity,
  ProtocolError,
  recordHash,
} from '@vitalseal/protocol';
import { SecureElementError } from '@vitalseal/secure-element';
import { CommandQueue, type ElementStorage, Transaction } from '@vitalseal/secure-element/storage';
import type { ScheduledReading } from '../recording/replay.ts';
import { type OwnChannel, OwnChannels } from './own-channels.ts';
import { decodeProgress, encodeProgress, noProgress, type Progress, progressName } from './progress.ts';
import { readAnswer } from './read-answer.ts';
import { type QueuedRecord, RecordQueue, type SealedForm } from './record-queue.ts';

export interface KeeperSettings {
  /** After this many records or this long, a new handshake, so that old keys are gone. */
  readonly renewAfterRecords: number;
  readonly renewAfterMs: number;
  /** Local time minus UTC, in minutes. */
  readonly offsetMinutes: number;
}

export const defaultKeeperSettings: KeeperSettings = {
  renewAfterRecords: 1 << 14,
  renewAfterMs: 24 * 60 * 60_000,
  offsetMinutes: 0,
};

export interface Answered {
  readonly acknowledged: readonly QueuedRecord[];
  readonly refused: readonly { readonly record: QueuedRecord; readonly code: string }[];
  /** Hints: not taken now, by record number. */
  readonly postponed: ReadonlyMap<number, string>;
}

export class RecordKeeper {
  readonly #storage: ElementStorage;
  readonly #parties: { readonly sensor: Identity; readonly patient: Identity };
  readonly #settings: KeeperSettings;
  readonly #channels: OwnChannels;
  readonly #serial = new CommandQueue();
  readonly queue: RecordQueue;
  readonly #lastSequence = new Map<string, number>();
  readonly #usedByElement = new Set<string>();
  readonly #broken = Promise.withResolvers<never>();
  #progress: Progress;

  private constructor(
    storage: ElementStorage,
    parties: { readonly sensor: Identity; readonly patient: Identity },
    settings: KeeperSettings,
    loaded: { channels: OwnChannels; queue: RecordQueue; progress: Progress },
  ) {
    this.#storage = storage;
    this.#parties = parties;
    this.#settings = settings;
    this.#channels = loaded.channels;
    this.queue = loaded.queue;
    this.#progress = loaded.progress;
    this.#broken.promise.catch(() => {});
  }

  static async load(
    storage: ElementStorage,
    parties: { readonly sensor: Identity; readonly patient: Identity },
    settings: Partial<KeeperSettings> = {},
  ): Promise<RecordKeeper> {
    const progress = await storage.read(progressName);
    return new RecordKeeper(
      storage,
      parties,
      { ...defaultKeeperSettings, ...settings },
      {
        channels: await OwnChannels.load(storage),
        queue: await RecordQueue.load(storage),
        progress: progress ? decodeProgress(progress) : noProgress,
      },
    );
  }

  get progress(): Progress {
    return this.#progress;
  }

  get hasChannel(): boolean {
    return this.#channels.current !== undefined;
  }

  /**
   * Keys are renewed only on a channel the element has used, for it forgets an unused one at the next handshake; and
   * only when all that waits was sealed on it, for at the first record on the new one the element deletes the one before.
   */
  handshakeDue(at: number): boolean {
    const current = this.#channels.current;
    if (!current) return true;
    if (!this.#usedByElement.has(current.key)) return false;
    const old = Math.abs(at - current.establishedAt) > this.#settings.renewAfterMs;
    if (!old && this.#sealedOn(current) < this.#settings.renewAfterRecords) return false;
    for (const { sealed } of this.queue.records()) if (sealed && sealed.channel !== current.key) return false;
    return true;
  }

  #sealedOn({ key }: OwnChannel): number {
    return (this.#lastSequence.get(key) ?? -1) + 1;
  }

  measure(readings: readonly ScheduledReading[]): Promise<void> {
    return this.#run(async () => {
      const transaction = new Transaction();
      const channel = this.#channels.current;
      for (const { measuredAt, measurements } of readings) {
        const at = { utcMs: measuredAt, offsetMinutes: this.#settings.offsetMinutes };
        const { sensor: sender, patient: recipient } = this.#parties;
        const payload = encodeStep1Message({ sender, recipient, sentAt: at, measuredAt: at, measurements });
        const sealed = channel && (await this.#seal(channel, payload));
        this.queue.add(transaction, { measuredAt, payload, sealed });
      }
      const lastMeasuredAt = readings.at(-1)?.measuredAt ?? this.#progress.lastMeasuredAt;
      this.#save(transaction, { measured: this.#progress.measured + readings.length, lastMeasuredAt });
      await transaction.commit(this.#storage);
    });
  }

  /** A handshake was completed: from now on records are sealed on its channel, those that waited for one first. */
  establish(secrets: ChannelSecrets, at: number): Promise<void> {
    return this.#run(async () => {
      const transaction = new Transaction();
      const channel = await this.#channels.establish(transaction, secrets, at);
      for (const record of this.queue.records()) {
        if (!record.sealed) await this.#sealAnew(transaction, channel, record);
      }
      this.#channels.removeUnused(transaction, this.#channelsInUse(), channel.key);
      await transaction.commit(this.#storage);
    });
  }

  /** @param answer of the element, as the phone brought it @throws ProtocolError, SecureElementError */
  takeAnswer(answer: Bytes): Promise<Answered> {
    return this.#run(async () => {
      const read = await readAnswer(answer, this.queue, this.#channels);
      const transaction = new Transaction();
      for (const record of read.acknowledged) this.queue.remove(transaction, record);
      for (const { record, code } of read.refused) {
        this.queue.remove(transaction, record);
        // Not to be sent again, and not to be thrown away either: someone must find out why.
        transaction.put(`refused/${record.number}`, encodeCbor([record.payload, record.measuredAt, code]));
      }
      const current = this.#channels.current;
      for (const record of read.unknownToElement) {
        if (current) await this.#sealAnew(transaction, current, record);
      }
      const gone = new Set([
        ...read.acknowledged,
        ...read.refused.map(({ record }) => record),
        ...read.unknownToElement,
      ]);
      this.#channels.removeUnused(transaction, this.#channelsInUse(gone));
      const { acknowledged, refused } = this.#progress;
      if (gone.size > 0) {
        this.#save(transaction, {
          acknowledged: acknowledged + read.acknowledged.length,
          refused: refused + read.refused.length,
        });
      }
      await transaction.commit(this.#storage);
      for (const accept of read.accept) accept();
      for (const { sealed } of read.acknowledged) if (sealed) this.#usedByElement.add(sealed.channel);
      return read;
    });
  }

  /** Fails, for good, when the store did: what is in memory may then be wrong, and the sensor must be started again. */
  get broken(): Promise<never> {
    return this.#broken.promise;
  }

  #run<T>(work: () => Promise<T>): Promise<T> {
    return this.#serial.run(async () => {
      try {
        return await work();
      } catch (error) {
        if (!isRefusal(error)) this.#broken.reject(error);
        throw error;
      }
    });
  }

  #channelsInUse(gone: ReadonlySet<QueuedRecord> = new Set()): Set<string> {
    const used = new Set<string>();
    for (const record of this.queue.records()) if (record.sealed && !gone.has(record)) used.add(record.sealed.channel);
    return used;
  }

  /** It moves to the end, so that the queue stays in the order of the counters. */
  async #sealAnew(transaction: Transaction, channel: OwnChannel, record: QueuedRecord): Promise<void> {
    this.queue.remove(transaction, record);
    const { payload, measuredAt } = record;
    this.queue.add(transaction, { payload, measuredAt, sealed: await this.#seal(channel, payload) });
  }

  async #seal(channel: OwnChannel, payload: Bytes): Promise<SealedForm> {
    const { sequence, bytes } = await channel.sealer.seal(payload);
    this.#lastSequence.set(channel.key, sequence);
    return { channel: channel.key, sequence, bytes, hash: bytesToHex(await recordHash(bytes)) };
  }

  #save(transaction: Transaction, changed: Partial<Progress>): void {
    const progress = { ...this.#progress, ...changed };
    transaction.put(progressName, encodeProgress(progress));
    transaction.afterwards(() => {
      this.#progress = progress;
    });
  }
}

/** What came was not right; everything else is the store's failure. */
function isRefusal(error: unknown): boolean {
  if (error instanceof SecureElementError) return !error.code.startsWith('storage-');
  return error instanceof ProtocolError;
}
