// The patient's outbox: readings wait here, sealed under the local key, until the hospital's acknowledgement has been
// opened. Bounded: when it is full a new reading is refused to the sensor, which keeps it; nothing that waits is ever
// dropped to make room.

import { type Bytes, decodeReading, encodeCbor, encodeReading, type Reading } from '@vitalseal/protocol';
import { isSaidByPatient } from '../consent/said-by-patient.ts';
import { SecureElementError } from '../errors.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { readAll } from '../storage/read-all.ts';
import { storedBytes, storedFields, storedInteger, storedText } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { Timeliness } from './timeliness.ts';

export interface OutboxEntry {
  readonly reading: Reading;
  /** When the element took it in, UTC ms. */
  readonly takenAt: number;
  readonly timeliness: Timeliness;
}

export interface ShelvedEntry extends OutboxEntry {
  readonly code: string;
  readonly refusedAt: number;
}

const waitingPrefix = 'outbox/';
/** What goes first, and whatever is shared. */
const urgentPrefix = 'urgent/';
const shelfPrefix = 'shelf/';
const timelinessCodes: readonly Timeliness[] = ['timely', 'late', 'from-the-future'];

interface Numbers {
  readonly waiting: readonly number[];
  readonly urgent: readonly number[];
  readonly shelf: readonly number[];
  readonly from: number;
}

export class Outbox {
  readonly #storage: ElementStorage;
  readonly #capacity: number;
  readonly #waiting: Set<number>;
  readonly #urgent: Set<number>;
  readonly #shelf: Set<number>;
  #next: number;

  private constructor(storage: ElementStorage, capacity: number, numbers: Numbers) {
    const { waiting, urgent, shelf, from } = numbers;
    this.#storage = storage;
    this.#capacity = capacity;
    this.#waiting = new Set([...waiting, ...urgent]);
    this.#urgent = new Set(urgent);
    this.#shelf = new Set(shelf);
    this.#next = Math.max(from - 1, waiting.at(-1) ?? -1, urgent.at(-1) ?? -1, shelf.at(-1) ?? -1) + 1;
  }

  /** @param from no number below it is given */
  static async load(storage: ElementStorage, capacity: number, from = 0): Promise<Outbox> {
    const numbers = async (prefix: string) => (await storage.list(prefix)).map((name) => numberOf(prefix, name));
    return new Outbox(storage, capacity, {
      waiting: await numbers(waitingPrefix),
      urgent: await numbers(urgentPrefix),
      shelf: await numbers(shelfPrefix),
      from,
    });
  }

  /** Numbers of the waiting readings, oldest first. */
  get waiting(): ReadonlySet<number> {
    return this.#waiting;
  }

  /** Of those that wait, the ones that go first. */
  get urgent(): ReadonlySet<number> {
    return this.#urgent;
  }

  get shelf(): ReadonlySet<number> {
    return this.#shelf;
  }

  /** How many more readings fit; what the hospital refused for good takes room too. */
  get room(): number {
    return Math.max(0, this.#capacity - this.#waiting.size - this.#shelf.size);
  }

  /** For a reading that is kept elsewhere, so that numbers tell the order of all. */
  takeNumber(): number {
    const number = this.#next;
    this.#next += 1;
    return number;
  }

  add(transaction: Transaction, entry: OutboxEntry, { urgent = false }: { readonly urgent?: boolean } = {}): void {
    const number = this.takeNumber();
    transaction.put(nameOf(urgent ? urgentPrefix : waitingPrefix, number), encodeEntry(entry));
    transaction.afterwards(() => {
      this.#waiting.add(number);
      if (urgent) this.#urgent.add(number);
    });
  }

  /** @param all false: what is urgent, and nothing else @returns in the order of sending */
  *toSend(all: boolean): Generator<number> {
    yield* this.#urgent;
    if (!all) return;
    for (const number of this.#waiting) if (!this.#urgent.has(number)) yield number;
  }

  #nameOf(number: number): string {
    return nameOf(this.#urgent.has(number) ? urgentPrefix : waitingPrefix, number);
  }

  async read(number: number): Promise<OutboxEntry> {
    return listed(await this.#storage.read(this.#nameOf(number)));
  }

  /** In the order of the numbers. */
  async readAll(numbers: readonly number[]): Promise<OutboxEntry[]> {
    const stored = await readAll(
      this.#storage,
      numbers.map((number) => this.#nameOf(number)),
    );
    return stored.map(listed);
  }

  async readShelf(number: number): Promise<ShelvedEntry> {
    const stored = await this.#storage.read(nameOf(shelfPrefix, number));
    if (stored === undefined) throw new SecureElementError('storage-malformed', 'expected the shelf entry it lists');
    const [entry, code, refusedAt] = storedFields(stored, 3);
    return { ...decodeEntry(storedBytes(entry)), code: storedText(code), refusedAt: storedInteger(refusedAt) };
  }

  remove(transaction: Transaction, number: number): void {
    transaction.remove(this.#nameOf(number));
    transaction.afterwards(() => {
      this.#waiting.delete(number);
      this.#urgent.delete(number);
    });
  }

  /** The hospital will never take it: it leaves the queue, and stays where the patient is told of it. */
  async shelve(transaction: Transaction, number: number, code: string, refusedAt: number): Promise<void> {
    const entry = encodeEntry(await this.read(number));
    transaction.put(nameOf(shelfPrefix, number), encodeCbor([entry, code, refusedAt]));
    transaction.remove(this.#nameOf(number));
    transaction.afterwards(() => {
      this.#waiting.delete(number);
      this.#urgent.delete(number);
      this.#shelf.add(number);
    });
  }

  /** What was refused waits again. @returns how many */
  async unshelve(transaction: Transaction): Promise<number> {
    const numbers = [...this.#shelf];
    const urgent: number[] = [];
    for (const number of numbers) {
      const { reading, takenAt, timeliness } = await this.readShelf(number);
      const prefix = isSaidByPatient(reading) ? urgentPrefix : waitingPrefix;
      if (prefix === urgentPrefix) urgent.push(number);
      transaction.put(nameOf(prefix, number), encodeEntry({ reading, takenAt, timeliness }));
      transaction.remove(nameOf(shelfPrefix, number));
    }
    transaction.afterwards(() => {
      this.#shelf.clear();
      for (const number of numbers) this.#waiting.add(number);
      for (const number of urgent) this.#urgent.add(number);
    });
    return numbers.length;
  }
}

function listed(stored: Bytes | undefined): OutboxEntry {
  if (stored === undefined) throw new SecureElementError('storage-malformed', 'expected the outbox entry it lists');
  return decodeEntry(stored);
}

function encodeEntry({ reading, takenAt, timeliness }: OutboxEntry): Bytes {
  return encodeCbor([encodeReading(reading), takenAt, timelinessCodes.indexOf(timeliness)]);
}

function decodeEntry(stored: Bytes): OutboxEntry {
  const [reading, takenAt, timelinessCode] = storedFields(stored, 3);
  const timeliness = timelinessCodes[storedInteger(timelinessCode)];
  if (timeliness === undefined) throw new SecureElementError('storage-malformed', 'expected a known timeliness');
  return { reading: decodeReading(storedBytes(reading)), takenAt: storedInteger(takenAt), timeliness };
}

function nameOf(prefix: string, number: number): string {
  return prefix + number.toString(16).padStart(12, '0');
}

function numberOf(prefix: string, name: string): number {
  return Number.parseInt(name.slice(prefix.length), 16);
}
