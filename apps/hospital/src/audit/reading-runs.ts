/** Readings as the log names them: where they came from, by which records, and what their rows in the store hold. */
import { type ReadingRun, recordHashLength } from '@vitalseal/audit';
import { bytesToHex } from '@vitalseal/protocol';
import type { OpenChannel } from '../channels/open-channel.ts';
import type { NewReading } from '../store/readings.ts';
import type { Blob } from '../store/schema.ts';
import { RunDigest } from './run-digest.ts';

export interface StoredRecord {
  readonly arrival: { readonly channel: OpenChannel; readonly sequence: number; readonly recordHash: Blob };
  readonly row: NewReading;
}

const channelNames = new WeakMap<OpenChannel, string>();
const digest = new RunDigest();
let hashes = Buffer.alloc(recordHashLength * 256);

/** In their order: a run ends where a reading is not the next of both its sensor and its card. */
export function readingRuns(records: readonly StoredRecord[]): ReadingRun[] {
  const runs: ReadingRun[] = [];
  let first: StoredRecord | undefined;
  let count = 0;
  const end = () => {
    if (first === undefined) return;
    const { arrival, row } = first;
    runs.push({
      stream: row.stream,
      sequence: row.sequence,
      channel: nameOf(arrival.channel),
      record: arrival.sequence,
      digest: digest.end(),
      recordHashes: hashes.toString('base64', 0, count * recordHashLength),
    });
  };
  for (const record of records) {
    const { arrival, row } = record;
    if (first === undefined || !follows(first, record, count)) {
      end();
      first = record;
      count = 0;
    }
    digest.take(row);
    const at = count * recordHashLength;
    count += 1;
    if (hashes.length < count * recordHashLength) hashes = Buffer.concat([hashes, Buffer.alloc(hashes.length)]);
    hashes.set(arrival.recordHash, at);
  }
  end();
  return runs;
}

function follows(first: StoredRecord, next: StoredRecord, count: number): boolean {
  return (
    next.row.stream === first.row.stream &&
    next.arrival.channel === first.arrival.channel &&
    next.row.sequence === first.row.sequence + count &&
    next.arrival.sequence === first.arrival.sequence + count
  );
}

function nameOf(channel: OpenChannel): string {
  let name = channelNames.get(channel);
  if (name === undefined) {
    name = bytesToHex(channel.id);
    channelNames.set(channel, name);
  }
  return name;
}
