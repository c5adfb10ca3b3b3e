// The paper's SK_PS, SK_PH and SK_HD: what a handshake leaves to the two sides of a hop. Each direction has a key and
// an IV of its own, so that a record reflected to its sender never opens.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { bytes, integer, oneNumberOf } from '../wire/field.ts';
import { type Identity, identity } from '../wire/identity.ts';
import { channelId } from '../wire/reading.ts';
import { codec, record } from '../wire/record.ts';

/** The paper's hop: 1 sensor to patient, 2 patient to hospital, 3 hospital to doctor or ambulance. */
export type Step = 1 | 2 | 3;

/** Which side of the handshake one was: the side nearer the patient, or at step 3 the page, initiates. */
export type Side = 'initiator' | 'responder';

export interface ChannelSecrets {
  /** 8 bytes from the exporter; the `kid` of every record. */
  readonly id: Bytes;
  readonly step: Step;
  /** 0 after the handshake, one more after each key update. */
  readonly epoch: number;
  readonly initiator: Identity;
  readonly responder: Identity;
  /** What the initiator seals with: 32 and 12 bytes. */
  readonly initiatorKey: Bytes;
  readonly initiatorIv: Bytes;
  /** What the responder seals with: 32 and 12 bytes. */
  readonly responderKey: Bytes;
  readonly responderIv: Bytes;
  /** Wraps the content keys of step 3's envelopes to the initiator: 32 bytes. */
  readonly wrappingKey: Bytes;
}

const key = bytes('a key', 32, 32);
const iv = bytes('an IV', 12, 12);

const secrets = codec(
  record<ChannelSecrets>('channel secrets', {
    id: channelId,
    step: oneNumberOf<Step>('a step', [1, 2, 3]),
    epoch: integer('an epoch', 0, 0xffffffff),
    initiator: identity,
    responder: identity,
    initiatorKey: key,
    initiatorIv: iv,
    responderKey: key,
    responderIv: iv,
    wrappingKey: key,
  }),
  1024,
);

/** For a store that seals what it keeps: these bytes are the channel. */
export const encodeChannelSecrets = secrets.encode;

/** @throws ProtocolError `channel-secrets-malformed` */
export function decodeChannelSecrets(encoded: Bytes): ChannelSecrets {
  try {
    return secrets.decode(encoded);
  } catch (cause) {
    throw new ProtocolError('channel-secrets-malformed', 'expected the secrets of a channel', { cause });
  }
}

export function otherSide(side: Side): Side {
  return side === 'initiator' ? 'responder' : 'initiator';
}
