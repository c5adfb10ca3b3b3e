/**
 * A step-2 record that its peer's key has opened, on its way into the store. It waits for its group as bytes: what it
 * says is read only in the commit, since thousands of readings that wait as objects would cost more than reading them.
 */
import {
  type Bytes,
  decodeStep2Message,
  formatIdentity,
  type Identity,
  type Step2Message,
  sameIdentity,
} from '@vitalseal/protocol';
import type { OpenChannel } from '../channels/open-channel.ts';
import { refusalOf } from '../refusal.ts';

export interface Arrival {
  readonly channel: OpenChannel;
  readonly sequence: number;
  /** Of the record as it was sealed: what the acknowledgement and the audit log name it by. */
  readonly recordHash: Bytes;
  /** As it was sealed, and as it is stored. */
  readonly record: Bytes;
  /** What was sealed. */
  readonly payload: Bytes;
  /** The database has refused what it holds: the code to refuse it with. */
  readonly condemned?: string;
  /** The rules have failed over it: it is stored all the same, and they do not see it. */
  readonly unevaluable?: true;
}

export interface ArrivedReading {
  readonly kind: 'reading';
  readonly patient: number;
  readonly message: Step2Message;
}

/** The record is authentic and will never be taken: the peer is told so under seal. */
export interface RefusedContent {
  readonly kind: 'refused';
  readonly code: string;
}

export type Outcome =
  | { readonly outcome: 'stored' | 'duplicate' }
  | { readonly outcome: 'refused'; readonly code: string }
  /** Nothing is said of it under seal: the peer sends it again on another channel. */
  | { readonly outcome: 'unanswered'; readonly code: string };

export interface ReadingPlace {
  /** Ours: ID_H. */
  readonly identity: Identity;
  /** The store's number of an admitted patient. */
  readonly patientNumber: (id: string) => number | undefined;
}

/** What an authentic record says. Whatever is wrong with it now will be wrong again: it is refused for good. */
export function contentOf(
  { channel, payload, condemned }: Arrival,
  { identity, patientNumber }: ReadingPlace,
): ArrivedReading | RefusedContent {
  if (condemned !== undefined) return { kind: 'refused', code: condemned };
  try {
    const message = decodeStep2Message(payload);
    if (!sameIdentity(message.recipient, identity)) return { kind: 'refused', code: 'recipient-mismatch' };
    if (!sameIdentity(message.sender, channel.peer)) return { kind: 'refused', code: 'sender-mismatch' };
    const patient = patientNumber(channel.peer.id);
    if (patient === undefined) return { kind: 'refused', code: 'unknown-patient' };
    return { kind: 'reading', patient, message };
  } catch (error) {
    return { kind: 'refused', code: refusalOf(error) };
  }
}

/** Where a reading comes from, as the store knows it. */
export function streamOrigin({ patient, message }: ArrivedReading): {
  patient: number;
  source: string;
  channel: Bytes;
} {
  const { source, channel } = message.reading.origin;
  return { patient, source: formatIdentity(source), channel };
}
