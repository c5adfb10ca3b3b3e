/**
 * The receipts of each reading of a patient, from the log alone: the sensor's counter, the card's record, the hospital's
 * commit that was acknowledged by the record's hash, and, for a reading that raised an alarm, who was sent it, received,
 * opened and acknowledged it.
 */
import { type AuditEntry, storedReadings } from '@vitalseal/audit';

export interface AlarmReceipts {
  readonly alarm: string;
  readonly raisedAt: number;
  /** Who, and when: UTC ms. */
  readonly received: readonly Receipt[];
  readonly opened: readonly Receipt[];
  readonly acknowledged: readonly Receipt[];
}

export interface Receipt {
  readonly by: string;
  readonly at: number;
}

export interface ReadingReceipts {
  /** Who measured it, and by which count of theirs. */
  readonly source: string;
  readonly sequence: number;
  /** The patient's channel with the hospital, the card's count on it, and the hash that the acknowledgement named. */
  readonly channel: string;
  readonly record: number;
  readonly recordHash: string;
  /** When it was durable at the hospital, which acknowledged it then: UTC ms; and the entry that says so. */
  readonly storedAt: number;
  readonly entry: number;
  readonly alarms: readonly AlarmReceipts[];
}

export interface Receipts {
  /** Takes the entries of a log in their order. */
  take(entry: AuditEntry): void;
  /** What is known of the patient's readings so far, in the order in which they came. */
  list(): readonly ReadingReceipts[];
}

type Writable = { received: Receipt[]; opened: Receipt[]; acknowledged: Receipt[] };

const stages: { readonly [kind: string]: keyof Writable } = {
  'alarm-received': 'received',
  'alarm-opened': 'opened',
  'alarm-acknowledged': 'acknowledged',
};

/** @param patient as the log names them */
export function receiptsOf(patient: string): Receipts {
  const sources = new Map<number, string>();
  const readings = new Map<string, ReadingReceipts & { alarms: AlarmReceipts[] }>();
  const alarms = new Map<string, Writable>();
  return {
    take(entry) {
      const { kind, what, at, actor, index } = entry;
      const stage = stages[kind];
      if (kind === 'stream-opened' && entry.patient === patient) {
        sources.set(Number(what?.stream), String(what?.source));
      } else if (kind === 'readings-stored') {
        for (const { stream, sequence, channel, record, recordHash } of storedReadings(entry)) {
          const source = sources.get(stream);
          if (source === undefined) continue;
          const fields = { source, sequence, channel, record, recordHash, storedAt: at, entry: index };
          readings.set(`${stream} ${sequence}`, { ...fields, alarms: [] });
        }
      } else if (kind === 'alarm-raised' && Array.isArray(what?.reading)) {
        const [stream, sequence] = what.reading;
        const alarm = { alarm: String(what.alarm), raisedAt: at, received: [], opened: [], acknowledged: [] };
        readings.get(`${stream} ${sequence}`)?.alarms.push(alarm);
        alarms.set(alarm.alarm, alarm);
      } else if (stage !== undefined) {
        alarms.get(String(what?.alarm))?.[stage].push({ by: actor, at });
      }
    },
    list: () => [...readings.values()],
  };
}
