// The sensor's records in the order in which they were sealed, which is the order of their counters on each channel.
// One that was measured before there was a channel waits unsealed (and last, for a channel seals all of them).

import { type Bytes, bytesToHex, encodeCbor, recordHash } from '@vitalseal/protocol';
import {
  type ElementStorage,
  storedBytes,
  storedFields,
  storedInteger,
  storedText,
  type Transaction,
} from '@vitalseal/secure-element/storage';

export interface SealedForm {
  /** Channel, in hexadecimal. */
  readonly channel: string;
  readonly sequence: number;
  readonly bytes: Bytes;
  /** Record hash, in hexadecimal. */
  readonly hash: string;
}

export interface QueuedRecord {
  readonly number: number;
  /** UTC ms. */
  readonly measuredAt: number;
  /** The step-1 message: kept to be sealed again for a phone that is new. */
  readonly payload: Bytes;
  readonly sealed: SealedForm | undefined;
}

const prefix = 'queue/';

export class RecordQueue {
  readonly #records: Map<number, QueuedRecord>;
  readonly #byHash = new Map<string, QueuedRecord>();
  #next: number;

  private constructor(records: QueuedRecord[]) {
    this.#records = new Map(records.map((record) => [record.number, record]));
    for (const record of records) if (record.sealed) this.#byHash.set(record.sealed.hash, record);
    this.#next = (records.at(-1)?.number ?? -1) + 1;
  }

  static async load(storage: ElementStorage): Promise<RecordQueue> {
    const records: QueuedRecord[] = [];
    for (const name of await storage.list(prefix)) {
      const stored = await storage.read(name);
      if (stored) records.push(await decodeRecord(Number.parseInt(name.slice(prefix.length), 16), stored));
    }
    return new RecordQueue(records);
  }

  get size(): number {
    return this.#records.size;
  }

  /** In the order in which they are to be sent. */
  records(): Iterable<QueuedRecord> {
    return this.#records.values();
  }

  has(number: number): boolean {
    return this.#records.has(number);
  }

  byHash(hash: string): QueuedRecord | undefined {
    return this.#byHash.get(hash);
  }

  add(transaction: Transaction, fields: Omit<QueuedRecord, 'number'>): void {
    const record = { number: this.#next, ...fields };
    this.#next += 1;
    transaction.put(nameOf(record.number), encodeRecord(record));
    transaction.afterwards(() => {
      this.#records.set(record.number, record);
      if (record.sealed) this.#byHash.set(record.sealed.hash, record);
    });
  }

  remove(transaction: Transaction, record: QueuedRecord): void {
    transaction.remove(nameOf(record.number));
    transaction.afterwards(() => {
      this.#records.delete(record.number);
      if (record.sealed) this.#byHash.delete(record.sealed.hash);
    });
  }
}

function encodeRecord({ payload, measuredAt, sealed }: QueuedRecord): Bytes {
  if (!sealed) return encodeCbor([payload, measuredAt, '', 0, new Uint8Array(0)]);
  return encodeCbor([payload, measuredAt, sealed.channel, sealed.sequence, sealed.bytes]);
}

async function decodeRecord(number: number, stored: Bytes): Promise<QueuedRecord> {
  const [payload, measuredAt, channel, sequence, bytes] = storedFields(stored, 5);
  const sealedBytes = storedBytes(bytes);
  const sealed = {
    channel: storedText(channel),
    sequence: storedInteger(sequence),
    bytes: sealedBytes,
    hash: bytesToHex(await recordHash(sealedBytes)),
  };
  return {
    number,
    payload: storedBytes(payload),
    measuredAt: storedInteger(measuredAt),
    sealed: sealed.channel === '' ? undefined : sealed,
  };
}

function nameOf(number: number): string {
  return prefix + number.toString(16).padStart(12, '0');
}
