// What a glucose meter has stored, by its Record Access Control Point (Glucose Profile 1.0.1): the newest record first,
// which tells whether there is anything new, then what came after the one that is known. Nothing is ever deleted.

import type { Bytes } from '@vitalseal/protocol';
import { BleError } from '../errors.ts';
import type { GattService, RemoteCharacteristic } from '../gatt/gatt-client.ts';
import { characteristicUuid } from './characteristics.ts';
import { crc16 } from './crc16.ts';
import { encodeDateTime } from './date-time.ts';
import { decodeGlucose, type GlucoseMeasurement } from './glucose.ts';
import {
  decodeRecordAccess,
  encodeRecordAccess,
  type RecordFilter,
  recordAccessOperations,
  recordAccessResults,
} from './record-access.ts';

/** The newest record that is known: its number, and a check of its time, since a meter whose memory was cleared counts anew. */
export interface GlucoseProgress {
  readonly sequence: number;
  /** CRC of its base time: kept in clear, it is not to say when somebody measured. */
  readonly check: number;
}

export function progressOf({ sequence, baseTime }: GlucoseMeasurement): GlucoseProgress {
  return { sequence, check: crc16(encodeDateTime(baseTime)) };
}

export interface GlucoseRecordsOptions {
  readonly service: GattService;
  readonly progress: GlucoseProgress | undefined;
  /** A value that could not be decoded. */
  readonly dropped: (error: unknown) => void;
  /** Between one answer of the meter and the next. */
  readonly patienceMs?: number;
}

const usualPatienceMs = 30_000;

/** @returns what is new, oldest first @throws BleError `gatt-refused`, `radio-disconnected` */
export async function newGlucoseRecords(options: GlucoseRecordsOptions): Promise<GlucoseMeasurement[]> {
  const { service, progress } = options;
  const meter = new GlucoseMeter(options);
  try {
    await meter.listen(
      await service.characteristic(characteristicUuid.glucose),
      await service.characteristic(characteristicUuid.recordAccess),
    );
    const [last] = await meter.report({ records: 'last' });
    if (last === undefined) return [];
    if (progress === undefined) return await meter.report({ records: 'all' });
    const newest = progressOf(last);
    if (newest.sequence === progress.sequence && newest.check === progress.check) return [];
    // Not after the one that is known: the meter has begun anew.
    if (newest.sequence <= progress.sequence) return await meter.report({ records: 'all' });
    const since = await meter.report({ sequence: { from: progress.sequence + 1 } }).catch((error: unknown) => {
      if (error instanceof UnknownFilter) return meter.report({ records: 'all' });
      throw error;
    });
    return since.filter(({ sequence }) => sequence > progress.sequence);
  } finally {
    await meter.close();
  }
}

class UnknownFilter extends BleError {}

class GlucoseMeter {
  readonly #options: GlucoseRecordsOptions;
  readonly #ends: (() => Promise<void>)[] = [];
  #control: RemoteCharacteristic | undefined;
  /** By their numbers, of which there are 65,536: a meter that says one again has not one more. */
  readonly #records = new Map<number, GlucoseMeasurement>();
  #answered: PromiseWithResolvers<number> | undefined;
  #heard = 0;

  constructor(options: GlucoseRecordsOptions) {
    this.#options = options;
  }

  async listen(measurement: RemoteCharacteristic, control: RemoteCharacteristic): Promise<void> {
    this.#control = control;
    this.#ends.push(await control.listen((value) => this.#answer(value)));
    this.#ends.push(await measurement.listen((value) => this.#take(value)));
  }

  async report(filter: RecordFilter): Promise<GlucoseMeasurement[]> {
    this.#records.clear();
    this.#answered = Promise.withResolvers();
    const asked = encodeRecordAccess({ kind: 'record-access', operation: 'report', filter });
    await this.#control?.write(asked);
    const result = recordAccessResults[await this.#patiently(this.#answered.promise)];
    if (result === 'success') return [...this.#records.values()].sort((a, b) => a.sequence - b.sequence);
    if (result === 'no-records') return [];
    const message = `expected the meter to hand out its records, it says ${result ?? 'an unknown result'}`;
    const unknown = result?.endsWith('not-supported') === true || result?.startsWith('invalid') === true;
    throw unknown ? new UnknownFilter('gatt-refused', message) : new BleError('gatt-refused', message);
  }

  async close(): Promise<void> {
    for (const end of this.#ends) await end().catch(() => {});
  }

  #take(value: Bytes): void {
    try {
      const record = decodeGlucose(value);
      // Only what is new is a sign that it goes on.
      if (!this.#records.has(record.sequence)) this.#heard += 1;
      this.#records.set(record.sequence, record);
    } catch (error) {
      this.#options.dropped(error);
    }
  }

  #answer(value: Bytes): void {
    try {
      const answer = decodeRecordAccess(value);
      if (answer.operation === 'response' && answer.to === recordAccessOperations.report) {
        this.#answered?.resolve(answer.result);
      }
    } catch (error) {
      this.#options.dropped(error);
    }
  }

  /** For as long as the meter goes on talking. */
  async #patiently<T>(answer: Promise<T>): Promise<T> {
    const { patienceMs = usualPatienceMs } = this.#options;
    let heard = this.#heard;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setInterval(() => {
      if (heard === this.#heard) reject(new BleError('radio-disconnected', 'expected the meter to go on'));
      heard = this.#heard;
    }, patienceMs);
    try {
      return await Promise.race([answer, promise]);
    } finally {
      clearInterval(timer);
    }
  }
}
