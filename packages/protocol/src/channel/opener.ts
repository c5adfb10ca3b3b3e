// Opening on a channel: shape, channel, then the tag. Replay is the caller's next question, to a ReplayWindow that it
// stores in one transaction with the record: an unauthenticated record must never move the window.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { isOfChannel, parseRecord } from './record.ts';
import { recordCipher } from './record-cipher.ts';
import { type ChannelSecrets, otherSide, type Side } from './secrets.ts';

export interface OpenedRecord {
  readonly sequence: number;
  readonly payload: Bytes;
}

export interface Opener {
  readonly secrets: ChannelSecrets;
  /** @throws ProtocolError `record-malformed`, `message-too-large`, `channel-unknown`, `authentication-failed` */
  open(record: Bytes): Promise<OpenedRecord>;
}

/** @param side one's own side of the channel: what is opened is what the other side sealed */
export async function openOpener(secrets: ChannelSecrets, side: Side): Promise<Opener> {
  const cipher = await recordCipher(secrets, otherSide(side));
  return {
    secrets,
    async open(record) {
      const parsed = parseRecord(record);
      if (!isOfChannel(parsed, secrets.id)) {
        throw new ProtocolError('channel-unknown', 'expected a record of this channel');
      }
      const { sequence, header, ciphertext } = parsed;
      const payload = await cipher.key.open(cipher.nonce(sequence), cipher.aad(header), ciphertext);
      return { sequence, payload };
    },
  };
}
