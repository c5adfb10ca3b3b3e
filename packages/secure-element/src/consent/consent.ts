// What the patient shares: readings with the hospital, and the place with each of them. It is the card that holds to it,
// whatever the phone would do: a reading that was taken while nothing was shared is never sent, and the hospital is told,
// under the same seal as of a reading, so that silence has a reason.

import { decimal, encodeCbor, type Measurement, mdc, mdcUnit } from '@vitalseal/protocol';
import { SecureElementError } from '../errors.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedFields } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';

export interface Consent {
  readonly readings: boolean;
  readonly location: boolean;
}

/** Whoever is activated by a hospital has agreed with it on readings; the place is asked for in the app. */
export const consentAtFirst: Consent = { readings: true, location: true };

const name = 'consent';

export async function loadConsent(storage: ElementStorage): Promise<Consent> {
  const stored = await storage.read(name);
  if (stored === undefined) return consentAtFirst;
  const [readings, location] = storedFields(stored, 2);
  if (typeof readings !== 'boolean' || typeof location !== 'boolean') {
    throw new SecureElementError('storage-malformed', 'expected what the patient shares');
  }
  return { readings, location };
}

export function saveConsent(transaction: Transaction, { readings, location }: Consent): void {
  transaction.put(name, encodeCbor([readings, location]));
}

/** As the hospital is told of it. */
export function consentMeasurements({ readings, location }: Consent): Measurement[] {
  const unit = mdcUnit.dimensionless;
  return [
    { code: mdc.readingsShared, unit, value: decimal(readings ? 1 : 0, 0) },
    { code: mdc.placeShared, unit, value: decimal(location ? 1 : 0, 0) },
  ];
}
