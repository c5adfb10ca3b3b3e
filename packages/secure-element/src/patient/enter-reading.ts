// A reading that no sensor sealed, because the patient entered it by hand or a standard sensor measured it: its origin is
// the element itself, with a number of its own.

import type { Measurement, Origin, Timestamp, UnsealedSensor } from '@vitalseal/protocol';
import { addCounts, type ElementState } from '../element-state.ts';
import { SecureElementError } from '../errors.ts';
import { KeepReadings } from '../outbox/keep-readings.ts';
import { timelinessOf } from '../outbox/timeliness.ts';
import { expectPersonalised } from '../personalisation/trust.ts';
import { Transaction } from '../storage/transaction.ts';
import { nextOwnOrigin } from './own-origin.ts';

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
  expectPersonalised(state);
  if (measurements.length === 0) {
    throw new SecureElementError('measurement-missing', 'expected a reading with at least one value');
  }
  if (state.outbox.room <= 0) {
    throw new SecureElementError('outbox-full', 'expected room in the outbox: the hospital has not taken what waits');
  }
  const transaction = new Transaction();
  const origin = await nextOwnOrigin(state, transaction);
  const keeping = new KeepReadings(state, transaction);
  keeping.add({
    reading: { origin, measuredAt, measurements, ...(unsealed && { unsealed }) },
    takenAt: at,
    timeliness: timelinessOf(measuredAt.utcMs, at, state.settings.timeliness),
  });
  keeping.finish(at);
  addCounts(state, transaction, unsealed ? { received: 1 } : { entered: 1 });
  await transaction.commit(state.storage, 'growth');
  return origin;
}
