/** What a person orders of a card in service: a script that waits until the card asks. */
import { type Identity, sha256 } from '@vitalseal/protocol';
import type { CardPolicy } from '@vitalseal/uicc/global-platform';
import { operator, patientName } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { CardRow } from '../store/cards.ts';
import type { Store } from '../store/open-store.ts';
import type { Blob } from '../store/schema.ts';
import { cardsTally } from './card-keys.ts';
import { expectPolicy, type Particulars, readParticulars, writeParticulars } from './particulars.ts';
import { bondingOf } from './personalisation-script.ts';
import { type Script, scripts } from './scripts.ts';

export type Order =
  | { readonly kind: 'status' | 'lock' | 'unlock' | 'terminate' }
  | { readonly kind: 'policy'; readonly policy: CardPolicy }
  | { readonly kind: 'sensors'; readonly sensors: readonly string[] }
  /** SHA-256 of the certificates that sign releases of the phone's program. */
  | { readonly kind: 'access'; readonly signers: readonly Blob[] }
  /** An image of the MHA, and the attestation of the authority. */
  | { readonly kind: 'update'; readonly image: Blob; readonly attestation: Blob }
  /** Without a new PIN the patient's stays. */
  | { readonly kind: 'unblock-pin'; readonly newPin: string | undefined };

/** `queued`: it goes out when the card asks next. `withdrawn`: the card never asked, and its code is worth nothing now. */
export type Ordered = 'queued' | 'withdrawn';

/** @throws HospitalError `card-terminated`, `invalid-option` */
export async function orderScript(
  store: Store,
  { card, order, hospital }: { card: CardRow; order: Order; hospital: Identity },
  now = Date.now(),
  actor = operator(),
): Promise<Ordered> {
  if (card.stage === 'terminated') throw new HospitalError('card-terminated', 'expected a card that is not terminated');
  return store.transaction(async (db) => {
    const what = { card: card.administration_id, order: order.kind };
    store.audit.append(db, { kind: 'card-ordered', actor, patient: patientName(card.patient), what });
    if (order.kind === 'terminate' && (await endAtOnce(store, card, db))) return 'withdrawn';
    for (const { urgent, ...script } of await scriptsOf(store, { card, order, hospital, now }, db)) {
      await store.cardScripts.queue({ ...script, card: card.number, urgent: urgent ? 1 : 0, queued_at: now }, db);
    }
    return 'queued';
  });
}

/** The certificate ends now, whenever the card comes to know; one that never came has nothing to be told. */
async function endAtOnce(store: Store, card: CardRow, db: Database): Promise<boolean> {
  const unseen = card.seen_at === null;
  const revocation = card.chain === null ? null : (card.revocation ?? 'due');
  await store.cards.change(card.number, unseen ? { stage: 'terminated', expires_at: 0 } : { revocation }, db);
  await store.tallies.add(db, cardsTally, 1);
  return unseen;
}

async function scriptsOf(
  store: Store,
  { card, order, hospital, now }: { card: CardRow; order: Order; hospital: Identity; now: number },
  db: Database,
): Promise<readonly Script[]> {
  if (order.kind === 'update') return scripts.update(order, { hash: await sha256(order.image), at: now });
  return [await scriptOf(store, { card, order, hospital }, db)];
}

async function scriptOf(
  store: Store,
  { card, order, hospital }: { card: CardRow; order: Exclude<Order, { kind: 'update' }>; hospital: Identity },
  db: Database,
): Promise<Script> {
  const particulars = readParticulars(card.particulars);
  const give = (change: Partial<Particulars>) =>
    store.cards.change(card.number, { particulars: writeParticulars({ ...particulars, ...change }) }, db);
  switch (order.kind) {
    case 'policy':
      await give({ policy: expectPolicy(order.policy) });
      return scripts.policy(order.policy);
    case 'sensors':
      await give({ sensors: order.sensors });
      return scripts.sensors(bondingOf(order, hospital));
    case 'unblock-pin':
      return scripts.unblockPin(particulars.unblockingCode, order.newPin);
    case 'access':
      return scripts.access(order.signers);
    case 'status':
      return scripts.status();
    case 'lock':
      return scripts.lock();
    case 'unlock':
      return scripts.unlock();
    case 'terminate':
      return scripts.terminate();
  }
}
