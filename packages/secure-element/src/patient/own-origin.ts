// The origin of what no sensor sealed: the element itself, with a number of its own.

import { encodeCbor, type Origin } from '@vitalseal/protocol';
import type { ElementState } from '../element-state.ts';
import { expectPersonalised } from '../personalisation/trust.ts';
import { storedFields, storedInteger } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';

const name = 'own-sequence';

/** The number is taken with the commit of what bears it. */
export async function nextOwnOrigin(state: ElementState, transaction: Transaction): Promise<Origin> {
  const { own } = expectPersonalised(state);
  const { ownSeries } = state;
  if (ownSeries) {
    // A commit that fails leaves a gap, which is no harm.
    const { channel, next } = ownSeries;
    ownSeries.next += 1;
    return { source: own.identity, channel, sequence: next };
  }
  const stored = await state.storage.read(name);
  const sequence = stored === undefined ? 0 : storedInteger(storedFields(stored, 1)[0]);
  transaction.put(name, encodeCbor([sequence + 1]));
  return { source: own.identity, channel: own.ownSeries, sequence };
}
