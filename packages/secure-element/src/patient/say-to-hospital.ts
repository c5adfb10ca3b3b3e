// What the patient says to the hospital beside readings: a call for help, and what is shared from now on. It goes the way
// of a reading, ahead of all that waits, whatever else is shared: sealed, stored once, and confirmed.

import { decimal, type Measurement, mdc, mdcUnit, type Origin, type Timestamp } from '@vitalseal/protocol';
import { type Consent, consentMeasurements, saveConsent } from '../consent/consent.ts';
import { addCounts, type ElementState } from '../element-state.ts';
import { SecureElementError } from '../errors.ts';
import { expectPersonalised } from '../personalisation/trust.ts';
import { Transaction } from '../storage/transaction.ts';
import { nextOwnOrigin } from './own-origin.ts';

const help: readonly Measurement[] = [{ code: mdc.helpRequested, unit: mdcUnit.dimensionless, value: decimal(1, 0) }];

/** A full outbox refuses no call: it is one reading, and there is a reserve. @throws SecureElementError */
export function callForHelp(state: ElementState, at: Timestamp): Promise<Origin> {
  return say(state, new Transaction(), { at, measurements: help });
}

/** In force with the commit that tells of it. @throws SecureElementError */
export async function changeConsent(state: ElementState, consent: Consent, at: Timestamp): Promise<Origin> {
  const transaction = new Transaction();
  saveConsent(transaction, consent);
  transaction.afterwards(() => {
    state.consent = consent;
    // What was sealed with a place is sealed anew without it.
    state.inFlight.sealAnew();
  });
  return await say(state, transaction, { at, measurements: consentMeasurements(consent) });
}

async function say(
  state: ElementState,
  transaction: Transaction,
  { at, measurements }: { readonly at: Timestamp; readonly measurements: readonly Measurement[] },
): Promise<Origin> {
  expectPersonalised(state);
  if (state.outbox.urgent.size >= mostUrgent) {
    throw new SecureElementError('outbox-full', 'expected the hospital to take what was said before');
  }
  const origin = await nextOwnOrigin(state, transaction);
  const reading = { origin, measuredAt: at, measurements };
  state.outbox.add(transaction, { reading, takenAt: at.utcMs, timeliness: 'timely' }, { urgent: true });
  addCounts(state, transaction, { entered: 1 });
  await transaction.commit(state.storage);
  return origin;
}

/** Whoever presses the button all night fills no store. */
const mostUrgent = 256;
