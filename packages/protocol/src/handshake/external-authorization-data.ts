// External authorization data (RFC 9528 section 3.8): pairs of a label and, perhaps, a byte string at a message's end.
// Vitalseal defines two, the proof of a sensor's code (sensor-code-proof.ts) and the channel that was used last
// (last-used.ts); of others it reads which it may pass over.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import type { CborValue } from '../wire/cbor/index.ts';

export interface ExternalAuthorizationItem {
  /** Without its sign. */
  readonly label: number;
  readonly critical: boolean;
  readonly value: Bytes | undefined;
}

/**
 * Padding (label 0) and unknown non-critical items are passed over.
 * @param understood labels that the reader will act upon
 * @throws ProtocolError `message-malformed`, or `critical-ead-unknown`: a negative label says that the sender's
 * authorization depends on its being understood, so that silence would be consent to something unread
 */
export function decodeExternalAuthorizationData(
  sequence: readonly CborValue[],
  understood: readonly number[] = [],
): ExternalAuthorizationItem[] {
  const items: ExternalAuthorizationItem[] = [];
  let valueMayFollow = false;
  for (const item of sequence) {
    const last = items.at(-1);
    if (typeof item === 'number') {
      const label = Math.abs(item);
      if (item < 0 && !understood.includes(label)) {
        throw new ProtocolError('critical-ead-unknown', 'expected no critical external authorization data');
      }
      items.push({ label, critical: item < 0, value: undefined });
      valueMayFollow = true;
    } else if (item instanceof Uint8Array && last && valueMayFollow) {
      items[items.length - 1] = { ...last, value: item };
      valueMayFollow = false;
    } else {
      throw new ProtocolError('message-malformed', 'expected external authorization data as label and byte string');
    }
  }
  return items;
}
