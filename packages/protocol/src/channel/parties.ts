// The paper's ID_S, ID_P and ID_H inside each message. The channel already knows whose keys it has; a message that
// names anybody else is refused, whoever sealed it.

import { ProtocolError } from '../errors.ts';
import { type Identity, sameIdentity } from '../wire/identity.ts';
import { type ChannelSecrets, otherSide, type Side } from './secrets.ts';

/**
 * @param sealedBy the side whose key opened the message
 * @throws ProtocolError `sender-mismatch`, `recipient-mismatch`
 */
export function requireParties(
  message: { readonly sender: Identity; readonly recipient: Identity },
  secrets: ChannelSecrets,
  sealedBy: Side,
): void {
  if (!sameIdentity(message.sender, secrets[sealedBy])) {
    throw new ProtocolError('sender-mismatch', 'expected the sender that this channel was agreed with');
  }
  if (!sameIdentity(message.recipient, secrets[otherSide(sealedBy)])) {
    throw new ProtocolError('recipient-mismatch', 'expected the recipient that this channel was agreed with');
  }
}
