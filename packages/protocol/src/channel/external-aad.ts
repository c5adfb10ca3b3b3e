// The external_aad of every record: [version, step, direction, sender, recipient, epoch]. A record taken to another
// hop, turned round, or addressed to another party fails its tag.

import type { Bytes } from '../bytes.ts';
import { encodeCbor } from '../wire/cbor/encode.ts';
import { formatIdentity } from '../wire/identity.ts';
import { type ChannelSecrets, otherSide, type Side } from './secrets.ts';

export const protocolVersion = 1;

const direction = { initiator: 0, responder: 1 } as const;

export function externalAad(secrets: ChannelSecrets, sender: Side): Bytes {
  return encodeCbor([
    protocolVersion,
    secrets.step,
    direction[sender],
    formatIdentity(secrets[sender]),
    formatIdentity(secrets[otherSide(sender)]),
    secrets.epoch,
  ]);
}
