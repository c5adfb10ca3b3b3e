// Where the readings of one command go, all in its one commit: into the outbox, or, while the patient shares nothing, into
// the diary alone.

import type { DiaryEntry } from '../diary/diary.ts';
import type { ElementState } from '../element-state.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { OutboxEntry } from './outbox.ts';

export class KeepReadings {
  readonly #state: ElementState;
  readonly #transaction: Transaction;
  readonly #kept: DiaryEntry[] = [];

  constructor(state: ElementState, transaction: Transaction) {
    this.#state = state;
    this.#transaction = transaction;
  }

  add(entry: OutboxEntry): void {
    const { outbox, consent } = this.#state;
    if (consent.readings) {
      outbox.add(this.#transaction, entry);
      return;
    }
    const { reading, timeliness } = entry;
    this.#kept.push({ number: outbox.takeNumber(), reading, late: timeliness === 'late' });
  }

  /** @param at UTC ms */
  finish(at: number): void {
    this.#state.diary.add(this.#transaction, { place: 'kept', at, entries: this.#kept });
  }
}
