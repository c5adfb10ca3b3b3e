// A reading that no sensor sealed, because the patient entered it by hand or a standard sensor measured it: its origin is
// the element itself, with a number of its own.

import {
  type Bytes,
  encodeCbor,
  type Measurement,
  type Origin,
  type Timestamp,
  type UnsealedSensor,
} from '@vitalseal/protocol';
import { addCounts, type ElementState } from '../element-state.ts';
import { SecureElementError } from '../errors.ts';
import { timelinessOf } from '../outbox/timeliness.ts';
import { expectPersonalised } from '../personalisation/trust.ts';
import { storedFields, storedInteger } from '../storage/stored.ts';
import { Transaction } from '../storage/transaction.ts';

const name = 'own-sequence';

export interface EnteredReading {
  readonly measuredAt: Timestamp;
  readonly measurements: readonly Measurement[];
}

export interface StandardReading extends EnteredReading {
  readonly unsealed: UnsealedSensor;
}

/** @throws SecureElementError `measurement-missing`, `outbox-full`, `storage-full` @throws ProtocolError */
export async function enterReading(
  state: ElementState,
  { measuredAt, measurements }: EnteredReading,
  at: number,
  unsealed?: UnsealedSensor,
): Promise<Origin> {
  const { own } = expectPersonalised(state);
  if (measurements.length === 0) {
    throw new SecureElementError('measurement-missing', 'expected a reading with at least one value');
  }
  if (state.outbox.room <= 0) {
    throw new SecureElementError('outbox-full', 'expected room in the outbox: the hospital has not taken what waits');
  }
  const sequence = await nextNumber(state);
  const origin: Origin = { source: own.identity, channel: own.ownSeries, sequence };
  const transaction = new Transaction();
  transaction.put(name, encodeNumber(sequence + 1));
  state.outbox.add(transaction, {
    reading: { origin, measuredAt, measurements, ...(unsealed && { unsealed }) },
    takenAt: at,
    timeliness: timelinessOf(measuredAt.utcMs, at, state.settings.timeliness),
  });
  addCounts(state, transaction, unsealed ? { received: 1 } : { entered: 1 });
  await transaction.commit(state.storage, 'growth');
  return origin;
}

async function nextNumber(state: ElementState): Promise<number> {
  const stored = await state.storage.read(name);
  if (stored === undefined) return 0;
  const [next] = storedFields(stored, 1);
  return storedInteger(next);
}

function encodeNumber(next: number): Bytes {
  return encodeCbor([next]);
}
