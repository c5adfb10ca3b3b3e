// Sealing on a channel: the next counter, then A256GCM. A sealed record is kept and sent again as it is; sealing the
// same payload again takes a new counter.

import type { Awaitable, Bytes } from '../bytes.ts';
import { encodeRecord } from './record.ts';
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
  /**
   * At once in Node while the counter's reserved block lasts.
   * @throws ProtocolError `counter-exhausted`, or what the counter's reservation throws; nothing is sealed then
   */
  seal(payload: Bytes): Awaitable<SealedRecord>;
}

/** @param side one's own side of the channel @param counter the only one that counts for this channel and side */
export async function openSealer(secrets: ChannelSecrets, side: Side, counter: SendCounter): Promise<Sealer> {
  const cipher = await RecordCipher.open(secrets, side);
  const sealWith = (sequence: number, payload: Bytes): Awaitable<SealedRecord> => {
    const sealed = cipher.key.seal(cipher.nonce(sequence), cipher.aad(sequence), payload);
    const record = (ciphertext: Bytes) => ({ sequence, bytes: encodeRecord(secrets.id, sequence, ciphertext) });
    return sealed instanceof Promise ? sealed.then(record) : record(sealed);
  };
  return {
    secrets,
    seal(payload) {
      const sequence = counter.next();
      if (sequence instanceof Promise) return sequence.then((reserved) => sealWith(reserved, payload));
      return sealWith(sequence, payload);
    },
  };
}
