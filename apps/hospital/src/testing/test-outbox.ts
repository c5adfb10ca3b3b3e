/** What a secure element does with readings until the hospital has them: keep, send, send again, drop when acknowledged. */
import { type Bytes, recordHash } from '@vitalseal/protocol';
import type { TestPatient, VitalValues } from './test-patient.ts';

export class TestOutbox {
  readonly #patient: TestPatient;
  readonly #values: VitalValues;
  /** Sealed records by the reading's number, in order. */
  readonly #waiting = new Map<number, Bytes>();
  readonly #ofHash = new Map<string, number>();
  readonly acknowledged = new Set<number>();
  measured = 0;
  retries = 0;

  constructor(patient: TestPatient, values: VitalValues) {
    this.#patient = patient;
    this.#values = values;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  async measure(): Promise<void> {
    await this.#seal(this.measured++);
  }

  /** Sends what waits, oldest first. Whatever fails stays. */
  async send(most: number): Promise<void> {
    const batch = [...this.#waiting].slice(0, most);
    if (batch.length === 0) return;
    try {
      const { acknowledgement, unanswered } = await this.#patient.send(batch.map(([, record]) => record));
      for (const { recordHash: hash, outcome } of acknowledgement?.results ?? []) {
        const number = this.#ofHash.get(Buffer.from(hash).toString('hex'));
        if (number === undefined || outcome === 'refused') throw new Error('expected every record to be taken');
        this.acknowledged.add(number);
        this.#waiting.delete(number);
      }
      if (unanswered.some(([, code]) => code === 'channel-unknown')) await this.#agreeAgain();
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('expected every')) throw error;
      this.retries += 1;
    }
  }

  /** New keys: what waits is sealed anew. */
  async #agreeAgain(): Promise<void> {
    await this.#patient.agree();
    for (const number of this.#waiting.keys()) await this.#seal(number);
  }

  async #seal(number: number): Promise<void> {
    const record = await this.#patient.sealReading(number, this.#values);
    this.#ofHash.set(Buffer.from(await recordHash(record)).toString('hex'), number);
    this.#waiting.set(number, record);
  }
}
