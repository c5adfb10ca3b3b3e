// A glucose meter's memory behind its Record Access Control Point, for the peripheral.

import type { Bytes } from '@vitalseal/protocol';
import type { GattPeer } from '../gatt/gatt-server.ts';
import { characteristicUuid } from './characteristics.ts';
import type { DateTime } from './date-time.ts';
import { encodeGlucose } from './glucose.ts';
import { decodeRecordAccess, encodeRecordAccess, type RecordFilter } from './record-access.ts';

type Tell = (peer: GattPeer, characteristic: string, value: Bytes) => Promise<void>;

interface StoredRecord {
  readonly sequence: number;
  readonly value: Bytes;
}

const results = { success: 1, unsupported: 2, noRecords: 6 } as const;
/** Of a finger's capillary plasma. */
const sample = { type: 2, sampleLocation: 1 } as const;

export class GlucoseMemory {
  readonly #tell: Tell;
  readonly #records: StoredRecord[] = [];
  #asked: Promise<void> = Promise.resolve();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** @param milligrams per decilitre */
  keep(milligrams: number, baseTime: DateTime): void {
    const sequence = this.#records.length;
    // 1 mg/dL is 10^-5 kg/L.
    const concentration = { mantissa: Math.round(milligrams), exponent: -5 };
    const value = encodeGlucose({ sequence, baseTime, concentration, unit: 'kg/L', ...sample, contextFollows: false });
    this.#records.push({ sequence, value });
  }

  /** A request of the control point, answered when those before it are. */
  asked(peer: GattPeer, request: Bytes): Promise<void> {
    this.#asked = this.#asked.then(() => this.#answer(peer, request));
    return this.#asked;
  }

  async #answer(peer: GattPeer, request: Bytes): Promise<void> {
    const respond = (result: number) => {
      const value = encodeRecordAccess({ kind: 'record-access', operation: 'response', to: request[0] ?? 0, result });
      return this.#tell(peer, characteristicUuid.recordAccess, value);
    };
    const found = this.#found(request);
    if (found === undefined) return respond(results.unsupported);
    if (found.length === 0) return respond(results.noRecords);
    for (const { value } of found) await this.#tell(peer, characteristicUuid.glucose, value);
    return respond(results.success);
  }

  #found(request: Bytes): readonly StoredRecord[] | undefined {
    try {
      const asked = decodeRecordAccess(request);
      return asked.operation === 'report' ? this.#matching(asked.filter) : undefined;
    } catch {
      return undefined;
    }
  }

  #matching(filter: RecordFilter): readonly StoredRecord[] | undefined {
    if ('time' in filter) return undefined;
    if ('sequence' in filter) {
      const { from, upTo } = { from: 0, upTo: 0xffff, ...filter.sequence };
      return this.#records.filter(({ sequence }) => sequence >= from && sequence <= upTo);
    }
    if (filter.records === 'all') return this.#records;
    return filter.records === 'first' ? this.#records.slice(0, 1) : this.#records.slice(-1);
  }
}
