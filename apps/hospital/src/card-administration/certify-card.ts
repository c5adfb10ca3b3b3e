/** What of a card's life is the certifying authority's: its certificate, and the end of it. */
import { decodePem } from '@vitalseal/certifying-authority';
import { HospitalError } from '../errors.ts';
import { certificatesPem } from '../keys/hospital-folder.ts';
import { codeOf } from '../refusal.ts';
import type { Store } from '../store/open-store.ts';
import type { CardRegistrar } from './card-registrar.ts';
import { nextStep, type Stage, stageAfter } from './personalisation.ts';

export interface CertifyParts {
  readonly store: Store;
  /** Undefined where no authority is known. */
  readonly registrar: CardRegistrar | undefined;
}

/**
 * Has the card's key certified, if that is its next step. A refusal is noted and leaves the card where it is; the same
 * request again gets the same certificate, so that nothing is lost if this ends half-way.
 * @throws HospitalError `authority-unreachable`
 */
export async function certifyCard({ store, registrar }: CertifyParts, administrationId: string): Promise<void> {
  const card = await store.cards.find(administrationId);
  if (card?.request == null || nextStep(card.stage as Stage).do !== 'certify') return;
  try {
    if (registrar === undefined) throw new HospitalError('authority-unknown', 'expected a certifying authority');
    const chain = await registrar.certify(new Uint8Array(card.request), { role: 'patient', id: card.patient });
    const stage = stageAfter(card.stage as Stage, 'certify');
    await store.cards.change(card.number, { stage, chain: certificatesPem(chain), problem: null });
  } catch (error) {
    const problem = codeOf(error);
    if (problem === undefined || problem === 'authority-unreachable') throw error;
    await store.cards.change(card.number, { problem });
  }
}

/** Revokes what is due to be: the certificates of cards that were terminated, or are to be. */
export async function revokeDue(
  { store, registrar }: CertifyParts,
  onProblem: (error: unknown) => void,
): Promise<void> {
  if (registrar === undefined) return;
  for (const { number, chain } of await store.cards.toRevoke()) {
    const [certificate] = decodePem('CERTIFICATE', chain ?? '');
    if (certificate === undefined) continue;
    try {
      await registrar.revoke(certificate);
      await store.cards.change(number, { revocation: 'done' });
    } catch (error) {
      onProblem(error);
    }
  }
}
