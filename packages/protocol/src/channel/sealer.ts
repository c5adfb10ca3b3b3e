// Sealing on a channel: the next counter, then A256GCM. A sealed record is kept and sent again as it is; sealing the
// same payload again takes a new counter.

import type { Bytes } from '../bytes.ts';
import { encodeRecord, recordHeader } from './record.ts';
import { RecordCipher } from './record-cipher.ts';
import type { ChannelSecrets, Side } from './secrets.ts';
import type { SendCounter } from './send-counter.ts';

export interface SealedRecord {
  /** The paper's N_S, N_P or N_H. */
  readonly sequence: number;
  readonly bytes: Bytes;
}

export interface Sealer {
  readonly secrets: ChannelSecrets;
  /** @throws ProtocolError `counter-exhausted`, or what the counter's reservation throws; nothing is sealed then */
  seal(payload: Bytes): Promise<SealedRecord>;
}

/** @param side one's own side of the channel @param counter the only one that counts for this channel and side */
export async function openSealer(secrets: ChannelSecrets, side: Side, counter: SendCounter): Promise<Sealer> {
  const cipher = await RecordCipher.open(secrets, side);
  return {
    secrets,
    async seal(payload) {
      const sequence = await counter.next();
      const ciphertext = await cipher.key.seal(cipher.nonce(sequence), cipher.aad(sequence), payload);
      return { sequence, bytes: encodeRecord(recordHeader(secrets.id, sequence), ciphertext) };
    },
  };
}
