// The element's answer, read against what waits here. Sealed acknowledgements decide; hints, which the phone could have
// made up, only postpone.

import {
  type AcknowledgedRecord,
  type Bytes,
  bytesToHex,
  channelIdOf,
  decodeAcknowledgement,
} from '@vitalseal/protocol';
import { decodeSensorAnswer } from '@vitalseal/secure-element';
import type { OwnChannel, OwnChannels } from './own-channels.ts';
import type { QueuedRecord, RecordQueue } from './record-queue.ts';

export interface ReadAnswer {
  readonly acknowledged: QueuedRecord[];
  readonly refused: { readonly record: QueuedRecord; readonly code: string }[];
  /** The element says under seal that it has no such channel: these are to be sealed again. */
  readonly unknownToElement: QueuedRecord[];
  readonly postponed: Map<number, string>;
  /** To be done after the commit. */
  readonly accept: (() => void)[];
}

/** @throws ProtocolError, SecureElementError for an answer that is none; nothing was changed then */
export async function readAnswer(answer: Bytes, queue: RecordQueue, channels: OwnChannels): Promise<ReadAnswer> {
  const { acknowledgements, hints } = decodeSensorAnswer(answer);
  const read: ReadAnswer = { acknowledged: [], refused: [], unknownToElement: [], postponed: new Map(), accept: [] };
  const settled = new Set<QueuedRecord>();
  for (const sealed of acknowledgements) {
    const channel = channels.get(bytesToHex(channelIdOf(sealed)));
    // The element may have acknowledged on a channel of another sensor of this patient.
    if (!channel) continue;
    const { sequence, payload } = await channel.opener.open(sealed);
    if (channel.window.check(sequence) !== 'fresh') continue;
    read.accept.push(() => {
      if (channel.window.check(sequence) === 'fresh') channel.window.accept(sequence);
    });
    for (const result of decodeAcknowledgement(payload).results) {
      const record = queue.byHash(bytesToHex(result.recordHash));
      if (!record || settled.has(record)) continue;
      if (settle(read, record, result, channel, channels.current)) settled.add(record);
    }
  }
  for (const { recordHash, code } of hints) {
    const record = queue.byHash(bytesToHex(recordHash));
    if (record && !settled.has(record)) read.postponed.set(record.number, code);
  }
  return read;
}

function settle(
  read: ReadAnswer,
  record: QueuedRecord,
  { outcome, sequence, code = 'refused' }: AcknowledgedRecord,
  channel: OwnChannel,
  current: OwnChannel | undefined,
): boolean {
  const { sealed } = record;
  if (!sealed) return false;
  const ofThisChannel = sealed.channel === channel.key;
  if (outcome === 'refused' && code === 'channel-unknown') {
    if (ofThisChannel || channel !== current) return false;
    read.unknownToElement.push(record);
    return true;
  }
  if (!ofThisChannel || sealed.sequence !== sequence) return false;
  if (outcome === 'refused') read.refused.push({ record, code });
  else read.acknowledged.push(record);
  return true;
}
