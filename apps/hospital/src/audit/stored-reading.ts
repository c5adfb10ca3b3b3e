/** A reading as the log names it: where it came from, by which record, and what its row in the store holds. */
import type { StoredReading } from '@vitalseal/audit';
import { bytesToHex } from '@vitalseal/protocol';
import type { OpenChannel } from '../channels/open-channel.ts';
import type { NewReading } from '../store/readings.ts';
import type { Blob } from '../store/schema.ts';
import { rowDigest } from './row-digest.ts';

export interface StoredRecord {
  readonly arrival: { readonly channel: OpenChannel; readonly sequence: number; readonly recordHash: Blob };
  readonly row: NewReading;
}

const channelNames = new WeakMap<OpenChannel, string>();

export function storedReading({ arrival: { channel, sequence, recordHash }, row }: StoredRecord): StoredReading {
  let name = channelNames.get(channel);
  if (name === undefined) {
    name = bytesToHex(channel.id);
    channelNames.set(channel, name);
  }
  return {
    stream: row.stream,
    sequence: row.sequence,
    channel: name,
    record: sequence,
    recordHash: Buffer.from(recordHash.buffer, recordHash.byteOffset, recordHash.length).toString('base64'),
    digest: rowDigest(row),
  };
}
