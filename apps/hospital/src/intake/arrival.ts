/** A step-2 record that its peer's key has opened, on its way into the store. */
import { type Bytes, formatIdentity, recordHash, type Step2Message } from '@vitalseal/protocol';
import type { OpenChannel } from '../channels/open-channel.ts';

export interface Arrival {
  readonly channel: OpenChannel;
  readonly sequence: number;
  /** Names the record in the acknowledgement: proof that these very bytes arrived. */
  readonly hash: Bytes;
  readonly content: ArrivedReading | RefusedContent;
}

export interface ArrivedReading {
  readonly kind: 'reading';
  readonly patient: number;
  readonly message: Step2Message;
  /** What was sealed, as it is stored. */
  readonly payload: Bytes;
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

export async function arrivalOf(
  channel: OpenChannel,
  sequence: number,
  record: Bytes,
  content: ArrivedReading | RefusedContent,
): Promise<Arrival> {
  return { channel, sequence, hash: await recordHash(record), content };
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
