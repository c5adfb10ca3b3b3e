/** A reading as the release before records were kept stored it: what it says, sealed under the patient's data key itself. */
import { placeOfFormerReading } from '../at-rest/reading-opener.ts';
import type { Store } from '../store/open-store.ts';
import type { NewReading } from '../store/readings.ts';

/** @param row with what is to be sealed; the patient's key is in memory */
export function formerReading({ sealing }: Pick<Store, 'sealing'>, row: NewReading): NewReading {
  return { ...row, payload: sealing.seal(row.patient, placeOfFormerReading(row), row.payload) };
}
