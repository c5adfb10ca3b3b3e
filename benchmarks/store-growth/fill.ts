// Readings put straight into the store by its own statement, as if a thousand patients had sent them over the years:
// what a million of them costs to take in over HTTPS is not what is asked here. They are as a former release sealed them.
import type { Store } from '@vitalseal/app-hospital';
import { formerReading } from '@vitalseal/app-hospital/testing';
import { encodeStep2Message } from '@vitalseal/protocol';
import { sampleMessage } from '../measure/sample-message.ts';

const streams = 1000;
const rowsAtATime = 4096;
/** Numbers of patients and streams that nobody on the books has. */
const firstNumber = 1_000_000;

export class Filling {
  readonly #store: Store;
  readonly #from = Date.now() - 10 * 365 * 86_400_000;
  #filled = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  async add(readings: number): Promise<void> {
    const until = this.#filled + readings;
    while (this.#filled < until) {
      const count = Math.min(rowsAtATime, until - this.#filled);
      const rows = Array.from({ length: count }, (_, index) => this.#row(this.#filled + index));
      await this.#keys(rows.map(({ patient }) => patient));
      const sealed = rows.map((row) => formerReading(this.#store, row));
      await this.#store.transaction((db) => this.#store.readings.insert(db, sealed));
      this.#filled += count;
    }
  }

  /** Data keys of patients whom nobody has admitted. */
  async #keys(patients: readonly number[]): Promise<void> {
    const { sealing, database, transaction } = this.#store;
    const without = [...new Set(patients)].filter((patient) => !sealing.has(patient));
    await transaction(async (db) => {
      for (const patient of without) await sealing.keys.currentIn(db, patient);
    });
    await sealing.ready(database, without);
  }

  /** One reading of each stream after the other. */
  #row(index: number) {
    const which = index % streams;
    const sequence = Math.floor(index / streams);
    const at = this.#from + sequence * 60_000 + which;
    const patient = { role: 'patient', id: `filled-${which}` } as const;
    const origin = { patient, hospital: { role: 'hospital', id: 'bench' }, channel: new Uint8Array(8) } as const;
    return {
      stream: firstNumber + which,
      sequence,
      patient: firstNumber + which,
      measured_at: at,
      received_at: at + 1000,
      payload: encodeStep2Message(sampleMessage(origin, sequence, at)),
    };
  }
}
