// The end of a handshake with the hospital, as the store remembers it. Where it shows that the store was put back from an older
// copy, the patient is told of it, and the hospital under seal.

import { type Bytes, decimal, type LastUsedChannel, type Measurement, mdc, mdcUnit } from '@vitalseal/protocol';
import { addCounts, type ElementState } from '../element-state.ts';
import { nextOwnOrigin } from '../patient/own-origin.ts';
import type { Transaction } from '../storage/transaction.ts';
import { isOlderThan, type PutBack, saveHandshakesMade, savePutBack, withHandshake } from './put-back.ts';

/** What a decimal holds, which is fifteen years. */
const mostMinutes = 8_388_605;

export interface MadeHandshake {
  /** The new one. */
  readonly channel: Bytes;
  readonly lastUsed: LastUsedChannel | undefined;
  /** UTC ms */
  readonly at: number;
}

/** In the commit that keeps the new channel, so that it is judged once. */
export async function noteHandshake(
  state: ElementState,
  transaction: Transaction,
  { channel, lastUsed, at }: MadeHandshake,
): Promise<void> {
  const before = state.handshakesMade;
  const after = withHandshake(before, channel, lastUsed);
  saveHandshakesMade(transaction, after);
  transaction.afterwards(() => {
    state.handshakesMade = after;
  });
  if (lastUsed && isOlderThan(before, lastUsed)) await tell(state, transaction, at);
}

async function tell(state: ElementState, transaction: Transaction, until: number): Promise<void> {
  const heardAt = state.counts.lastAcknowledgedAt || (state.hospitalChannel?.establishedAt ?? until);
  const putBack = { from: Math.min(heardAt, until), until };
  savePutBack(transaction, putBack);
  transaction.afterwards(() => {
    state.putBack = putBack;
  });
  const reading = {
    origin: await nextOwnOrigin(state, transaction),
    measuredAt: { utcMs: Math.max(0, until), offsetMinutes: 0 },
    measurements: [minutesSince(putBack)],
  };
  // As a call for help: ahead of all that waits, and whatever is shared, for it says nothing that was measured.
  state.outbox.add(transaction, { reading, takenAt: until, timeliness: 'timely' }, { urgent: true });
  addCounts(state, transaction, { entered: 1 });
}

function minutesSince({ from, until }: PutBack): Measurement {
  const minutes = Math.min(mostMinutes, Math.ceil((until - from) / 60_000));
  return { code: mdc.phonePutBack, unit: mdcUnit.minutes, value: decimal(minutes, 0) };
}
