/** What of a card's life is the certifying authority's: its certificate, and the end of it. */
import { decodePem, parseCertificate } from '@vitalseal/certifying-authority';
import { cardChanged } from '../audit/card-acts.ts';
import { HospitalError } from '../errors.ts';
import { certificatesPem } from '../keys/hospital-folder.ts';
import { codeOf } from '../refusal.ts';
import type { Database } from '../store/batch-statement.ts';
import type { CardRow } from '../store/cards.ts';
import type { Store } from '../store/open-store.ts';
import type { Blob } from '../store/schema.ts';
import type { CardRegistrar } from './card-registrar.ts';
import { nextStep, type Stage, stageAfter } from './personalisation.ts';
import { scripts } from './scripts.ts';
import { queueScript } from './upkeep.ts';

export interface CertifyParts {
  readonly store: Store;
  /** Undefined where no authority is known. */
  readonly registrar: CardRegistrar | undefined;
  /** Roots, DER. */
  readonly anchors: readonly Blob[];
  readonly now: () => number;
}

/** Renewed when less than this is left of a card's certificate, or less than a third of its life. */
const renewalMarginMs = 30 * 86_400_000;

/**
 * Has the card's key certified, if that is its next step, or certified anew, if its certificate runs out. A refusal is
 * noted and leaves the card where it is; the same request again gets the same certificate, so that nothing is lost if
 * this ends half-way.
 * @throws HospitalError `authority-unreachable` for a card that has no certificate yet
 */
export async function certifyCard(parts: CertifyParts, administrationId: string): Promise<void> {
  const { store, registrar, now } = parts;
  const card = await store.cards.find(administrationId);
  if (card?.request == null) return;
  const first = nextStep(card.stage as Stage).do === 'certify';
  if (!first && !(card.stage === 'in-service' && runsOut(card, now()))) return;
  try {
    if (registrar === undefined) throw new HospitalError('authority-unknown', 'expected a certifying authority');
    const chain = await registrar.certify(new Uint8Array(card.request), { role: 'patient', id: card.patient });
    await store.transaction((db) => keep(parts, { card, chain, first }, db));
  } catch (error) {
    const problem = codeOf(error);
    if (problem === undefined || (first && problem === 'authority-unreachable')) throw error;
    await store.cards.change(card.number, { problem });
  }
}

function runsOut({ chain }: CardRow, now: number): boolean {
  const [leaf] = decodePem('CERTIFICATE', chain ?? '');
  if (leaf === undefined) return false;
  const { notBefore, notAfter } = parseCertificate(leaf);
  return notAfter - now < Math.min(renewalMarginMs, (notAfter - notBefore) / 3);
}

async function keep(
  { store, anchors, now }: CertifyParts,
  { card, chain, first }: { card: CardRow; chain: readonly Blob[]; first: boolean },
  db: Database,
): Promise<void> {
  const stage = stageAfter(card.stage as Stage, 'certify');
  await store.cards.change(card.number, { stage, chain: certificatesPem(chain), problem: null }, db);
  store.audit.append(db, cardChanged(card, first ? 'certify' : 'renew'));
  if (first) return;
  const script = scripts.renewal({ chain, anchors, at: now() });
  await queueScript({ store, now }, { card, script }, db);
}

/** Revokes what is due to be: the certificates of cards that were terminated, or are to be. */
export async function revokeDue(
  { store, registrar }: Pick<CertifyParts, 'store' | 'registrar'>,
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
