// The records that were sealed for the hospital and are not acknowledged yet. A retry sends these very bytes again. They
// are held in memory only: after power loss the readings are sealed anew under later counters, and their origin, which
// the hospital's store has as its key, keeps them from being stored twice.

import type { Bytes, Origin, Reading } from '@vitalseal/protocol';

export interface SealedReading {
  /** The reading's number in the outbox. */
  readonly number: number;
  /** N_P of the sealed record. */
  readonly sequence: number;
  readonly bytes: Bytes;
  readonly hash: Bytes;
  readonly origin: Origin;
  /** UTC ms. */
  readonly measuredAt: number;
  /** For the diary. */
  readonly reading: Reading;
  readonly late: boolean;
}

export class InFlight {
  readonly #byNumber = new Map<number, SealedReading>();
  readonly #bySequence = new Map<number, SealedReading>();
  #lastBatch: readonly SealedReading[] = [];
  #lastSequence = -1;

  /** The highest counter of this channel that this program has used. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  add(sealed: SealedReading): void {
    this.#lastSequence = Math.max(this.#lastSequence, sealed.sequence);
    this.#byNumber.set(sealed.number, sealed);
    this.#bySequence.set(sealed.sequence, sealed);
  }

  of(number: number): SealedReading | undefined {
    return this.#byNumber.get(number);
  }

  bySequence(sequence: number): SealedReading | undefined {
    return this.#bySequence.get(sequence);
  }

  /** The records as they stood in the last batch: an answer without seal speaks of them by position. */
  get lastBatch(): readonly SealedReading[] {
    return this.#lastBatch;
  }

  sent(batch: readonly SealedReading[]): void {
    this.#lastBatch = batch;
  }

  /** It has been answered, or is to be sealed again. */
  forget(sealed: SealedReading): void {
    this.#byNumber.delete(sealed.number);
    this.#bySequence.delete(sealed.sequence);
  }

  /** On the same channel, whose counters stay used. */
  sealAnew(): void {
    this.#byNumber.clear();
    this.#bySequence.clear();
    this.#lastBatch = [];
  }

  /** The channel is another. */
  clear(): void {
    this.sealAnew();
    this.#lastSequence = -1;
  }
}
