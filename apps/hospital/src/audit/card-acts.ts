/** What was done in a patient's card, as the log tells it: scripts are named by their purpose, and never shown. */
import type { AuditAct } from '@vitalseal/audit';
import { patientName } from './acts.ts';

/** @param failure a status word or a code, when the card has not done it */
export function cardChanged(
  { administration_id: card, patient }: { readonly administration_id: string; readonly patient: string },
  did: string,
  failure?: string,
): AuditAct {
  const refused = failure === undefined ? {} : { refused: failure };
  return {
    kind: 'card-changed',
    actor: `card:${card}`,
    patient: patientName(patient),
    ...refused,
    what: { card, did },
  };
}
