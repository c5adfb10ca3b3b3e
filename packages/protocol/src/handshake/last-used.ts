// What the hospital tells a card at the end of their handshake: which of its channels it has used last, and when. A card
// whose store was put back from an older copy does not know that channel, and so learns what it cannot see itself.
//
// It is external authorization data of message_4: only the two ends of this handshake can make or read it. It is not
// critical (its label is positive), so a card that does not know it completes the handshake as before.

import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { encodeCbor } from '../wire/cbor/index.ts';
import { channelId } from '../wire/reading.ts';
import { codec, record } from '../wire/record.ts';
import { utcMs } from '../wire/time.ts';
import type { ExternalAuthorizationItem } from './external-authorization-data.ts';

export interface LastUsedChannel {
  /** The newest channel on which a record of this initiator was taken, before this handshake. 8 bytes */
  readonly channel: Bytes;
  /** By the responder's clock, UTC ms. */
  readonly at: number;
}

/** In the private-use range of the registry (RFC 9528 section 10.5). */
export const lastUsedLabel = 32769;

const { encode, decode } = codec(
  record<LastUsedChannel>('the channel that was used last', { channel: channelId, at: utcMs }),
  64,
);

/** @returns the item of EAD_4 */
export function encodeLastUsed(lastUsed: LastUsedChannel): Bytes {
  return concatBytes(encodeCbor(lastUsedLabel), encodeCbor(encode(lastUsed)));
}

/** @throws ProtocolError `message-malformed` for two of them, or one of another form */
export function lastUsedIn(items: readonly ExternalAuthorizationItem[]): LastUsedChannel | undefined {
  const [only, ...more] = items.filter(({ label, critical }) => label === lastUsedLabel && !critical);
  if (only === undefined) return undefined;
  if (only.value === undefined || more.length > 0) {
    throw new ProtocolError('message-malformed', 'expected one channel that was used last');
  }
  return decode(only.value);
}
