// External authorization data (RFC 9528 section 3.8): pairs of a label and, perhaps, a byte string at a message's end.
// Vitalseal defines none. It reads them to know which it may pass over.

import { ProtocolError } from '../errors.ts';
import type { CborValue } from '../wire/cbor/index.ts';

/**
 * Padding (label 0) and unknown non-critical items are passed over.
 * @throws ProtocolError `message-malformed`, or `critical-ead-unknown`: a negative label says that the sender's
 * authorization depends on its being understood, so that silence would be consent to something unread
 */
export function checkExternalAuthorizationData(items: readonly CborValue[]): void {
  let valueMayFollow = false;
  for (const item of items) {
    if (typeof item === 'number') {
      if (item < 0) throw new ProtocolError('critical-ead-unknown', 'expected no critical external authorization data');
      valueMayFollow = true;
    } else if (item instanceof Uint8Array && valueMayFollow) {
      valueMayFollow = false;
    } else {
      throw new ProtocolError('message-malformed', 'expected external authorization data as label and byte string');
    }
  }
}
