// Opening on a channel: shape, channel, then the tag. Replay is the caller's next question, to a ReplayWindow that it
// stores in one transaction with the record: an unauthenticated record must never move the window.

import type { Awaitable, Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { isOfChannel, parseRecord } from './record.ts';
import { RecordCipher } from './record-cipher.ts';
import { type ChannelSecrets, otherSide, type Side } from './secrets.ts';

export interface OpenedRecord {
  readonly sequence: number;
  readonly payload: Bytes;
}

export interface Opener {
  readonly secrets: ChannelSecrets;
  /**
   * At once in Node: a promise more would be a tenth of the whole.
   * @throws ProtocolError `record-malformed`, `message-too-large`, `channel-unknown`, `authentication-failed`
   */
  open(record: Bytes): Awaitable<OpenedRecord>;
}

/** @param side one's own side of the channel: what is opened is what the other side sealed */
export async function openOpener(secrets: ChannelSecrets, side: Side): Promise<Opener> {
  const cipher = await RecordCipher.open(secrets, otherSide(side));
  return {
    secrets,
    open(record) {
      const { sequence, ciphertext } = parseRecord(record);
      if (!isOfChannel(record, secrets.id)) {
        throw new ProtocolError('channel-unknown', 'expected a record of this channel');
      }
      const opened = cipher.key.open(cipher.nonce(sequence), cipher.aad(sequence), ciphertext);
      if (opened instanceof Promise) return opened.then((payload) => ({ sequence, payload }));
      return { sequence, payload: opened };
    },
  };
}
